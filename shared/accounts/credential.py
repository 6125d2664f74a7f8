"""What keys and tokens have in common: a role, and for a validator a person's name."""

from __future__ import annotations

from shared.accounts.account import note_validator
from shared.accounts.role import Role
from shared.accounts.word import read_word
from shared.db import Transaction
from shared.errors import Refused

LONGEST_USER = 200


def read_role(role: str, user: str | None) -> Role:
    """The role spelled ``role``; `Refused` where it is unknown or its person is not named well."""
    found = read_word(Role, role, "role")
    if user is not None and not is_user(user):
        message = f"user must be 1 to {LONGEST_USER} printable characters."
        raise Refused(message, code="INVALID_FIELD", field="user")
    if found is Role.VALIDATOR and user is None:
        raise Refused("A validator needs a user name.", code="INVALID_FIELD", field="user")
    return found


def is_user(value: object) -> bool:
    """Whether ``value`` can name a person."""
    return isinstance(value, str) and 1 <= len(value) <= LONGEST_USER and value.isprintable()


def check_role(tx: Transaction, account_id: str, role: str, user: str | None) -> Role:
    """`read_role`, and remember that the account now has a validator where it is one."""
    found = read_role(role, user)
    if found is Role.VALIDATOR:
        note_validator(tx, account_id)
    return found
