"""What goes wrong on the way to a device, and what is said of it."""

from __future__ import annotations

import subprocess
from contextlib import closing
from threading import Thread

import pytest

from shared.errors import GiveWay, TaskError
from shared.sites.outcome import NotAccepted, TryLater
from tests.adb.phone import TIKTOK, Phone
from tests.adb.server import AdbServer
from tests.contract.devices.publishing import SERIAL, Publishing
from tests.servers import eventually
from workers.scripts.publishers.adb import gallery, patience
from workers.scripts.publishers.adb import phone as phones
from workers.scripts.publishers.protocol import DeviceOffline, Login

pytestmark = pytest.mark.usefixtures("no_tap")


@pytest.mark.parametrize("state", ["offline", "unauthorized", "gone", "recovery"])
def test_a_telephone_that_is_not_ready_is_offline_and_says_why(
    publishing: Publishing, phone: Phone, state: str
) -> None:
    phone.state = state

    with pytest.raises(DeviceOffline, match=f"Device {SERIAL} "):
        publishing.publish()


def test_without_an_adb_server_the_device_is_offline(
    publishing: Publishing, server: AdbServer
) -> None:
    server.stop()

    with pytest.raises(DeviceOffline, match="The ADB server does not answer"):
        publishing.publish()


def test_no_adb_server_is_started_where_there_is_none(
    server: AdbServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    monkeypatch.setattr(subprocess, "run", lambda *words, **_: started.append(words))
    server.stop()

    phone = phones.Phone(server.address, SERIAL)
    with closing(phone), pytest.raises(DeviceOffline):
        phone.run(("ls",))

    assert started == []


def test_a_telephone_that_goes_in_the_middle_of_a_push_is_offline(
    publishing: Publishing, phone: Phone
) -> None:
    phone.gone_after_bytes = 100_000
    film = publishing.media(content=bytes(1_000_000))

    with pytest.raises(DeviceOffline, match="not connected"):
        publishing.publish(publishing.post(media=(film,)))

    assert phone.intents == []
    assert publishing.kept == {}


def test_once_it_is_back_the_post_is_made_with_all_of_the_film(
    publishing: Publishing, phone: Phone
) -> None:
    film = publishing.media(content=bytes(1_000_000))
    phone.gone_after_bytes = 100_000
    with pytest.raises(DeviceOffline):
        publishing.publish(publishing.post(media=(film,)))
    phone.gone_after_bytes, phone.state = None, "device"

    publishing.publish(publishing.post(media=(film,)))

    assert list(phone.media().values()) == [bytes(1_000_000)]
    assert len(phone.intents) == 1


def test_a_telephone_that_does_not_take_files_says_why(
    publishing: Publishing, phone: Phone
) -> None:
    phone.is_read_only = True

    with pytest.raises(TryLater, match="Read-only file system") as caught:
        publishing.publish()

    assert caught.value.code == "PUSH_REFUSED"


def test_a_full_telephone_says_so_and_may_be_tried_again(
    publishing: Publishing, phone: Phone
) -> None:
    phone.space = 100_000
    film = publishing.media(content=bytes(1_000_000))

    with pytest.raises(TryLater, match="no space left") as caught:
        publishing.publish(publishing.post(media=(film,)))

    assert caught.value.code == "NO_SPACE"


def test_a_file_that_did_not_arrive_whole_is_not_shared(
    publishing: Publishing, phone: Phone
) -> None:
    phone.loses_bytes = True

    with pytest.raises(TryLater, match=r"does not have all of clip\.mp4"):
        publishing.publish()

    assert phone.intents == []


def test_a_gallery_that_does_not_take_the_film_in_is_tried_later(
    publishing: Publishing, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "INDEX_SECONDS", 0.1)
    phone.ignores_scans = True

    with pytest.raises(TryLater, match="gallery") as caught:
        publishing.publish()

    assert caught.value.code == "NOT_INDEXED"


def test_the_next_post_takes_the_place_of_what_the_app_still_shows(
    publishing: Publishing, phone: Phone
) -> None:
    publishing.publish()
    publishing.kept.clear()

    publishing.publish(publishing.post("the next one"))

    captions = [i["extras"]["android.intent.extra.TEXT"] for i in phone.intents]
    assert captions == ["Hello #new", "the next one"]


def test_a_share_that_only_brings_the_app_to_the_front_is_none(
    publishing: Publishing, phone: Phone
) -> None:
    warning = "Warning: Activity not started, its current task has been brought to the front\n"
    phone.failing = {"am start": (0, f"Starting: Intent {{ }}\n{warning}")}

    with pytest.raises(TryLater, match="brought to the front"):
        publishing.publish()


def test_the_result_says_whose_account_the_app_is_to_be_in(publishing: Publishing) -> None:
    assert any("is to be anna" in note for note in publishing.publish().notes)


def test_an_app_that_is_not_installed_is_refused(publishing: Publishing, phone: Phone) -> None:
    phone.packages = {f"{TIKTOK}.beta"}

    with pytest.raises(NotAccepted, match="not installed") as caught:
        publishing.publish()

    assert caught.value.code == "APP_MISSING"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("Error: Activity not started, unable to resolve Intent { act=SEND }\n", NotAccepted),
        ("java.lang.SecurityException: Permission Denial: starting Intent\n", NotAccepted),
        ("Error: Activity not started, voice control not allowed\n", TryLater),
    ],
    ids=["unresolved", "denied", "busy"],
)
def test_an_app_that_does_not_open_was_not_opened(
    publishing: Publishing, phone: Phone, answer: str, error: type[TaskError]
) -> None:
    phone.failing = {"am start": (0, answer)}

    with pytest.raises(error, match="does not open"):
        publishing.publish()

    assert not publishing.kept["adb_handed_over"]


def test_a_link_cut_after_the_app_was_opened_leaves_the_outcome_unknown(
    publishing: Publishing, phone: Phone
) -> None:
    phone.cut_after = "am start"

    with pytest.raises(NotAccepted) as caught:
        publishing.publish()

    assert caught.value.code == "OUTCOME_UNKNOWN"
    assert not caught.value.retryable


def test_after_an_unknown_outcome_nothing_is_opened_again(
    publishing: Publishing, phone: Phone
) -> None:
    phone.cut_after = "am start"
    with pytest.raises(NotAccepted):
        publishing.publish()
    phone.cut_after = ""

    with pytest.raises(NotAccepted, match="look at it") as caught:
        publishing.publish()

    assert caught.value.code == "OUTCOME_UNKNOWN"
    assert len(phone.intents) == 1


def test_a_link_that_breaks_before_anything_was_opened_is_tried_again(
    publishing: Publishing, phone: Phone
) -> None:
    phone.cut_after = "pm list"

    with pytest.raises(TryLater) as caught:
        publishing.publish()

    assert caught.value.code == "ADB_LINK"
    assert publishing.kept == {}


def test_a_telephone_that_says_nothing_does_not_hold_the_worker(
    publishing: Publishing, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phones, "ANSWER_SECONDS", 0.2)
    phone.may_receive.clear()
    film = publishing.media(content=bytes(100_000))

    with pytest.raises(TryLater, match="broke"):
        publishing.publish(publishing.post(media=(film,)))


def test_a_post_that_is_asked_to_stop_stops_while_the_media_goes(
    publishing: Publishing, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LOOK_SECONDS", 0.0)
    phone.may_receive.clear()
    film = publishing.media(content=bytes(1_000_000))
    ended: list[type[BaseException]] = []

    def publish() -> None:
        try:
            publishing.publish(publishing.post(media=(film,)))
        except GiveWay as error:
            ended.append(type(error))

    thread = Thread(target=publish)
    thread.start()
    assert phone.receiving.wait(10)
    publishing.context.is_stopped = True
    phone.may_receive.set()
    thread.join(10)

    assert ended == [GiveWay]
    assert phone.intents == []


def test_a_post_that_is_asked_to_stop_does_not_wait_for_the_upload(
    publishing: Publishing, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LOOK_SECONDS", 0.05)
    ended: list[str] = []

    def publish() -> None:
        try:
            publishing.publish(publishing.post(upload_wait_seconds=60.0))
        except GiveWay as error:
            ended.append(str(error))

    thread = Thread(target=publish)
    thread.start()
    eventually(lambda: phone.intents)
    publishing.context.is_stopped = True
    thread.join(10)

    assert ended == ["asked to stop"]


def test_a_caption_too_long_for_a_command_is_refused(publishing: Publishing) -> None:
    with pytest.raises(NotAccepted, match="too long"):
        publishing.publish(publishing.post("'" * 20_000))


def test_the_longest_caption_arrives(publishing: Publishing, phone: Phone) -> None:
    publishing.publish(publishing.post("'" * 5_000))

    assert phone.intents[0]["extras"]["android.intent.extra.TEXT"] == "'" * 5_000


def test_an_account_without_a_device_is_refused(publishing: Publishing) -> None:
    with pytest.raises(NotAccepted, match="bound to no device"):
        publishing.publisher.publish(publishing.post(), Login(), publishing.context)


def test_a_sound_is_no_post(publishing: Publishing) -> None:
    with pytest.raises(NotAccepted, match=r"song\.mp3 is neither"):
        publishing.publisher.check(
            publishing.post(media=(publishing.media("song.mp3", kind="audio"),))
        )
