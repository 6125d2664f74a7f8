"""Publishing by adbutils on a server that speaks the real ADB protocol."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.sites.outcome import NotAccepted, TryLater
from tests.adb.phone import INSTAGRAM, TIKTOK, Phone
from tests.contract.devices.publishing import KEY, Publishing

NASTY = """'; rm -rf /sdcard; echo '$(reboot) `id` "q" \\ & | > < * ? ! # ~ % 😀
second line\t--es a b"""


pytestmark = pytest.mark.usefixtures("no_tap")


def test_a_film_is_brought_to_the_gallery_and_shared_with_the_app(
    publishing: Publishing, phone: Phone
) -> None:
    publishing.publish(publishing.post("Hello #new"))

    [(name, content)] = phone.media().items()
    assert name.startswith("01-clip-")
    assert name.endswith(".mp4")
    assert content == b"a film"
    [(number, path)] = phone.rows.items()
    assert path == f"/sdcard/DCIM/Taskyard/{KEY}/{name}"
    assert phone.intents == [
        {
            "-a": "android.intent.action.SEND",
            "-t": "video/mp4",
            "-p": TIKTOK,
            "--grant-read-uri-permission": True,
            "--activity-clear-task": True,
            "extras": {
                "android.intent.extra.STREAM": f"content://media/external/video/media/{number}",
                "android.intent.extra.TEXT": "Hello #new",
            },
        }
    ]


def test_the_result_says_that_the_last_tap_is_a_persons(publishing: Publishing) -> None:
    published = publishing.publish()

    assert (published.url, published.id) == ("", "")
    assert any("last tap is a person's" in note for note in published.notes)


def test_the_screen_is_woken_before_the_app_opens(publishing: Publishing, phone: Phone) -> None:
    publishing.publish()

    first = [words[0] for words in phone.commands]
    assert first.index("input") < first.index("am")


@pytest.mark.parametrize(
    ("account", "package"),
    [
        ({"platform": "tiktok"}, TIKTOK),
        ({"platform": "instagram"}, INSTAGRAM),
        ({"package_name": "com.ss.android.ugc.trill"}, "com.ss.android.ugc.trill"),
    ],
    ids=["tiktok", "instagram", "named"],
)
def test_the_app_is_the_accounts_or_its_platforms(
    publishing: Publishing, phone: Phone, account: dict[str, Any], package: str
) -> None:
    phone.packages.add("com.ss.android.ugc.trill")

    publishing.publish(**account)

    assert phone.intents[0]["-p"] == package


@pytest.mark.parametrize("name", ["com.app; reboot", "app", "com.app --es a b", "com..app"])
def test_a_package_name_that_is_none_is_refused(publishing: Publishing, name: str) -> None:
    with pytest.raises(NotAccepted, match="package_name"):
        publishing.publish(package_name=name)


def test_an_account_of_another_platform_has_to_name_its_app(publishing: Publishing) -> None:
    with pytest.raises(NotAccepted, match="package_name is empty"):
        publishing.publish(platform="bluesky")


def test_a_nasty_caption_arrives_as_it_is(publishing: Publishing, phone: Phone) -> None:
    publishing.publish(publishing.post(NASTY))

    assert phone.intents[0]["extras"]["android.intent.extra.TEXT"] == NASTY
    assert phone.caption() == NASTY


def test_a_nasty_file_name_loses_what_could_do_harm(publishing: Publishing, phone: Phone) -> None:
    film = publishing.media("../../'; rm -rf $(pwd) é% _.MP4")

    publishing.publish(publishing.post(media=(film,)))

    [name] = phone.media()
    assert re.fullmatch(r"01-rm-rf-pwd-e-[0-9a-f]{8}\.mp4", name)


def test_the_caption_lies_there_to_be_copied_and_the_result_says_where(
    publishing: Publishing, phone: Phone
) -> None:
    published = publishing.publish(publishing.post("Grüße 😀"))

    assert phone.caption() == "Grüße 😀"
    assert any(f"Download/Taskyard/{KEY}/caption.txt" in note for note in published.notes)


def test_a_post_without_a_caption_leaves_no_text(publishing: Publishing, phone: Phone) -> None:
    published = publishing.publish(publishing.post(""))

    assert phone.caption() is None
    assert "android.intent.extra.TEXT" not in phone.intents[0]["extras"]
    assert not any("caption" in note for note in published.notes)


def test_several_pictures_are_in_the_gallery_and_left_to_a_person(
    publishing: Publishing, phone: Phone
) -> None:
    pictures = tuple(
        publishing.media(f"{number}.jpg", bytes([number]), "image") for number in range(3)
    )

    published = publishing.publish(publishing.post(media=pictures))

    assert sorted(phone.media().values()) == [b"\0", b"\1", b"\2"]
    assert len(phone.rows) == 3
    newest_first = sorted(phone.rows.values(), key=lambda p: -phone.files[p].modified)
    assert newest_first == sorted(phone.rows.values())
    assert phone.intents == [{"launched": TIKTOK}]
    assert any("to choose the pictures" in note for note in published.notes)


@pytest.mark.parametrize("way", ["addButton", "useSound"])
def test_other_ways_open_the_app_and_name_what_is_left(
    publishing: Publishing, phone: Phone, way: str
) -> None:
    published = publishing.publish(publishing.post(way=way))

    assert phone.intents == [{"launched": TIKTOK}]
    assert any(f"DCIM/Taskyard/{KEY}" in note for note in published.notes)


def test_what_a_share_cannot_say_is_named(publishing: Publishing) -> None:
    from workers.scripts.publishers.protocol import Sound

    asked = publishing.post(sound=Sound(choice="1"), product_link=True, placement="story")

    notes = " ".join(publishing.publish(asked).notes)

    assert all(word in notes for word in ("sound", "product", "story"))


def test_a_telephone_of_old_scans_by_a_broadcast_and_has_no_exit_status(
    publishing: Publishing, phone: Phone
) -> None:
    phone.is_old, phone.features = True, "cmd"

    publishing.publish(publishing.post(NASTY))

    assert phone.intents[0]["extras"]["android.intent.extra.TEXT"] == NASTY


def test_progress_is_told_while_the_media_goes(publishing: Publishing) -> None:
    film = publishing.media(content=bytes(300_000))

    publishing.publish(publishing.post(media=(film,)))

    assert publishing.context.percents == sorted(publishing.context.percents)
    assert len(publishing.context.percents) > 4
    assert publishing.context.percents[-1] == 100.0


def test_what_is_there_already_is_not_sent_again(publishing: Publishing, phone: Phone) -> None:
    phone.failing = {"am start": (1, "Error: Activity class does not exist.\n")}
    with pytest.raises(TryLater):
        publishing.publish()
    phone.failing = {}

    publishing.publish()

    assert len([path for path in phone.pushes if path.endswith(".mp4")]) == 1
    assert len(phone.intents) == 1


def test_what_earlier_posts_left_is_removed(publishing: Publishing, phone: Phone) -> None:
    left = f"/sdcard/DCIM/Taskyard/{KEY[:-1]}9"
    publishing.publish()
    phone.files[f"{left}/01-old.mp4"] = next(iter(phone.files.values()))
    phone.old_folders.add(left)
    publishing.kept.clear()

    publishing.publish()

    assert not [path for path in phone.files if path.startswith(left)]
