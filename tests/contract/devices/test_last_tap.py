"""The last taps by uiautomator2, whose server answers behind the telephone."""

from __future__ import annotations

import sys

import pytest

from shared.accounts.account import create_account
from shared.accounts.plan import Plan
from shared.db import Store
from shared.devices.device import add_device
from shared.settings import Settings
from shared.sites.outcome import NotAccepted
from shared.social.account import add_social_account
from tests.adb.phone import Phone
from tests.adb.screen import FIELD, Widget
from tests.contract.devices.publishing import SERIAL, Publishing
from workers.scripts.publishers.adb import tap
from workers.scripts.publishers.protocol import DeviceOffline, Login

NEXT_BUTTON = (0, 100, 100, 150)
POST_BUTTON = (0, 200, 100, 250)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A button that is not seen at once is not there."""
    monkeypatch.setattr(tap, "BUTTON_SECONDS", 0.3)


@pytest.fixture(autouse=True)
def app(phone: Phone) -> None:
    """TikTok's way: an editor, then the post's page."""
    phone.screen.pages = [
        [Widget("Next", place=NEXT_BUTTON)],
        [
            Widget("", kind=FIELD, place=(0, 0, 100, 50)),
            Widget("Drafts", place=(0, 300, 100, 350)),
            Widget("Post", place=POST_BUTTON),
        ],
    ]


def test_the_post_is_sent_by_the_apps_own_buttons(publishing: Publishing, phone: Phone) -> None:
    published = publishing.publish()

    assert phone.screen.taps == ["Next", "Post"]
    assert published.notes == ()


def test_a_caption_that_the_app_left_out_is_written(publishing: Publishing, phone: Phone) -> None:
    field = phone.screen.pages[1][0]

    publishing.publish(publishing.post("it's #new"))

    assert field.text == "it's #new"


def test_a_caption_that_the_app_took_is_left_alone(publishing: Publishing, phone: Phone) -> None:
    phone.screen.pages[1][0].text = "Hello #new "

    publishing.publish(publishing.post("Hello #new"))

    assert "setText" not in phone.screen.has_known


def test_the_media_is_removed_once_it_was_sent(publishing: Publishing, phone: Phone) -> None:
    publishing.publish()

    assert phone.media() == {}
    assert phone.rows == {}
    assert phone.caption() is None


@pytest.mark.parametrize("trouble", ["refused", "cut"])
def test_media_that_can_not_be_removed_is_named_and_no_failure(
    publishing: Publishing, phone: Phone, trouble: str
) -> None:
    phone.failing = {"rm ": (1, "rm: Permission denied\n")} if trouble == "refused" else {}
    phone.cut_after = "rm " if trouble == "cut" else ""

    published = publishing.publish()

    assert any("still on the device" in note for note in published.notes)


def test_buttons_are_found_by_their_descriptions_and_in_other_languages(
    publishing: Publishing, phone: Phone
) -> None:
    phone.screen.pages = [
        [Widget(description="WEITER", place=NEXT_BUTTON)], [Widget("Posten", place=POST_BUTTON)]
    ]  # fmt: skip

    publishing.publish()

    assert phone.screen.taps == ["WEITER", "Posten"]


def test_an_app_that_skips_a_page_is_followed(publishing: Publishing, phone: Phone) -> None:
    del phone.screen.pages[0]

    publishing.publish()

    assert phone.screen.taps == ["Post"]


def test_buttons_of_other_apps_are_left_alone(publishing: Publishing, phone: Phone) -> None:
    phone.screen.pages = [[Widget("Post", package="com.android.systemui")]]

    publishing.publish()

    assert phone.screen.taps == []


@pytest.mark.parametrize("trouble", ["missing", "broken", "stuck"])
def test_where_the_way_is_not_as_known_the_rest_is_a_persons(
    publishing: Publishing, phone: Phone, trouble: str
) -> None:
    if trouble == "missing":
        phone.screen.pages = [[Widget("Rate us!")]]
    phone.screen.is_broken = trouble == "broken"
    phone.screen.is_stuck = trouble == "stuck"

    published = publishing.publish()

    assert any("buttons could not be used" in note for note in published.notes)
    assert any("last tap is a person's" in note for note in published.notes)
    assert phone.media() != {}
    with pytest.raises(NotAccepted, match="may have been made"):
        publishing.publish()


def test_a_last_button_that_stays_leaves_the_outcome_unknown(
    publishing: Publishing, phone: Phone
) -> None:
    del phone.screen.pages[0]
    phone.screen.is_stuck = True

    with pytest.raises(NotAccepted) as caught:
        publishing.publish()

    assert caught.value.code == "OUTCOME_UNKNOWN"


def test_a_link_cut_by_the_last_tap_is_not_tapped_again(
    publishing: Publishing, phone: Phone
) -> None:
    del phone.screen.pages[0]
    phone.cut_after = "input tap"
    with pytest.raises(NotAccepted, match="may have been made"):
        publishing.publish()
    phone.cut_after = ""

    with pytest.raises(NotAccepted) as caught:
        publishing.publish()

    assert caught.value.code == "OUTCOME_UNKNOWN"
    assert phone.screen.taps == ["Post"]


def test_an_app_that_was_only_opened_is_opened_again(publishing: Publishing, phone: Phone) -> None:
    phone.cut_after, phone.state = "am start", "device"
    with pytest.raises(Exception, match="broke"):
        publishing.publish()
    phone.cut_after = ""

    publishing.publish()

    assert len(phone.intents) == 2
    assert phone.screen.taps == ["Next", "Post"]


def test_a_telephone_that_goes_before_the_last_tap_is_offline(
    publishing: Publishing, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    tap = phone.screen.tap

    def go(x: int, y: int) -> None:
        tap(x, y)
        phone.state = "gone"

    monkeypatch.setattr(phone.screen, "tap", go)

    with pytest.raises(DeviceOffline):
        publishing.publish()

    assert phone.screen.taps == ["Next"]
    assert publishing.kept == {}


def test_where_the_app_may_be_in_another_account_the_last_tap_is_a_persons(
    publishing: Publishing, phone: Phone, settings: Settings, sqlite_store: Store
) -> None:
    with sqlite_store.begin() as tx:
        owner = create_account(tx, "acme", plan=Plan.PRO)
        row = add_device(tx, owner.id, SERIAL, adb=True)
        ann, bea = (
            add_social_account(tx, settings, owner.id, "tiktok", name, device_id=row.id)
            for name in ("ann", "bea")
        )

    published = publishing.publisher.publish(
        publishing.post(), Login(social=ann, device=row), publishing.context
    )

    assert bea.enabled
    assert phone.screen.taps == []
    assert any("is to be ann." in note for note in published.notes)


def test_accounts_with_other_apps_are_no_hindrance(
    publishing: Publishing, phone: Phone, settings: Settings, sqlite_store: Store
) -> None:
    with sqlite_store.begin() as tx:
        owner = create_account(tx, "acme", plan=Plan.PRO)
        row = add_device(tx, owner.id, SERIAL, adb=True)
        ann, *others = (
            add_social_account(tx, settings, owner.id, platform, "ann", device_id=row.id)
            for platform in ("tiktok", "instagram", "bluesky")
        )

    publishing.publisher.publish(
        publishing.post(), Login(social=ann, device=row), publishing.context
    )

    assert len(others) == 2
    assert phone.screen.taps == ["Next", "Post"]


def test_without_uiautomator2_the_last_tap_is_a_persons(
    publishing: Publishing, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "uiautomator2", None)

    published = publishing.publish()

    assert any("last tap is a person's" in note for note in published.notes)
    assert phone.screen.taps == []
