"""Posts on a running yard, asked for as the operator's own machine asks: without a credential."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.media_files import picture, video
from tests.servers import eventually
from tests.yard import UpYard

TASK = "/api/v1/task"
DONE, FAILED = 2, 3


class Desk:
    """An operator at the machine on which the yard runs."""

    def __init__(self, client: httpx.Client, folder: Path, outbox: Path) -> None:
        self.client = client
        self.folder = folder
        self.outbox = outbox

    def order(self, serial: str, **body: Any) -> int:
        """Order a post on a device; the task's id."""
        config = {"content_type": 0, "captions": "{Hi|Hello} #new", **body.pop("config", {})}
        asked = {"serials": [serial], "script_name": "post", "script_config": config, **body}
        (number,) = self.data(self.client.post(TASK, json=asked))["task_ids"]
        return int(number)

    def data(self, answer: httpx.Response) -> Any:
        """What a successful answer holds."""
        body = answer.json()
        assert (answer.status_code, body["code"], body["message"]) == (200, 0, "success"), body
        return body["data"]

    def code(self, answer: httpx.Response) -> int:
        """Why it is none."""
        return int(answer.json()["code"])

    def task(self, number: int) -> dict[str, Any]:
        """The task as it is now."""
        return dict(self.data(self.client.get(f"{TASK}/{number}")))

    def until(self, number: int, status: int) -> dict[str, Any]:
        """Wait until the task is there; it is shown then."""
        eventually(lambda: self.task(number)["status"] == status, 60, f"status {status}")
        return self.task(number)

    def bundle(self, serial: str, number: int) -> Path:
        """Where the bundle of a task lies."""
        return self.outbox / serial / str(number)


@pytest.fixture
def desk(up: UpYard) -> Iterator[Desk]:
    """The operator, with a clip in the folder in which the yard was started."""
    if not (up.folder / "clip.mp4").exists():
        video(up.folder / "clip.mp4")
    with httpx.Client(base_url=up.url, timeout=30) as client:
        yield Desk(client, up.folder, up.home / "outbox")


def test_a_post_for_a_device_lies_in_the_outbox_ready_to_be_posted(desk: Desk) -> None:
    number = desk.order("device_serial_1", config={"material_list": ["clip.mp4"]})

    task = desk.until(number, DONE)

    assert (task["serial"], task["progress"], task["retry_count"]) == ("device_serial_1", 100, 0)
    bundle = desk.bundle("device_serial_1", number)
    assert (bundle / "01-clip.mp4").read_bytes() == (desk.folder / "clip.mp4").read_bytes()
    assert (bundle / "caption.txt").read_text() in {"Hi #new", "Hello #new"}
    manifest = json.loads((bundle / "manifest.json").read_text())
    assert (manifest["task"], manifest["device"]["serial"]) == (number, "device_serial_1")
    assert manifest["media"][0]["duration_seconds"] == pytest.approx(1.0, abs=0.2)


def test_a_post_that_failed_is_tried_again_once_its_material_is_there(desk: Desk) -> None:
    config = {"content_type": 1, "material_list": ["late.png"]}
    before = desk.data(desk.client.get(f"{TASK}/stats"))
    number = desk.order("device_late", config=config)
    task = desk.until(number, FAILED)
    assert "there is no late.png" in task["remark"]
    now = desk.data(desk.client.get(f"{TASK}/stats"))
    assert (now["total"], now["failed"]) == (before["total"] + 1, before["failed"] + 1)

    (desk.folder / "late.png").write_bytes(picture())
    desk.data(desk.client.post(f"{TASK}/{number}/retry"))

    desk.until(number, DONE)
    assert (desk.bundle("device_late", number) / "01-late.png").is_file()
    assert desk.code(desk.client.post(f"{TASK}/{number}/retry")) == 40901


def test_all_that_failed_is_tried_again_at_once(desk: Desk) -> None:
    config = {"content_type": 1, "material_list": ["later.png"]}
    numbers = [desk.order(f"device_later_{n}", config=config) for n in range(2)]
    for number in numbers:
        desk.until(number, FAILED)
    (desk.folder / "later.png").write_bytes(picture(shade=1))

    retried = desk.data(desk.client.post(f"{TASK}/retry-all"))

    assert set(numbers) <= set(retried["task_ids"])
    for number in numbers:
        desk.until(number, DONE)


def test_a_post_for_later_waits_and_can_be_stopped(desk: Desk) -> None:
    soon = datetime.now(UTC) + timedelta(hours=2)
    number = desk.order("device_timed", start_time=f"{soon:%H:%M}")
    task = desk.task(number)
    assert task["status"] == 0
    due = datetime.fromisoformat(task["start_time"])
    assert timedelta(0) < due - datetime.now(UTC) <= timedelta(hours=2)

    assert desk.data(desk.client.post(f"{TASK}/{number}/stop"))["status"] == FAILED

    assert desk.task(number)["remark"] == "stopped"
    assert desk.code(desk.client.post(f"{TASK}/{number}/retry")) == 40901
    assert not desk.bundle("device_timed", number).exists()


def test_several_tasks_are_deleted_by_a_body(desk: Desk) -> None:
    later = f"{datetime.now(UTC) + timedelta(hours=3):%H:%M}"
    numbers = [desk.order(f"device_deleted_{n}", start_time=later) for n in range(2)]
    unknown = 10**9

    answer = desk.client.request("DELETE", f"{TASK}/batch", json={"task_ids": [*numbers, unknown]})

    assert desk.data(answer) == {
        "deleted_count": 2, "deleted_ids": numbers, "not_found_ids": [unknown],
    }  # fmt: skip
    assert [desk.code(desk.client.get(f"{TASK}/{number}")) for number in numbers] == [40401] * 2


def test_a_page_of_another_site_has_no_credential_here(desk: Desk) -> None:
    answer = desk.client.get(f"{TASK}/stats", headers={"Origin": "https://example.com"})
    assert desk.code(answer) == 40101
