"""A webhook of the run's account, and who listens to it here: notices as their receivers see them.

It hears of questions alone, of which there are a few a second at most: so telling it is no load.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from shared.notices.delivery_log import Wanted, get_delivery
from shared.notices.redelivery import TEST, add_test
from shared.notices.webhook import Webhook
from shared.notices.webhook_making import NewWebhook, delete_webhook, make_webhook
from shared.patience import patiently
from shared.yard import Yard
from taskyard.chaos.journal import Heard, Journal
from taskyard.chaos.submission import QUESTION
from taskyard.notice_receiver import Received, Receiver

HOST = "127.0.0.1"
TEST_SECONDS = 10.0
LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 30.0


class Listener(Receiver):
    """Writes down what comes before it answers, so that nothing overtakes it."""

    def __init__(self, yard: Yard, journal: Journal) -> None:
        super().__init__(HOST, 0, lambda: self.secrets, lambda _: None)
        self.secrets: list[str] = []
        self._yard = yard
        self._journal = journal

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.server_port}/"

    def look_at(self, body: bytes, headers: Mapping[str, str]) -> Received:
        """What a request is worth; it is in the journal."""
        said = super().look_at(body, headers)
        if said.refusal is not None:
            self._journal.note_surprise(f"a notice could not be verified: {said.refusal}")
        elif said.body["type"] != TEST:
            status = said.body["type"].removeprefix("task.")
            now = self._yard.store.now()
            self._journal.note_heard(Heard(said.id, said.body["data"]["taskId"], status, now))
        return said


@contextmanager
def listening(
    yard: Yard, account_id: str, journal: Journal, tell: Callable[[str], None]
) -> Iterator[None]:
    """Have notices come to ``journal``; where none can come here, say why and go on without."""
    with _served(yard, journal) as listener, _made(yard, account_id, listener) as webhook:
        why_not = _why_not(yard, webhook)
        if why_not is None:
            journal.heard = []
            yield
            return
    tell(f"notices: none comes here, so none is checked: {why_not}")
    yield


@contextmanager
def _served(yard: Yard, journal: Journal) -> Iterator[Listener]:
    with Listener(yard, journal) as listener:
        thread = threading.Thread(target=listener.serve_forever, name="listener", daemon=True)
        thread.start()
        try:
            yield listener
        finally:
            listener.shutdown()
            thread.join()


@contextmanager
def _made(yard: Yard, account_id: str, listener: Listener) -> Iterator[Webhook]:
    """The webhook, from its making to its end."""
    new = NewWebhook(url=listener.url, types=(QUESTION,), description="taskyard chaos")
    webhook, secret = yard.store.transact(
        lambda tx: make_webhook(tx, yard.settings, account_id, new)
    )
    listener.secrets.append(secret)
    try:
        yield webhook
    finally:
        end = partial(delete_webhook, webhook_id=webhook.id, account_id=account_id)
        patiently(lambda: yard.store.transact(end), PATIENCE_SECONDS)


def _why_not(yard: Yard, webhook: Webhook) -> str | None:
    """Why a test does not arrive; None where it does."""
    test = yard.store.transact(lambda tx: add_test(tx, webhook))
    wanted = Wanted(account_id=webhook.account_id, webhook_id=webhook.id)
    end = time.monotonic() + TEST_SECONDS
    while time.monotonic() < end:
        with yard.store.read() as tx:
            test = get_delivery(tx, wanted, test.id)
        if test.tries:
            return test.error
        time.sleep(LOOK_SECONDS)
    return f"nobody sent one within {TEST_SECONDS:g} s."
