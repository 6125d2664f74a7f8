"""Files are looked into by another process: what happens there happens to nobody else.

Where a decoder must misbehave, another one takes its place: a package that is found before it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.errors import TaskError
from shared.material.check import Checker, MaterialRefused, check_file
from tests import media_files

Decoder = Callable[[str], None]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A good picture."""
    file = tmp_path / "picture"
    file.write_bytes(media_files.picture())
    return file


@pytest.fixture
def decoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Decoder:
    """Lets these lines of Python be what decodes pictures."""

    def take(lines: str) -> None:
        package = tmp_path / "decoder" / "PIL"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "Image.py").write_text(lines)
        monkeypatch.syspath_prepend(str(package.parent))

    return take


def refusal(file: Path, seconds: float = 30.0) -> str:
    """Why the file is refused."""
    with Checker(seconds) as checker, pytest.raises(MaterialRefused) as caught:
        checker.check(file)
    return str(caught.value)


def test_facts_come_back(file: Path) -> None:
    facts = check_file(file)
    assert (facts.kind, facts.media_type, facts.width) == ("image", "image/png", 40)


def test_one_process_looks_into_many_files(file: Path, tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("hello")
    with Checker() as checker:
        checker.check(file)
        first = checker._process
        with pytest.raises(MaterialRefused, match="no picture"):
            checker.check(text)
        checker.check(file)
        assert checker._process is first


def test_the_process_ends_with_the_block(file: Path) -> None:
    with Checker() as checker:
        checker.check(file)
        process = checker._process
    assert process is not None
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("name", [b"caf\xe9", b"two\nlines", b"x" * 255])
def test_any_name_will_do(name: bytes, file: Path, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    assert check_file(file.rename(odd)).kind == "image"


def test_a_process_that_was_killed_is_followed_by_another(file: Path) -> None:
    with Checker() as checker:
        checker.check(file)
        assert checker._process is not None
        os.kill(checker._process.pid, signal.SIGKILL)
        checker._process.wait()
        assert checker.check(file).kind == "image"


def test_a_file_that_breaks_its_decoder_is_refused(file: Path, decoder: Decoder) -> None:
    decoder("import os; os.abort()")
    assert refusal(file) == "The program that looks into it breaks off (signal 6)."


def test_a_file_without_end_is_refused(file: Path, decoder: Decoder) -> None:
    decoder("while True: pass")
    assert refusal(file, seconds=0.2) == "It could not be looked through in 0 seconds."


def test_a_process_that_nobody_waits_for_ends_by_itself(file: Path, decoder: Decoder) -> None:
    decoder("import resource\nraise OSError(0, str(resource.getrlimit(resource.RLIMIT_CPU)[0]))")
    told = refusal(file, seconds=20.0)
    seconds = int(told.removeprefix("It cannot be read: ").removesuffix("."))
    assert 20 <= seconds <= 30


def test_a_file_that_needs_much_memory_is_refused(file: Path, decoder: Decoder) -> None:
    decoder("bytearray(2 * 1024 ** 3)")
    assert refusal(file) == "It needs more than 1024 MiB of memory to be opened."


def test_a_decoder_can_write_no_file(file: Path, decoder: Decoder, tmp_path: Path) -> None:
    target = tmp_path / "written"
    decoder(f"import pathlib; pathlib.Path({str(target)!r}).write_text('x')")
    assert refusal(file) == "It cannot be read: File too large."
    assert target.read_text() == ""


def test_a_decoder_knows_no_secrets(
    file: Path, decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASKYARD_SECRET_KEY", "a secret")
    decoder("import os; raise OSError(0, ' '.join(sorted(os.environ)))")
    assert "PYTHONPATH" in (told := refusal(file))
    assert "TASKYARD" not in told


def test_what_a_decoder_prints_is_no_answer(file: Path, decoder: Decoder) -> None:
    decoder("print('{}', flush=True); raise OSError(0, 'broken')")
    assert refusal(file) == "It cannot be read: broken."


@pytest.mark.parametrize("answer", ["[]", "7", "{}", '{"facts": 1}', '{"facts": {}}', "nonsense"])
def test_a_process_that_answers_nonsense_is_not_believed(
    answer: str, file: Path, decoder: Decoder
) -> None:
    line = f"{answer}\n".encode()
    decoder(
        "import os\n"
        "for pipe in range(3, 20):\n"
        f"  try: os.write(pipe, {line!r})\n"
        "  except OSError: pass\n"
        "os._exit(0)"
    )
    assert refusal(file) == "The program that looks into it answers nonsense."


def test_a_missing_library_is_the_servers_fault(file: Path, decoder: Decoder) -> None:
    decoder("raise ImportError('no decoder')")
    with pytest.raises(TaskError, match="pip install") as caught:
        check_file(file)
    assert (caught.value.code, caught.value.retryable) == ("LIBRARY_MISSING", False)


def test_a_process_that_is_killed_again_and_again_is_tried_later(
    file: Path, decoder: Decoder
) -> None:
    decoder("import os; os.kill(os.getpid(), 9)")
    with pytest.raises(TaskError, match="was killed") as caught:
        check_file(file)
    assert (caught.value.code, caught.value.retryable) == ("CHECK_UNAVAILABLE", True)


def test_a_process_that_does_not_begin_refuses_no_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(TaskError, match="does not begin") as caught:
        check_file(file)
    assert caught.value.retryable
