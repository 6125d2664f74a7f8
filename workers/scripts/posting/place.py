"""Where a task posts: its account and its device, looked at before it begins; and what is found
out about them on the way. Whatever is in the way closes a mutex, and the task gives way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shared.db import Transaction
from shared.devices.device import Device, change_device, get_device
from shared.errors import GiveWay
from shared.social.account import SocialAccount, get_social_account
from shared.social.pace import keep_pace
from shared.social.standing import held_back, log_out, settle
from shared.tasks import mutex
from shared.tasks.retry import LONGEST_ASKED_SECONDS
from shared.tasks.task_type import Payload
from shared.yard import Yard
from workers.journal import transacted

OFFLINE_SECONDS = 30.0
"""When a device that did not answer is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An account, a device, or an account on a device, as they are when an attempt begins."""

    social: SocialAccount | None
    device: Device | None

    @property
    def whose(self) -> str:
        """For whom material is used up: the account, or the device where there is none."""
        owner = self.social or self.device
        return owner.mutex if owner is not None else ""


def find_place(yard: Yard, account_id: str, payload: Payload) -> Place:
    """The task's account and device, where something may be posted there now.

    `GiveWay` where the account is disabled, logged out, pauses or has posted enough today; it is
    closed to other tasks as well then. `NotFound` where one of them was removed.
    """

    def look(tx: Transaction) -> Place | str:
        social, device = _social(tx, account_id, payload), _device(tx, account_id, payload)
        in_the_way = None if social is None else _in_the_way(tx, social)
        return in_the_way or Place(social=social, device=device)

    found = transacted(yard, look)
    if isinstance(found, str):
        raise GiveWay(found)
    return found


def credential_refused(yard: Yard, place: Place) -> bool:
    """The platform takes the credential no more: the account's other tasks wait for a new one.

    False where it was given a new one meanwhile.
    """
    social = place.social
    return social is None or transacted(yard, lambda tx: log_out(tx, social))


def did_not_answer(yard: Yard, device: Device, reason: str) -> None:
    """The device is offline: its tasks wait, and one of them tries again before long."""

    def work(tx: Transaction) -> None:
        change_device(tx, device, online=False)
        until = tx.now + timedelta(seconds=OFFLINE_SECONDS)
        mutex.close(tx, device.mutex, reason, until)

    transacted(yard, work)


def answered(yard: Yard, device: Device) -> None:
    """The device is online."""
    if not device.online:
        transacted(yard, lambda tx: change_device(tx, device, online=True))


def asked_to_wait(yard: Yard, place: Place, seconds: float, reason: str) -> None:
    """The platform wants nothing from the account for ``seconds``: its other tasks wait too."""
    social = place.social
    if social is not None:
        pause = timedelta(seconds=min(seconds, LONGEST_ASKED_SECONDS))
        transacted(yard, lambda tx: mutex.close(tx, social.mutex, reason, tx.now + pause))


def _social(tx: Transaction, account_id: str, payload: Payload) -> SocialAccount | None:
    """The task's account, locked: who changes it meanwhile reopens what is closed here."""
    social_id = payload.get("social_id")
    if not social_id:
        return None
    return get_social_account(tx, account_id, str(social_id), for_update=True)


def _device(tx: Transaction, account_id: str, payload: Payload) -> Device | None:
    device_id = payload.get("device_id")
    if not device_id:
        return None
    return get_device(tx, account_id, str(device_id), for_update=True)


def _in_the_way(tx: Transaction, social: SocialAccount) -> str | None:
    """Why the account's tasks wait, once they do."""
    reason = held_back(social)
    if reason is not None:
        settle(tx, social)
        return reason
    resting = keep_pace(tx, social)
    return resting.reason if resting is not None else None
