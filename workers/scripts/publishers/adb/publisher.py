"""adb: publishes on a telephone or tablet, with the app that is installed there.

The media goes to the device and into its gallery; then the app's own screen for shared files is
opened. Android lets nobody send it from outside: the last tap is a person's, or uiautomator2's
where that is installed. What `am` cannot say is left to that person as well, and named in notes:
several pictures at once (`am` has no list of URIs), sounds, links to products.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from shared.devices.device import Device
from shared.sites.outcome import NotAccepted, TryLater
from shared.social.account import accounts_on
from shared.yard import Yard
from workers.scripts.publishers.adb import words
from workers.scripts.publishers.protocol import (
    DeviceOffline,
    Login,
    Post,
    PostContext,
    Published,
    Publisher,
)

if TYPE_CHECKING:
    from workers.scripts.publishers.adb.gallery import Gallery
    from workers.scripts.publishers.adb.patience import Patience
    from workers.scripts.publishers.adb.phone import Phone

NAME = "adb"
HANDED_OVER = "adb_handed_over"
"""Noted before the post is in others' hands: a person's, or the app's by the last tap."""
KINDS = ("video", "image")


class OutcomeUnknown(NotAccepted):
    """The post may be there: nothing is sent again before a person has looked."""

    def __init__(self, serial: str) -> None:
        super().__init__(
            f"The post may have been made on device {serial}, or be open there: look at it, and "
            "make a new task where it is not.",
            code="OUTCOME_UNKNOWN",
        )


class AdbPublisher:
    """Publishes with the apps of devices that have an ADB link."""

    name = NAME

    def __init__(self, yard: Yard) -> None:
        self._server = yard.settings.adb_server

    def check(self, post: Post) -> None:
        """`NotAccepted` where there is nothing to see in the post."""
        if not post.media:
            raise NotAccepted("A post on a device needs a video or a picture.")
        for media in post.media:
            if media.kind not in KINDS:
                raise NotAccepted(f"{media.name} is neither a video nor a picture.")

    def publish(self, post: Post, account: Login, context: PostContext) -> Published:
        """Bring the media there and open it in the app; send it where that can be done here.

        Raises `DeviceOffline`, `TryLater`, `NotAccepted`, and `OutcomeUnknown` where an earlier
        attempt may have published already.
        """
        self.check(post)
        if account.device is None:
            raise NotAccepted("The account is bound to no device: publishing by adb needs one.")
        from workers.scripts.publishers.adb.phone import Phone

        package = words.package_of(account.social)
        sharing = Sharing(post, package, account, context)
        sharing.require_unsent()
        with closing(Phone(self._server, account.device.serial)) as phone:
            phone.require()
            return sharing.run(phone)


class Sharing:
    """One attempt at one post, on one device."""

    def __init__(self, post: Post, package: str, login: Login, context: PostContext) -> None:
        assert login.device is not None  # noqa: S101 - the caller looked
        self._post = post
        self._package = package
        self._social = login.social
        self._serial = login.device.serial
        self._context = context
        self._shares = post.way == "share" and len(post.media) == 1
        self._taps = self._shares and self._may_tap(login.device)
        self._notes: list[str] = []

    def require_unsent(self) -> None:
        """`OutcomeUnknown` where an attempt before this one may have led to a post.

        Where the taps are made here, an app that was only opened has sent nothing.
        """
        if self._context.noted.get(HANDED_OVER):
            raise OutcomeUnknown(self._serial)

    def run(self, phone: Phone) -> Published:
        """Do it."""
        from workers.scripts.publishers.adb.gallery import Gallery
        from workers.scripts.publishers.adb.patience import Patience

        self._require_app(phone)
        phone.run(words.sweep())
        gallery = Gallery(phone, self._post, self._context)
        addresses = gallery.bring()
        caption_at = gallery.bring_caption() if self._post.caption else ""
        patience = Patience(self._context)
        self._open(phone, addresses[0])
        tapped = self._taps and self._tap(phone, patience)
        patience.pass_by(self._post.upload_wait_seconds)
        if tapped:
            self._clean(gallery)
        else:
            self._notes.extend(self._rest(gallery.folder, caption_at))
        return Published(url="", id="", notes=(*self._notes, *self._not_done()))

    def _may_tap(self, device: Device) -> bool:
        """Whether the last tap can be made here, and the app can only be in the right account."""
        from workers.scripts.publishers.adb.tap import can_tap

        if not can_tap(self._package):
            return False
        with self._context.yard.store.read() as tx:
            accounts = accounts_on(tx, device.account_id, device.id)
        rivals = [a for a in accounts if self._social is None or a.id != self._social.id]
        return self._package not in {words.named_app(rival) for rival in rivals}

    def _require_app(self, phone: Phone) -> None:
        listed = phone.run(("pm", "list", "packages", self._package)).text.splitlines()
        if f"package:{self._package}" not in {line.strip() for line in listed}:
            message = f"The app {self._package} is not installed on device {self._serial}."
            raise NotAccepted(message, code="APP_MISSING")
        phone.run(("input", "keyevent", "KEYCODE_WAKEUP"))

    def _open(self, phone: Phone, address: str) -> None:
        """Open the app, with the file where it can be shared; noted before where a person is to
        go on."""
        asked = words.launch(self._package)
        if self._shares:
            caption = words.sayable(self._post.caption)
            media_type = self._post.media[0].media_type
            asked = words.share(self._package, media_type, address, caption)
        if not self._taps:
            self._context.note(**{HANDED_OVER: True})
        with self._in_doubt(is_handed_over=not self._taps):
            error = phone.run(asked).error
        if error:
            self._context.note(**{HANDED_OVER: False})
            message = f"The app {self._package} on device {self._serial} does not open: {error}"
            refused = "unable to resolve" in error or "Permission" in error
            raise NotAccepted(message, code="APP") if refused else TryLater(message, code="APP")

    def _tap(self, phone: Phone, patience: Patience) -> bool:
        """Make the last taps; whether the post was sent, else it is left to a person."""
        from workers.scripts.publishers.adb.tap import NotTapped, Tapper

        try:
            with closing(Tapper(phone, self._package, patience)) as tapper:
                tapper.go_to_last(words.sayable(self._post.caption))
                self._context.note(**{HANDED_OVER: True})
                with self._in_doubt(is_handed_over=True):
                    if not tapper.send():
                        raise OutcomeUnknown(self._serial)
        except NotTapped as way:
            self._context.note(**{HANDED_OVER: True})
            self._notes.append(f"The app's own buttons could not be used: {way}.")
            return False
        return True

    @contextmanager
    def _in_doubt(self, *, is_handed_over: bool) -> Iterator[None]:
        """A link that breaks here leaves it open whether the post was made, or will be."""
        try:
            yield
        except (DeviceOffline, TryLater) as error:
            if is_handed_over:
                raise OutcomeUnknown(self._serial) from error
            raise

    def _clean(self, gallery: Gallery) -> None:
        try:
            removed = gallery.remove()
        except (DeviceOffline, TryLater):
            removed = False
        if not removed:
            self._notes.append("The media is still on the device: the next post removes it.")

    def _rest(self, folder: str, caption_at: str) -> Iterator[str]:
        """What is left to a person, and what that person needs."""
        app = f"the app {self._package} on device {self._serial}"
        if self._shares:
            yield f"The last tap is a person's: {app} shows the media."
        else:
            what = {
                "addButton": "to tap its add button and choose the media",
                "useSound": f"to choose the sound {self._post.sound.name!r} and the media",
                "share": "to choose the pictures, for Android's am shares one file at a time",
            }[self._post.way]
            album = f"{words.GALLERY.removeprefix('/sdcard/')}/{folder}"
            yield f"The rest is a person's: {app} is open, {what}, which is in {album}."
        if self._social is not None:
            name = self._social.username
            yield f"The app posts as whoever is logged in to it: that is to be {name}."
        if caption_at:
            yield (
                f"The caption is also in {caption_at} on the device, to copy it where the app "
                "leaves it out: Android lets nobody else write to its clipboard."
            )

    def _not_done(self) -> Iterator[str]:
        """What the caller asked for and sharing cannot say."""
        post = self._post
        if post.sound.choice != "-1":
            yield "The sound is not added: a shared file carries none."
        if post.product_link:
            yield "The link to the product is not added: a shared file carries none."
        if post.placement != "reel":
            yield f"The placement {post.placement} is chosen in the app: a share does not say it."


def open_publisher(yard: Yard) -> Publisher:
    """The publisher of the yard's devices."""
    return AdbPublisher(yard)
