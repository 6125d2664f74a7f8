"""What a post is made of: found, looked into, not repeated, and the same in every attempt."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.blobs import find_key
from shared.blobs.purge import purge
from shared.clock import FakeClock
from shared.db import Transaction
from shared.material.library import delete_material, find_material
from shared.sites.outcome import NotAccepted
from shared.tasks import dispatch
from shared.tasks.status import Status
from shared.tasks.task import Task
from shared.yard import Yard
from tests.media_files import picture, sound, video
from tests.posting_yard import PICTURE, VIDEO, FalsePlatform, PostingYard, hash_of, only, read
from workers import journal
from workers.journal import transacted
from workers.scripts.posting.local_files import local_file
from workers.scripts.publishers.protocol import Post

PICTURES: dict[str, Any] = {"content_type": 1}
FOLDER: dict[str, Any] = {"material_source": "localFolder", "material_path": "clips"}


@pytest.fixture
def clips(roots: Path) -> Path:
    """A folder below the roots."""
    folder = roots / "clips"
    folder.mkdir()
    return folder


def failure(task: Task) -> str:
    """Why the task failed, for good and at the first attempt."""
    assert (task.status, task.retry_count) == (Status.FAILED, 0)
    assert task.error is not None
    return str(task.error["message"])


def test_material_is_not_repeated_until_all_was_used_then_the_oldest_use_comes_first(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        yard.material(name)
    social = yard.social()
    for _ in range(5):
        yard.order(social)

    yard.work()

    assert platform.files == [["a.mp4"], ["b.mp4"], ["c.mp4"], ["a.mp4"], ["b.mp4"]]


def test_each_account_has_its_own_uses(yard: PostingYard, platform: FalsePlatform) -> None:
    yard.material("a.mp4")
    yard.material("b.mp4")

    for name in ("ann", "bob"):
        yard.done(yard.social(name))

    assert platform.files == [["a.mp4"], ["a.mp4"]]


def test_a_device_without_an_account_has_its_own_uses(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    yard.material("a.mp4")
    yard.material("b.mp4")
    device = yard.device(adb=True)
    for _ in range(2):
        yard.order(None, device)

    yard.work()

    assert platform.files == [["a.mp4"], ["b.mp4"]]


def test_a_list_is_used_in_its_order_and_then_from_the_oldest_use_on(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        yard.material(name)
    social = yard.social()
    for _ in range(3):
        yard.order(social, material_list=["c.mp4", "a.mp4", "c.mp4"])

    yard.work()

    assert platform.files == [["c.mp4"], ["a.mp4"], ["c.mp4"]]


def test_of_what_was_used_the_oldest_use_comes_first_whatever_the_list_says(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    social = yard.social()
    for name in ("a.mp4", "b.mp4"):
        yard.material(name)
    for names in (["b.mp4"], ["a.mp4"], ["a.mp4", "b.mp4"]):
        yard.done(social, material_list=names)

    assert platform.files == [["b.mp4"], ["a.mp4"], ["b.mp4"]]


def test_a_list_may_name_material_by_its_id(yard: PostingYard, platform: FalsePlatform) -> None:
    yard.material("a.mp4")
    yard.material("b.mp4")
    with yard.store.read() as tx:
        wanted = find_material(tx, yard.account_id, "b.mp4")
    assert wanted is not None

    yard.done(yard.social(), material_list=[wanted.id])

    assert platform.files == [["b.mp4"]]


def test_tags_narrow_the_library(yard: PostingYard, platform: FalsePlatform) -> None:
    yard.material("a.mp4")
    yard.material("b.mp4", tags=["cats"])
    yard.material("c.mp4", tags=["dogs", "new"])
    social = yard.social()
    for _ in range(2):
        yard.order(social, materials_tags="new, cats")

    yard.work()

    assert platform.files == [["b.mp4"], ["c.mp4"]]


def test_pictures_are_as_many_as_asked_for_and_each_is_another(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    yard.material("clip.mp4")
    for name in ("a.png", "b.png", "c.png", "d.png"):
        yard.material(name, PICTURE)
    social = yard.social()
    for _ in range(2):
        yard.order(social, image_count=3, **PICTURES)

    yard.work()

    assert platform.files == [["a.png", "b.png", "c.png"], ["d.png", "a.png", "b.png"]]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "The post asks for a video; there are none checked in the library."),
        (
            {"materials_tags": "cats"},
            "there are none checked in the library with one of the tags cats.",
        ),
        (
            {"image_count": 3, "content_type": 1},
            "The post asks for 3 pictures (image_count); there is 1 checked in the library.",
        ),
        (
            {"material_list": ["gone.mp4"]},
            "material_list: there is no gone.mp4 in the library, and no such file",
        ),
        (
            {"material_list": ["/etc/passwd"]},
            "material_list: there is no /etc/passwd in the library",
        ),
        ({"material_list": ["../yard.db"]}, "material_list: there is no ../yard.db in the library"),
        (
            {"material_list": ["a.png"]},
            "a.png cannot be published: it is a picture, and content_type 0 asks for a video.",
        ),
        (FOLDER, "material_path: there is no folder clips below TASKYARD_LOCAL_ROOTS."),
    ],
    ids=["none", "tags", "few", "missing", "outside", "above", "kind", "folder"],
)
def test_what_is_missing_or_wrong_is_told_by_its_name(
    yard: PostingYard, platform: FalsePlatform, config: dict[str, Any], message: str
) -> None:
    yard.material("a.png", PICTURE)

    assert message in failure(yard.done(yard.social(), **config))
    assert platform.attempts == []


def test_material_that_is_not_checked_yet_is_looked_into_now(
    yard: PostingYard, platform: FalsePlatform, tmp_path: Path
) -> None:
    yard.material("clip.mp4", None, video(tmp_path / "v.mp4").read_bytes())
    yard.material("text.mp4", None, b"just words")
    social = yard.social()

    assert yard.done(social, material_list=["clip.mp4"]).status is Status.COMPLETED
    assert "text.mp4 cannot be published: " in failure(
        yard.done(social, material_list=["text.mp4"])
    )
    (post,) = platform.posts
    assert (post.media[0].width, post.media[0].height) == (64, 48)


def test_what_the_platform_cannot_take_is_passed_over_as_long_as_something_else_fits(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    yard.material("long.mp4", replace(VIDEO, duration_seconds=700.0))
    yard.material("short.mp4")
    platform.refuses = only("video", 600.0)
    social = yard.social()

    yard.done(social)

    assert platform.files == [["short.mp4"]]
    assert failure(yard.done(social, material_list=["long.mp4"])) == "long.mp4 is too long."


def test_a_file_below_the_roots_is_published(
    yard: PostingYard, platform: FalsePlatform, roots: Path
) -> None:
    file = video(roots / "clip.mp4")
    content = file.read_bytes()

    task = yard.done(yard.social(), material_list=["clip.mp4"])

    assert task.status is Status.COMPLETED, task.error
    (media,) = platform.posts[0].media
    assert (media.name, media.kind, media.sha256) == ("clip.mp4", "video", hash_of(content))
    assert media.duration_seconds == pytest.approx(1.0, abs=0.2)


def test_a_file_that_changes_after_it_was_chosen_is_published_as_it_was(
    yard: PostingYard, platform: FalsePlatform, roots: Path, clock: FakeClock
) -> None:
    file = video(roots / "clip.mp4")
    content = file.read_bytes()
    platform.troubles.append("cut")
    seen: list[bytes] = []
    platform.meanwhile = lambda: seen.append(read(platform.attempts[-1][0].media[0]))
    social = yard.social()
    yard.order(social, material_list=[str(file)])
    yard.work()
    file.write_bytes(b"other")
    clock.advance(61)

    yard.work()

    assert len(platform.posts) == 1
    assert seen == [content, content]


def test_a_folder_is_used_by_the_numbers_of_its_names_and_others_kinds_are_passed_over(
    yard: PostingYard, platform: FalsePlatform, clips: Path
) -> None:
    for name in ("clip10.mp4", "clip2.mp4"):
        video(clips / name, shade=len(name))
    (clips / "a.png").write_bytes(picture())
    video(clips / ".hidden.mp4", shade=99)
    (clips / "deeper").mkdir()
    video(clips / "deeper" / "clip1.mp4")
    social = yard.social()
    for _ in range(3):
        yard.order(social, **FOLDER)

    yard.work()

    assert platform.files == [["clip2.mp4"], ["clip10.mp4"], ["clip2.mp4"]]


def test_a_broken_file_in_a_folder_is_passed_over_and_named_where_nothing_else_is_there(
    yard: PostingYard, platform: FalsePlatform, clips: Path
) -> None:
    (clips / "broken.mp4").write_bytes(b"no video")
    sound(clips / "only_sound.m4a").rename(clips / "sound.mp4")
    social = yard.social()
    assert "broken.mp4 cannot be published: " in failure(yard.done(social, **FOLDER))
    assert _blob_files(yard) == []

    video(clips / "whole.mp4")
    yard.done(social, **FOLDER)
    assert platform.files == [["whole.mp4"]]


def test_a_post_never_has_the_same_picture_twice(
    yard: PostingYard, platform: FalsePlatform, clips: Path
) -> None:
    for name in ("a.png", "copy of a.png"):
        (clips / name).write_bytes(picture())
    social = yard.social()
    assert "there is 1 in clips" in failure(yard.done(social, image_count=2, **PICTURES, **FOLDER))
    assert _blob_files(yard) == []

    (clips / "z.png").write_bytes(picture(shade=9))
    yard.done(social, image_count=2, **PICTURES, **FOLDER)
    assert platform.files == [["a.png", "z.png"]]


def test_a_caption_that_the_platform_refuses_leaves_no_copy_of_the_file(
    yard: PostingYard, platform: FalsePlatform, clips: Path
) -> None:
    video(clips / "clip.mp4")
    platform.refuses = lambda post: "The caption is too long." if post.caption else None

    assert failure(yard.done(yard.social(), captions="Hi", **FOLDER)) == "The caption is too long."
    assert _blob_files(yard) == []


def test_a_file_that_cannot_be_read_is_named(
    yard: PostingYard, platform: FalsePlatform, roots: Path
) -> None:
    os.mkfifo(roots / "pipe.mp4")
    (roots / "folder.mp4").mkdir()
    social = yard.social()

    for name in ("pipe.mp4", "folder.mp4"):
        assert f"there is no {name}" in failure(yard.done(social, material_list=[name]))


def test_a_file_that_is_larger_than_uploads_may_be_is_refused_before_it_is_read(
    yard: PostingYard, platform: FalsePlatform, roots: Path
) -> None:
    yard.memory.yard = replaced(yard.yard, max_upload_bytes=4)
    with (roots / "clip.mp4").open("wb") as file:
        file.truncate(2**40)

    told = failure(yard.done(yard.social(), material_list=["clip.mp4"]))

    assert told == "clip.mp4 cannot be published: it is larger than 4 bytes."


def test_a_file_that_is_gone_when_it_is_read_is_named(yard: PostingYard, roots: Path) -> None:
    file = video(roots / "clip.mp4")
    found = local_file(yard.yard, "clip.mp4")
    assert found is not None
    file.unlink()

    for use in (found.sha256, found.bring):
        with pytest.raises(NotAccepted, match=r"clip.mp4 cannot be read: No such file"):
            use()


def test_links_lead_nowhere_that_callers_may_not_go(
    yard: PostingYard,
    platform: FalsePlatform,
    roots: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    secret = video(tmp_path_factory.mktemp("elsewhere") / "outside.mp4")
    inside = video(roots / "real.mp4")
    (roots / "out.mp4").symlink_to(secret)
    (roots / "in.mp4").symlink_to(inside)
    (roots / "ring.mp4").symlink_to(roots / "ring.mp4")
    social = yard.social()

    for name in ("out.mp4", "ring.mp4"):
        assert f"there is no {name}" in failure(yard.done(social, material_list=[name]))
    assert yard.done(social, material_list=["in.mp4"]).status is Status.COMPLETED
    assert platform.files == [["real.mp4"]]


def test_the_yards_own_files_are_no_material(
    yard: PostingYard, platform: FalsePlatform, tmp_path: Path
) -> None:
    yard.memory.yard = replaced(yard.yard, local_roots=(tmp_path.parent,))
    own = video(tmp_path / "own.mp4")

    assert "there is no " in failure(yard.done(yard.social(), material_list=[str(own)]))


def test_what_a_task_chose_stays_until_it_is_published(
    yard: PostingYard, platform: FalsePlatform, clock: FakeClock
) -> None:
    content = yard.material("clip.mp4")
    platform.troubles.append("refused")
    task = yard.done(yard.social())
    assert task.status is Status.FAILED
    with yard.store.begin() as tx:
        found = find_material(tx, yard.account_id, "clip.mp4")
        assert found is not None
        delete_material(tx, yard.account_id, found.id)
    clock.advance(7200)

    assert yard.store.transact(lambda tx: purge(tx, content[:2])) == 0
    yard.memory.restart(task.id)
    yard.work()
    assert platform.files == [["clip.mp4"]]
    clock.advance(7200)
    assert yard.store.transact(lambda tx: purge(tx, content[:2])) == 1


def test_a_copy_that_is_kept_stays_where_only_the_answer_to_the_commit_was_lost(
    yard: PostingYard, platform: FalsePlatform, roots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = video(roots / "clip.mp4").read_bytes()
    task_id = yard.order(yard.social(), material_list=["clip.mp4"])

    def transacted_twice(its_yard: Yard, work: Callable[[Transaction], None]) -> None:
        transacted(its_yard, work)
        if yard.uses(task_id):
            dispatch.cancel(its_yard, task_id, yard.account_id, actor="tests")
            transacted(its_yard, work)

    monkeypatch.setattr(journal, "transacted", transacted_twice)
    yard.work()
    assert yard.task(task_id).status is Status.CANCELED
    with yard.store.read() as tx:
        key = find_key(tx, hash_of(content))
    assert key is not None
    with yard.yard.blobs.local(key) as file:
        assert file.read_bytes() == content


def test_what_is_removed_while_it_is_chosen_is_chosen_anew(
    yard: PostingYard, platform: FalsePlatform, clock: FakeClock
) -> None:
    content = yard.material("clip.mp4")
    clock.advance(7200)

    def removed(_post: Post) -> None:
        platform.refuses = lambda _: None
        with yard.store.begin() as tx:
            found = find_material(tx, yard.account_id, "clip.mp4")
            assert found is not None
            delete_material(tx, yard.account_id, found.id)
            assert purge(tx, content[:2]) == 1

    platform.refuses = removed
    task = yard.done(yard.social())
    assert task.error == {"code": "MATERIAL_MISSING", "message": "clip.mp4 was just removed."}
    assert yard.uses(task.id) == []

    yard.material("other.mp4")
    clock.advance(61)
    yard.work()
    assert platform.files == [["other.mp4"]]


def test_a_content_that_was_removed_by_hand_is_named(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    content = yard.material("clip.mp4")
    platform.troubles.append("refused")
    task = yard.done(yard.social())
    with yard.store.begin() as tx:
        key = find_key(tx, content)
    assert key is not None
    yard.yard.blobs.remove(key)
    yard.memory.restart(task.id)

    yard.work()

    assert failure(yard.task(task.id)) == "clip.mp4 is not kept any more."


def replaced(yard: Yard, **settings: Any) -> Yard:
    """The same yard with other settings."""
    return Yard(replace(yard.settings, **settings), yard.store, yard.broker, yard.registry)


def _blob_files(yard: PostingYard) -> list[Path]:
    """What lies in the blob store."""
    return [path for path in (yard.yard.settings.home / "blobs").rglob("*") if path.is_file()]
