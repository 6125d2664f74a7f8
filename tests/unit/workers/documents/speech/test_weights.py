from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import pytest

from shared.errors import TaskError
from workers.documents.speech.weights import model_folder, put_together

PARTS = {"a_first_wheel": b"the first half, ", "a_second_wheel": b"and the second"}
DIGEST = sha256(b"".join(PARTS.values())).hexdigest()
FILES = {"model.bin": (DIGEST, tuple((package, "part") for package in PARTS))}


@pytest.fixture(autouse=True)
def _wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two installed packages, each with a part."""
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    for package, part in PARTS.items():
        data = tmp_path / "site" / package / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").touch()
        (data / "part").write_bytes(part)
    yield
    for package in PARTS:
        sys.modules.pop(package, None)


def test_the_parts_are_put_together_in_order(tmp_path: Path) -> None:
    folder = put_together(tmp_path / "model", FILES)
    assert (folder / "model.bin").read_bytes() == b"the first half, and the second"


def test_what_is_there_already_is_left_alone(tmp_path: Path) -> None:
    file = put_together(tmp_path / "model", FILES) / "model.bin"
    before = file.stat().st_ino
    put_together(tmp_path / "model", FILES)
    assert file.stat().st_ino == before


@pytest.mark.parametrize("wrong", [b"", b"the first half, and the sec0nd", b"the first"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, wrong: bytes) -> None:
    file = put_together(tmp_path / "model", FILES) / "model.bin"
    file.write_bytes(wrong)
    put_together(tmp_path / "model", FILES)
    assert sha256(file.read_bytes()).hexdigest() == DIGEST


def test_a_half_file_of_a_process_that_died_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.bin.part").write_bytes(b"x" * 1000)
    put_together(tmp_path / "model", FILES)
    names = {file.name for file in (tmp_path / "model").iterdir()}
    assert names == {".lock", "model.bin"}


def test_processes_that_begin_at_once_find_one_whole_file(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        tries = [pool.submit(put_together, tmp_path / "model", FILES) for _ in range(8)]
        assert {done.result() for done in tries} == {tmp_path / "model"}
    assert sha256((tmp_path / "model" / "model.bin").read_bytes()).hexdigest() == DIGEST


def test_parts_that_are_not_the_pinned_ones_are_not_used(tmp_path: Path) -> None:
    (tmp_path / "site" / "a_first_wheel" / "data" / "part").write_bytes(b"another")
    with pytest.raises(TaskError, match="not the one we know") as caught:
        put_together(tmp_path / "model", FILES)
    assert (caught.value.code, caught.value.retryable) == ("MODEL_UNAVAILABLE", False)
    assert not (tmp_path / "model" / "model.bin").exists()


def test_a_missing_wheel_is_named(tmp_path: Path) -> None:
    files = {"model.bin": (DIGEST, (("no_such_wheel", "part"),))}
    with pytest.raises(TaskError, match=r"taskyard\[transcription\]"):
        put_together(tmp_path / "model", files)


def test_a_home_that_cannot_be_written_may_be_mended(tmp_path: Path) -> None:
    (tmp_path / "models").touch()
    with pytest.raises(TaskError, match="cannot be put into HOME") as caught:
        put_together(tmp_path / "models" / "base", FILES)
    assert caught.value.retryable


def test_a_chosen_folder_must_hold_a_model(tmp_path: Path) -> None:
    (tmp_path / "model.bin").touch()
    with pytest.raises(TaskError, match=r"has no config.json, tokenizer.json"):
        model_folder(tmp_path, tmp_path)


def test_a_chosen_folder_is_used_as_it_is(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).touch()
    assert model_folder(tmp_path / "home", tmp_path) == tmp_path
    assert not (tmp_path / "home").exists()
