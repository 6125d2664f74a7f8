"""The library is filled from a source: only what is new is read, nothing is brought twice."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.errors import TaskError
from shared.material.library import delete_material, find_material, get_material
from shared.material.origin import source_key
from shared.sources.local import LocalSource
from shared.sources.options import SourceOptions
from shared.sources.source import Entry
from shared.sources.url import read_source_url
from shared.tasks import dispatch
from shared.tasks.loss import Cause
from shared.tasks.status import Status
from shared.tasks.task import Task
from tests import media_files
from tests.integration.material.conftest import Library
from tests.memory_yard import WORKER
from workers import context
from workers.commits import Superseded
from workers.context import RunContext
from workers.scripts.material_sync import MATERIAL_SYNC
from workers.scripts.syncing.collector import Collector


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder that is a source."""
    return tmp_path_factory.mktemp("place").resolve()


def put(place: Path, *shades: int) -> None:
    """A picture for each shade, called as it."""
    for shade in shades:
        (place / f"{shade}.png").write_bytes(media_files.picture(shade=shade))


class Watched(LocalSource):
    """A folder of which we see what is read, and where something happens before that."""

    def __init__(
        self, place: Path, library: Library, on_read: Callable[[Entry], None] = lambda _: None
    ) -> None:
        super().__init__(place, library.yard.settings)
        self.read: list[str] = []
        self._on_read = on_read

    def entries(self, recursive: bool) -> Iterator[Entry]:
        """In order of their names."""
        yield from sorted(super().entries(recursive), key=lambda entry: entry.path)

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """The content, after what happens first."""
        self._on_read(entry)
        self.read.append(entry.path)
        yield from super().chunks(entry)


def begun(library: Library, place: Path) -> Task:
    """A sync that a worker has begun."""
    (task,) = library.docs.memory.claim(library.docs.request(MATERIAL_SYNC, url=str(place)))
    return task


def collector(library: Library, place: Path, task: Task, **changes: Any) -> Collector:
    """What the handler of ``task`` works with."""
    url = read_source_url(str(place), library.yard.settings)
    made = Collector(
        context=RunContext(library.yard, task),
        source_key=source_key(library.account_id, url, None),
        address=url.text,
        options=SourceOptions(),
        tags=(),
        is_removing=False,
        most_bytes=10**9,
    )
    return replace(made, **changes)


def read_by_a_sync(library: Library, place: Path) -> list[str]:
    """Sync; which files were read."""
    source = Watched(place, library)
    collector(library, place, begun(library, place)).run(source)
    return source.read


def id_of(library: Library, name: str) -> str:
    """The id of what is called so."""
    with library.store.read() as tx:
        found = find_material(tx, library.account_id, name)
    assert found is not None
    return found.id


def test_what_is_new_is_checked_and_added(library: Library, place: Path) -> None:
    put(place, 1)
    (place / "sub").mkdir()
    media_files.video(place / "sub" / "film.mp4")
    done = library.sync(place, tags=["summer"])
    assert done.status is Status.COMPLETED
    assert done.result == {
        "filesTotal": 2, "filesProcessed": 2, "added": 2, "updated": 0, "removed": 0,
        "unchanged": 0, "filesFailed": 0, "failed": [],
    }  # fmt: skip
    assert set(library.names()) == {"1.png", "film.mp4"}
    with library.store.read() as tx:
        film = get_material(tx, library.account_id, id_of(library, "film.mp4"))
    assert (film.kind, film.state, film.tags) == ("video", "checked", ["summer"])
    assert film.source == f"file://{place}/sub/film.mp4"
    assert library.next("account/anna", "summer") == ["film.mp4"]


def test_what_is_unchanged_is_not_read_again(library: Library, place: Path) -> None:
    put(place, 1, 2)
    assert read_by_a_sync(library, place) == ["1.png", "2.png"]
    assert read_by_a_sync(library, place) == []
    put(place, 3)
    assert read_by_a_sync(library, place) == ["3.png"]
    assert library.counts(place) == {"unchanged": 3}


def test_what_changed_is_added_and_what_it_was_stays(library: Library, place: Path) -> None:
    put(place, 1)
    library.sync(place)
    (place / "1.png").write_bytes(media_files.picture(shade=9))
    assert library.counts(place) == {"updated": 1}
    assert library.names() == ["1.png", "1.png"]


def test_nothing_is_removed_unless_it_is_asked_for(library: Library, place: Path) -> None:
    put(place, 1, 2)
    library.sync(place)
    (place / "1.png").unlink()
    assert library.counts(place) == {"unchanged": 1}
    assert set(library.names()) == {"1.png", "2.png"}


def test_what_is_gone_is_deleted_where_it_is_asked_for(library: Library, place: Path) -> None:
    put(place, 1, 2, 3)
    library.sync(place)
    (place / "1.png").unlink()
    (place / "2.png").write_bytes(media_files.picture(shade=9))
    assert library.counts(place, remove=True) == {"updated": 1, "removed": 1, "unchanged": 1}
    assert sorted(library.names()) == ["2.png", "3.png"]
    assert library.counts(place, remove=True) == {"unchanged": 2}


def test_what_another_path_or_an_upload_has_is_not_deleted(library: Library, place: Path) -> None:
    put(place, 1, 2)
    library.upload("mine.png", media_files.picture(shade=1))
    (place / "copy.png").write_bytes(media_files.picture(shade=2))
    library.sync(place)
    for name in ("1.png", "2.png"):
        (place / name).unlink()
    assert library.counts(place, remove=True) == {"unchanged": 1}
    assert len(library.names()) == 2
    (place / "copy.png").unlink()
    assert library.counts(place, remove=True) == {"removed": 1}
    assert library.names() == ["mine.png"]


def test_the_same_content_at_two_paths_is_there_once(library: Library, place: Path) -> None:
    put(place, 1)
    (place / "copy.png").write_bytes(media_files.picture(shade=1))
    assert library.counts(place) == {"added": 1, "unchanged": 1}
    assert len(library.names()) == 1


def test_an_upload_that_waits_for_its_check_is_checked_by_the_sync(
    library: Library, place: Path
) -> None:
    taken = library.upload("mine.png", media_files.picture(shade=1))
    put(place, 1)
    assert library.counts(place) == {"unchanged": 1}
    assert library.row(taken.material.id).state == "checked"


def test_what_was_deleted_by_hand_stays_away_until_it_changes(
    library: Library, place: Path
) -> None:
    put(place, 1)
    library.sync(place)
    with library.store.begin() as tx:
        delete_material(tx, library.account_id, id_of(library, "1.png"))
    assert library.counts(place) == {"unchanged": 1}
    assert library.names() == []
    os.utime(place / "1.png", (1, 1))
    library.sync(place)
    assert library.names() == ["1.png"]


def test_what_is_no_media_costs_nobody_else(library: Library, place: Path) -> None:
    put(place, 1)
    (place / "film.mp4").write_bytes(b"%PDF-1.7")
    (place / "half.jpg").write_bytes(media_files.cut(media_files.picture("JPEG", (400, 300))))
    done = library.sync(place)
    assert done.status is Status.COMPLETED
    assert done.result is not None
    assert (done.result["added"], done.result["filesFailed"]) == (1, 2)
    assert {one["name"]: one["error"] for one in done.result["failed"]} == {
        "film.mp4": "It is no picture, video or sound that is known here: it looks like "
        "application/pdf.",
        "half.jpg": "The JPEG picture is cut off or damaged.",
    }
    assert library.names() == ["1.png"]


def test_what_is_no_media_is_told_each_time_and_read_once(library: Library, place: Path) -> None:
    (place / "notes.txt").write_text("hello")
    assert read_by_a_sync(library, place) == ["notes.txt"]
    assert read_by_a_sync(library, place) == []
    again = library.sync(place)
    assert again.result is not None
    assert again.result["failed"] == [
        {"name": "notes.txt", "error": "It is no picture, video or sound that is known here."}
    ]
    (place / "notes.txt").write_bytes(media_files.picture())
    assert library.counts(place) == {"added": 1}


def test_nothing_of_what_is_refused_stays_in_the_blob_store(library: Library, place: Path) -> None:
    (place / "notes.txt").write_text("hello")
    library.sync(place)
    blobs = Path(library.yard.settings.blobs_url.removeprefix("file://"))
    assert [file for file in blobs.rglob("*") if file.is_file()] == []


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"caf\xe9.png", "café.png"),
        ("字".encode() * 83 + b".png", "字" * 83 + ".png"),
        (b"x" * 251 + b".png", "x" * 251 + ".png"),
        (b"two\nlines.png", "twolines.png"),
        (b"%41 #?.png", "%41 #?.png"),
    ],
    ids=["latin", "wide", "long", "lines", "signs"],
)
def test_any_name_is_taken(raw: bytes, name: str, library: Library, place: Path) -> None:
    with open(os.fsencode(place) + b"/" + raw, "wb") as file:  # noqa: PTH123 - bytes
        file.write(media_files.picture())
    assert library.counts(place) == {"added": 1}
    assert library.names() == [name]
    assert library.counts(place) == {"unchanged": 1}


def test_one_file_is_a_source_too(library: Library, place: Path) -> None:
    put(place, 1)
    assert library.counts(place / "1.png") == {"added": 1}
    assert library.row(id_of(library, "1.png")).source == f"file://{place}/1.png"


def test_only_what_is_wanted_is_brought(library: Library, place: Path) -> None:
    put(place, 1, 2)
    (place / "notes.txt").write_text("hello")
    assert library.counts(place, options={"include": ["*.png"], "exclude": ["2.*"]}) == {"added": 1}
    assert library.names() == ["1.png"]


def test_a_file_that_is_too_large_is_named(library: Library, place: Path) -> None:
    put(place, 1)
    done = library.sync(place, options={"max_file_bytes": 10})
    assert done.result is not None
    assert done.result["failed"] == [
        {"name": "1.png", "error": "The file is larger than 10 bytes."}
    ]
    assert library.counts(place) == {"added": 1}


@pytest.mark.parametrize("inside", ["home", "outside", "link"])
def test_only_local_roots_are_read_and_never_home(
    inside: str, library: Library, place: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (place / "link").symlink_to("/etc")
    target = {
        "home": library.yard.settings.home, "outside": Path("/etc"), "link": place / "link",
    }[inside]  # fmt: skip
    done = library.sync(target)
    assert (done.status, (done.error or {})["code"]) == (Status.FAILED, "BAD_REQUEST")
    assert "TASKYARD_LOCAL_ROOTS" in (done.error or {})["message"]


def test_links_are_not_followed(library: Library, place: Path) -> None:
    put(place, 1)
    (place / "link.png").symlink_to(place / "1.png")
    assert library.counts(place) == {"added": 1}


def test_a_killed_sync_goes_on_where_it_stopped(library: Library, place: Path) -> None:
    put(place, 1, 2, 3)
    task = begun(library, place)

    def cut(entry: Entry) -> None:
        if entry.path == "2.png":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collector(library, place, task).run(Watched(place, library, cut))
    assert library.names() == ["1.png"]
    dispatch.lose(library.yard, WORKER, Cause.LEASE_LAPSED, [task.id], actor="tests")
    dispatch.release(library.yard, MATERIAL_SYNC.queue)
    (again,) = library.docs.memory.claim(task.id)
    source = Watched(place, library)
    tally = collector(library, place, again).run(source)
    assert source.read == ["2.png", "3.png"]
    assert (tally.added, tally.unchanged, tally.processed) == (3, 0, 3)


def test_a_canceled_sync_stops_and_keeps_what_it_brought(
    library: Library, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "LOOK_SECONDS", 0.0)
    put(place, 1, 2, 3)
    task = begun(library, place)

    def cancel(entry: Entry) -> None:
        if entry.path == "2.png":
            library.docs.memory.cancel(task.id)

    with pytest.raises(Superseded):
        collector(library, place, task).run(Watched(place, library, cancel))
    assert library.names() == ["1.png"]


def test_an_attempt_that_was_overtaken_writes_nothing(library: Library, place: Path) -> None:
    put(place, 1, 2)
    task = begun(library, place)

    def overtake(entry: Entry) -> None:
        if entry.path == "2.png":
            dispatch.lose(library.yard, WORKER, Cause.LEASE_LAPSED, [task.id], actor="tests")

    with pytest.raises(Superseded):
        collector(library, place, task).run(Watched(place, library, overtake))
    assert library.names() == ["1.png"]


def test_a_source_that_fails_on_the_way_is_tried_again(library: Library, place: Path) -> None:
    put(place, 1, 2)

    def fail(entry: Entry) -> None:
        if entry.path == "2.png":
            raise TaskError("The server is gone.")

    with pytest.raises(TaskError):
        collector(library, place, begun(library, place)).run(Watched(place, library, fail))
    assert library.names() == ["1.png"]
    assert library.counts(place) == {"added": 1, "unchanged": 1}


def test_how_far_it_is_is_told(library: Library, place: Path) -> None:
    put(place, 1, 2, 3, 4)
    task = begun(library, place)
    told: list[float] = []

    def look(_entry: Entry) -> None:
        told.append(float(library.docs.memory.task(task.id).progress or 0))

    collector(library, place, task).run(Watched(place, library, look))
    assert told == [0.0, 25.0, 50.0, 75.0]
    assert library.docs.memory.task(task.id).progress == 100.0


def test_two_accounts_sync_the_same_place_each(library: Library, place: Path) -> None:
    put(place, 1)
    assert library.counts(place) == {"added": 1}
    other = library.docs.memory.open_account("other")
    library.docs.memory.account = other
    assert library.counts(place) == {"added": 1}


def test_passwords_in_the_options_are_never_shown(library: Library, place: Path) -> None:
    done = library.sync(place, options={"password": "hidden word"})
    assert "hidden word" not in str(done)
