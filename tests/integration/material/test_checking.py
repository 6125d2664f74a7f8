"""Uploads are listed at once, and used once a worker has looked into them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from shared.blobs import Written
from shared.db import Transaction
from shared.errors import Refused
from shared.material.choice import unused_first
from shared.material.intake import Arrival, Taken, take_in_all
from shared.material.library import delete_material
from shared.tasks.status import Status
from tests import media_files
from tests.integration.material.conftest import Library
from tests.memory_yard import WORKER, in_threads
from workers.execute import execute
from workers.scripts.material_check import MATERIAL_CHECK

PHOTO = media_files.picture("JPEG", orientation=6)
HALF = media_files.cut(media_files.picture("JPEG", (400, 300)))


def test_an_upload_is_unchecked_at_first(library: Library) -> None:
    taken = library.upload("photo.jpg", PHOTO, "summer")
    assert (taken.is_new, len(taken.drafts)) == (True, 1)
    assert (taken.material.state, taken.material.kind) == ("unchecked", None)
    assert taken.material.media_type == "image/jpeg"
    assert taken.material.tags == ["summer"]
    with library.store.read() as tx:
        assert unused_first(tx, library.account_id, "account/anna", "image") == []


def test_its_check_tells_what_it_is(library: Library) -> None:
    taken = library.upload("photo.mp4", PHOTO)
    task = library.check(taken)
    assert task.status is Status.COMPLETED
    assert task.result == {
        "materialId": taken.material.id, "kind": "image", "media_type": "image/jpeg",
        "width": 30, "height": 40, "duration_seconds": None,
    }  # fmt: skip
    row = library.row(taken.material.id)
    assert (row.state, row.kind, row.media_type) == ("checked", "image", "image/jpeg")
    assert (row.width, row.height, row.duration_seconds) == (30, 40, None)
    assert library.next("account/anna", kind="image") == ["photo.mp4"]


def test_a_video_is_measured(library: Library, tmp_path: Path) -> None:
    film = media_files.video(tmp_path / "film.mp4", seconds=2).read_bytes()
    taken = library.upload("film.mp4", film)
    library.check(taken)
    row = library.row(taken.material.id)
    assert (row.kind, row.width, row.height) == ("video", 64, 48)
    assert row.duration_seconds == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.jpg", b"", "The file is empty (0 bytes)."),
        ("half.jpg", HALF, "The JPEG picture is cut off or damaged."),
        ("huge.png", media_files.huge_png(60_000, 60_000),
         "The picture has 60000 × 60000 pixels; more than 100 million are not taken."),
        ("paper.jpg", b"%PDF-1.7",
         "It is no picture, video or sound that is known here: it looks like application/pdf."),
    ],
    ids=["empty", "half", "huge", "paper"],
)  # fmt: skip
def test_what_is_refused_says_why_and_is_never_chosen(
    name: str, content: bytes, reason: str, library: Library
) -> None:
    taken = library.upload(name, content)
    task = library.check(taken)
    assert task.status is Status.FAILED
    assert task.error is not None
    assert (task.error["code"], task.error["message"]) == ("MATERIAL_REFUSED", f"{name}: {reason}")
    row = library.row(taken.material.id)
    assert (row.state, row.error, row.kind) == ("refused", reason, None)
    assert library.next("account/anna", kind="image") == []


def test_a_known_good_content_is_not_checked_again(library: Library) -> None:
    library.check(library.upload("photo.jpg", PHOTO))
    again = library.upload("photo.jpg", PHOTO, "summer")
    assert (again.is_new, again.drafts) == (False, ())
    assert again.material.tags == ["summer"]


def test_a_refused_content_is_checked_again_when_it_comes_again(library: Library) -> None:
    library.check(library.upload("half.jpg", HALF))
    again = library.upload("half.jpg", HALF)
    assert len(again.drafts) == 1
    library.check(again)
    assert library.row(again.material.id).state == "refused"


def test_uploads_of_the_same_content_share_their_check(library: Library) -> None:
    first, second = library.upload("a.jpg", PHOTO), library.upload("b.jpg", PHOTO)
    assert first.material.id == second.material.id
    assert execute(library.yard, MATERIAL_CHECK, [first.drafts[0].id], WORKER) == 1
    assert execute(library.yard, MATERIAL_CHECK, [second.drafts[0].id], WORKER) == 0


def test_what_was_deleted_meanwhile_is_not_checked(library: Library) -> None:
    taken = library.upload("photo.jpg", PHOTO)
    with library.store.begin() as tx:
        delete_material(tx, library.account_id, taken.material.id)
    task = library.check(taken)
    assert (task.status, (task.error or {})["code"]) == (Status.FAILED, "NOT_FOUND")
    assert library.row(taken.material.id).state == "unchecked"


def test_uploads_of_the_same_files_in_any_order_never_wait_for_each_other(
    library: Library,
) -> None:
    def written(number: int) -> list[Written]:
        contents = [f"content {n}".encode() for n in range(8)]
        return [library.written(c) for c in (contents if number % 2 else contents[::-1])]

    def upload(number: int) -> list[Taken]:
        arrivals = [Arrival(name="a", written=one) for one in written(number)]

        def take(tx: Transaction) -> list[Taken]:
            return take_in_all(tx, library.yard.registry, library.account_id, arrivals)

        return library.store.transact(take, attempts=1)

    answers: Sequence[list[Taken]] = in_threads(4, upload)
    ids = [[one.material.id for one in taken] for taken in answers]
    assert ids[0] == ids[2] == ids[1][::-1] == ids[3][::-1]
    assert len(set(ids[0])) == 8


def test_nothing_of_an_upload_with_impossible_tags_is_added(library: Library) -> None:
    with pytest.raises(Refused) as caught:
        library.upload("photo.jpg", PHOTO, "one,two")
    assert caught.value.field == "tags"
    assert library.names() == []
