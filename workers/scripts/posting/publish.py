"""One attempt at a post: look where it goes, choose what it is, publish it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from shared.blobs import MissingBlob, keep, key_of, not_kept, touch
from shared.db import Transaction
from shared.errors import GiveWay, Refused, TaskError, Unavailable
from shared.material.choice import note_use
from shared.outbound import OutboundError
from shared.sealed import NotOpened
from shared.secrecy import kept_secret, secret_texts
from shared.sites.outcome import NotAccepted
from shared.tasks.task import tasks
from shared.tasks.task_type import Context, Payload
from workers.journal import Journal
from workers.scripts.posting.candidate import Brought
from workers.scripts.posting.choosing import Choosing
from workers.scripts.posting.chosen import Chosen, Piece, chosen_before
from workers.scripts.posting.composed import compose
from workers.scripts.posting.place import Place, find_place
from workers.scripts.posting.spintax import spin
from workers.scripts.posting.watched import watched
from workers.scripts.publishers.choice import choose, needs_credential, open_publisher
from workers.scripts.publishers.protocol import Login, Media, Post, Publisher

PUBLISHER = "publisher"
"""Its key in the task's detail."""
NEEDS = "Posts cannot be published on this server: pip install 'taskyard[publishing]'."


def publish(payload: Payload, context: Context) -> dict[str, Any]:
    """Publish the task's post, or find out that an earlier attempt did; what came of it.

    `GiveWay` where it is to wait; else `TaskError` where it came to nothing.
    """
    try:
        return _begun(payload, context).run()
    except Refused as error:
        raise TaskError(str(error), retryable=False, code=error.code) from error
    except Unavailable as error:
        raise TaskError(str(error), code="UNAVAILABLE") from error
    except OutboundError as error:
        raise error.as_task_error() from error
    except NotOpened as error:
        message = "The account's credential cannot be opened on this server: give it anew."
        raise TaskError(message, retryable=False, code="CREDENTIAL_SEALED") from error
    except ImportError as error:
        raise TaskError(NEEDS, retryable=False, code="LIBRARY_MISSING") from error


def _begun(payload: Payload, context: Context) -> Posting:
    yard = context.yard
    place = find_place(yard, context.account_id, payload)
    opened = place.social.opened(yard.settings) if place.social is not None else None
    login = Login(social=place.social, device=place.device, credential=opened)
    with yard.store.read() as tx:
        number = tx.rows(select(tasks.c.number).where(tasks.c.id == context.task_id))[0].number
    return Posting(context, Journal(context), payload["config"], place, login, number)


@dataclass(frozen=True, slots=True)
class Posting:
    """One attempt at the post of task ``number``, in a place where something may be posted now."""

    context: Context
    journal: Journal
    config: Mapping[str, Any]
    place: Place
    login: Login
    number: int

    def run(self) -> dict[str, Any]:
        """Choose, where no attempt did; then publish."""
        name = self._publisher_name()
        publisher = open_publisher(name, self.context.yard)
        chosen = chosen_before(self.context.detail) or self._choose(publisher)
        with self._files(chosen.pieces) as media:
            post = self._post(chosen.caption, media)
            publisher.check(post)
            secrets = secret_texts(self.login.credential)
            with watched(self.context.yard, self.place, name), kept_secret(secrets):
                published = publisher.publish(post, self.login, self.journal)
        return {
            "publisher": name,
            "url": published.url,
            "id": published.id,
            "caption": chosen.caption,
            "media": [{"name": one.name, "sha256": one.sha256} for one in chosen.pieces],
            "notes": list(published.notes),
        }

    def _publisher_name(self) -> str:
        """Who publishes: whoever noted something before, for the post may be there already."""
        before = self.context.detail.get(PUBLISHER)
        if before is None or not any(self.journal.noted.values()):
            name = choose(self.login)
            if name != before:
                self.journal.write({PUBLISHER: name})
            return name
        if needs_credential(before) and not self.login.credential:
            raise NotAccepted(
                f"An earlier attempt began to publish on {before}, and the account has no "
                "credential any more: nobody can look whether the post is there.",
                code="CREDENTIAL_MISSING",
            )
        return str(before)

    def _choose(self, publisher: Publisher) -> Chosen:
        """What the publisher takes, kept in one commit with its uses."""

        def fits(piece: Piece, path: Path) -> None:
            publisher.check(self._post("", [piece.media(path)]))

        whose = self.place.whose
        choosing = Choosing(
            yard=self.context.yard,
            account_id=self.context.account_id,
            whose=whose,
            config=self.config,
            fits=fits,
        )
        brought = choosing.choose()
        caption = spin(self.config["captions"], seed=self.context.task_id)
        chosen = Chosen(caption=caption, pieces=tuple(one.piece for one in brought))
        try:
            with self._opened(brought) as media:
                publisher.check(self._post(caption, media))
            self.journal.write(chosen.detail, lambda tx: self._use(tx, brought, whose))
        except (GiveWay, NotAccepted):  # after any other error the commit may still be under way
            choosing.drop(self._not_kept(brought))
            raise
        return chosen

    def _not_kept(self, brought: Iterable[Brought]) -> list[Brought]:
        """Those that no commit kept: the answer to one may have been lost."""
        own = [one for one in brought if one.written is not None]
        with self.context.yard.store.read() as tx:
            free = not_kept(tx, [one.key for one in own])
        return [one for one in own if one.key in free]

    def _use(self, tx: Transaction, brought: Iterable[Brought], whose: str) -> None:
        """Keep what was chosen, copies of local files too, and remember who was given what."""
        for one in brought:
            if one.written is not None:
                keep(tx, one.written)
            elif not touch(tx, one.piece.sha256):
                raise TaskError(f"{one.piece.name} was just removed.", code="MATERIAL_MISSING")
        note_use(tx, whose, self.context.task_id, [one.piece.sha256 for one in brought])

    def _post(self, caption: str, media: Iterable[Media]) -> Post:
        return compose(self.context.task_id, self.number, self.config, caption, media)

    @contextmanager
    def _files(self, pieces: Iterable[Piece]) -> Iterator[list[Media]]:
        """What was chosen, with its contents as files of this host."""
        brought: list[Brought] = []
        with self.context.yard.store.read() as tx:
            for piece in pieces:
                with _kept(piece):
                    brought.append(Brought(piece, key_of(tx, piece.sha256)))
        with self._opened(brought) as media:
            yield media

    @contextmanager
    def _opened(self, brought: Iterable[Brought]) -> Iterator[list[Media]]:
        blobs = self.context.yard.blobs
        with ExitStack() as files:
            media = []
            for one in brought:
                with _kept(one.piece):
                    media.append(one.piece.media(files.enter_context(blobs.local(one.key))))
            yield media


@contextmanager
def _kept(piece: Piece) -> Iterator[None]:
    """Say by its name which content somebody removed by hand."""
    try:
        yield
    except MissingBlob as error:
        message = f"{piece.name} is not kept any more."
        raise NotAccepted(message, code="MATERIAL_MISSING") from error
