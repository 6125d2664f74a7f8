"""Bundles in the outbox: complete, once for each task, whatever became of the attempts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from shared.clock import FakeClock
from shared.devices.device import change_device
from shared.errors import GiveWay, Unavailable
from shared.sites.outcome import TryLater
from shared.tasks.status import Status
from tests.media_files import video
from tests.posting_yard import PICTURE, FalsePlatform, Killed, PostingYard
from workers.journal import Journal
from workers.scripts.publishers import outbox
from workers.scripts.publishers.protocol import Login, Post, PostContext, Published


@pytest.fixture
def box(yard: PostingYard) -> Path:
    """Where the bundles appear."""
    return yard.yard.settings.home / "outbox"


def bundles(box: Path) -> list[str]:
    """What an agent finds there."""
    return sorted(str(path.parent.relative_to(box)) for path in box.glob("[!.]*/*/manifest.json"))


def unfinished(box: Path) -> list[Path]:
    """What is being made."""
    return list((box / ".making").iterdir())


def test_a_device_without_a_link_has_its_bundle_in_the_outbox(
    yard: PostingYard, box: Path, roots: Path
) -> None:
    content = video(roots / "clip.mp4").read_bytes()
    device = yard.device("device_serial_1")

    task = yard.done(None, device, captions="{Hi|Hello} #new", material_list=["clip.mp4"])

    assert task.status is Status.COMPLETED, task.error
    assert task.result is not None
    bundle = box / "device_serial_1" / str(task.number)
    assert task.result["url"] == bundle.as_uri()
    assert (task.result["publisher"], task.result["id"]) == ("outbox", str(task.number))
    assert {path.name for path in bundle.iterdir()} == {
        "01-clip.mp4", "caption.txt", "manifest.json",
    }  # fmt: skip
    assert (bundle / "01-clip.mp4").read_bytes() == content
    assert (bundle / "caption.txt").read_text() == task.result["caption"]
    assert unfinished(box) == []


def test_the_manifest_says_everything_that_whoever_posts_needs(
    yard: PostingYard, box: Path
) -> None:
    contents = [yard.material(name, PICTURE) for name in ("a.png", "b.png")]
    device = yard.device("phone")
    social = yard.social(with_token=False, package_name="com.example", device_id=device.id)

    task = yard.done(
        social, device, content_type=1, image_count=2, captions="Hi", placement="story",
        post_way="useSound", sound_name="Waves", add_sound=1, add_product_link=1,
    )  # fmt: skip

    (name,) = bundles(box)
    assert name == f"ann/{task.number}"
    manifest: dict[str, Any] = json.loads((box / name / "manifest.json").read_text())
    media = manifest.pop("media")
    assert [(one["file"], one["sha256"], one["width"]) for one in media] == [
        ("01-a.png", contents[0], 720), ("02-b.png", contents[1], 720),
    ]  # fmt: skip
    assert manifest == {
        "key": task.id,
        "task": task.number,
        "account": {"platform": "mastodon", "username": "ann", "package_name": "com.example"},
        "device": {"serial": "phone", "name": "phone"},
        "caption": "Hi",
        "placement": "story",
        "post_way": "useSound",
        "sound": {
            "choice": "1", "name": "Waves", "keyword": "", "original_volume": 50,
            "added_volume": 50,
        },
        "add_product_link": True,
        "upload_wait_seconds": 30.0,
        "sound_wait_seconds": 10.0,
    }  # fmt: skip


def test_no_secret_is_in_a_bundle(yard: PostingYard, box: Path) -> None:
    yard.material("clip.mp4")
    social = yard.social("ann", "myspace")
    assert yard.done(social).status is Status.COMPLETED
    (name,) = bundles(box)
    manifest = (box / name / "manifest.json").read_text()
    assert "a token" not in manifest
    assert "credential" not in manifest


@pytest.mark.parametrize(
    ("username", "folder"),
    [
        ("../../etc", "_.._etc"),
        ("..", "_"),
        (".hid/den", "hid_den"),
        ("Анна", "Анна"),
        ("x" * 90, "x" * 60),
    ],
    ids=["up", "dots", "hidden", "letters", "long"],
)
def test_a_name_leads_nowhere_outside_of_the_outbox(
    yard: PostingYard, box: Path, username: str, folder: str
) -> None:
    yard.material("clip.mp4")
    task = yard.done(yard.social(username, with_token=False))
    assert bundles(box) == [f"{folder}/{task.number}"]


class Steps:
    """Where the process that makes a bundle dies: before or after a step."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    def die(self, name: str, *, after: bool, error: BaseException) -> None:
        """Raise ``error`` around the function ``name`` of the outbox."""
        real = getattr(outbox, name)

        def step(*args: Any) -> None:
            if after:
                real(*args)
            raise error

        self._patch.setattr(outbox, name, step)

    def live(self) -> None:
        """Let the next process live."""
        self._patch.undo()


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """Steps at which this test lets the process die."""
    return Steps(monkeypatch)


def killed(yard: PostingYard, task_id: str) -> None:
    """Run the task in a process that dies, and let that be seen."""
    context = yard.begin(task_id)
    with pytest.raises(Killed):
        yard.run(context)
    yard.lose()


@pytest.mark.parametrize("taken", [False, True], ids=["lies", "taken"])
@pytest.mark.parametrize(
    ("step", "after"),
    [("_copy", True), ("_write", False), ("_write", True), ("_move", False), ("_move", True)],
    ids=["copied", "unwritten", "written", "unmoved", "moved"],
)
def test_a_process_that_dies_leaves_one_bundle_in_the_end(
    yard: PostingYard, box: Path, steps: Steps, step: str, after: bool, taken: bool
) -> None:
    yard.material("clip.mp4")
    task_id = yard.order(None, yard.device("phone"))
    steps.die(step, after=after, error=Killed())
    killed(yard, task_id)
    steps.live()
    found = bundles(box)
    assert len(found) == (1 if (step, after) == ("_move", True) else 0)
    if taken:
        for name in found:
            shutil.rmtree(box / name)

    yard.work()

    task = yard.task(task_id)
    assert task.status is Status.COMPLETED
    assert len(bundles(box)) == (0 if found and taken else 1)
    assert unfinished(box) == []
    assert task.result is not None
    assert task.result["url"] == (box / "phone" / str(task.number)).as_uri()


def test_an_attempt_that_was_replaced_while_it_copied_leaves_no_bundle(
    yard: PostingYard, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard.material("clip.mp4")
    task_id = yard.order(None, yard.device("phone"))
    old = yard.begin(task_id, holder="old/1")
    monkeypatch.setattr(outbox, "_copy", lambda *_: yard.lose("old/1"))
    with pytest.raises(GiveWay, match="another attempt"):
        yard.run(old)
    assert bundles(box) == []
    assert unfinished(box) == []

    monkeypatch.undo()
    yard.work()
    assert len(bundles(box)) == 1


def test_a_full_disk_is_tried_again(
    yard: PostingYard, box: Path, steps: Steps, clock: FakeClock
) -> None:
    yard.material("clip.mp4")
    task_id = yard.order(None, yard.device("phone"))
    steps.die("_copy", after=True, error=OSError(28, "No space left on device"))
    yard.work()
    task = yard.task(task_id)
    assert (task.status, task.retry_count) == (Status.PENDING, 1)
    assert task.error == {
        "code": "UNAVAILABLE",
        "message": "The outbox cannot be written: No space left on device.",
    }
    assert unfinished(box) == []

    steps.live()
    clock.advance(61)
    yard.work()
    assert yard.task(task_id).status is Status.COMPLETED


def test_a_store_that_goes_away_leaves_nobody_a_second_bundle(
    yard: PostingYard, box: Path, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    yard.material("clip.mp4")
    task_id = yard.order(None, yard.device("phone"))
    real = Journal.note

    def note(journal: Journal, **facts: Any) -> None:
        real(journal, **facts)
        raise Unavailable("The store does not answer.", outcome_unknown=True)

    monkeypatch.setattr(Journal, "note", note)
    yard.work()
    assert bundles(box) == []
    monkeypatch.undo()
    clock.advance(61)
    yard.work()

    assert yard.task(task_id).status is Status.COMPLETED
    assert len(bundles(box)) == 1
    assert unfinished(box) == []


def test_what_another_publisher_noted_is_not_taken_for_a_bundle(
    yard: PostingYard,
    platform: FalsePlatform,
    box: Path,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    yard.material("clip.mp4")
    device = yard.device("phone", adb=True)

    def publish(_post: Post, _account: Login, context: PostContext) -> Published:
        context.note(adb_handed_over=False)
        raise TryLater("The app does not open.")

    monkeypatch.setattr(platform, "publish", publish)
    task = yard.done(None, device)
    assert task.status is Status.PENDING
    with yard.store.begin() as tx:
        change_device(tx, device, adb=False)
    clock.advance(61)
    yard.work()

    assert yard.task(task.id).status is Status.COMPLETED
    assert bundles(box) == [f"phone/{task.number}"]


def test_a_bundle_of_a_yard_before_this_one_is_left_alone(yard: PostingYard, box: Path) -> None:
    yard.material("clip.mp4")
    task_id = yard.order(None, yard.device("phone"))
    number = yard.task(task_id).number
    old = box / "phone" / str(number)
    old.mkdir(parents=True)
    (old / "caption.txt").write_text("old")

    yard.work()

    assert (old / "caption.txt").read_text() == "old"
    assert bundles(box) == [f"phone/{number}-{task_id}"]
