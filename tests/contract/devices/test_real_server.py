"""Publishing through a real ADB server, to a telephone that speaks the ADB transport to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared.db import Store
from shared.devices.adb_link import device_states, trouble
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
from tests.adb.adbd import Adbd
from tests.adb.phone import TIKTOK, Phone
from tests.adb.program import AdbProgram
from tests.adb.screen import Widget
from tests.contract.devices.publishing import Publishing
from tests.servers import eventually
from workers.scripts.publishers.adb import tap
from workers.scripts.publishers.protocol import DeviceOffline

CAPTION = """it's "new" $(reboot) `id`; rm -rf / & # 😀
second line"""


@pytest.fixture
def adbd() -> Iterator[Adbd]:
    """A telephone with ADB over TCP."""
    listening = Adbd(Phone("tcp"))
    listening.start()
    yield listening
    listening.stop()
    assert listening.complaints == []


@pytest.fixture
def program(tmp_path: Path, adbd: Adbd) -> Iterator[AdbProgram]:
    """A real ADB server, connected to the telephone."""
    program = AdbProgram(tmp_path)
    with program.serving():
        assert "connected" in program.run("connect", adbd.serial).stdout
        eventually(lambda: device_states(program.address).get(adbd.serial) == "device")
        yield program


@pytest.fixture
def real(
    program: AdbProgram, adbd: Adbd, settings: Settings, sqlite_store: Store, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Publishing:  # fmt: skip
    """The publisher on it, where no last tap can be made."""
    monkeypatch.setattr(tap, "BUTTONS", {})
    settings = replace(settings, adb_server=program.address)
    return Publishing(settings, sqlite_store, tmp_path, adbd.serial)


def test_a_film_and_its_caption_arrive_and_are_shared(real: Publishing, adbd: Adbd) -> None:
    film = real.media(content=bytes(range(256)) * 8_000)

    real.publish(real.post(CAPTION, media=(film,)))

    assert list(adbd.phone.media().values()) == [bytes(range(256)) * 8_000]
    assert [intent["-p"] for intent in adbd.phone.intents] == [TIKTOK]
    assert adbd.phone.intents[0]["extras"]["android.intent.extra.TEXT"] == CAPTION
    assert adbd.phone.caption() == CAPTION


def test_the_longest_caption_arrives(real: Publishing, adbd: Adbd) -> None:
    real.publish(real.post("'" * 5_000))

    assert adbd.phone.intents[0]["extras"]["android.intent.extra.TEXT"] == "'" * 5_000


def test_a_telephone_that_goes_in_the_middle_of_a_push_is_offline(
    real: Publishing, adbd: Adbd
) -> None:
    adbd.phone.gone_after_bytes = 1_000_000
    film = real.media(content=bytes(20_000_000))

    with pytest.raises(DeviceOffline):
        real.publish(real.post(media=(film,)))

    assert adbd.phone.intents == []


def test_a_full_telephone_says_so(real: Publishing, adbd: Adbd) -> None:
    adbd.phone.space = 1_000_000
    film = real.media(content=bytes(20_000_000))

    with pytest.raises(TryLater, match="no space left"):
        real.publish(real.post(media=(film,)))


def test_a_service_cut_after_the_app_was_opened_leaves_the_outcome_unknown(
    real: Publishing, adbd: Adbd
) -> None:
    adbd.phone.cut_after = "am start"

    with pytest.raises(NotAccepted) as caught:
        real.publish()

    assert caught.value.code == "OUTCOME_UNKNOWN"


def test_the_last_taps_are_made(
    real: Publishing, adbd: Adbd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tap, "BUTTONS", {TIKTOK: (("Next",), ("Post",))})
    adbd.phone.screen.pages = [[Widget("Next")], [Widget("Post", place=(0, 200, 100, 250))]]

    real.publish()

    assert adbd.phone.screen.taps == ["Next", "Post"]
    assert adbd.phone.media() == {}


def test_a_telephone_that_left_is_in_trouble(program: AdbProgram, adbd: Adbd) -> None:
    assert trouble(adbd.serial, device_states(program.address)) is None

    adbd.phone.state = "gone"
    adbd.hang_up()

    eventually(lambda: trouble(adbd.serial, device_states(program.address)))


def test_a_telephone_that_was_never_connected_is_in_trouble(program: AdbProgram) -> None:
    sentence = trouble("R58M12ABCDE", device_states(program.address))
    assert sentence == "Device R58M12ABCDE is not connected to the ADB server."
