"""Which rules a caller may see and change: an operator its account's, an admin everybody's."""

from __future__ import annotations

from api.buyers.refusals import refused
from api.caller import Caller
from shared.accounts.account import find_account
from shared.accounts.role import may
from shared.db import Transaction
from shared.errors import NotFound
from shared.tasks.rules import YARD, Rule, RuleKey, Scope, read_rules, rules_about

ME = "me"
"""How a caller may name its own account."""
EVERYBODY = "yard:write"
"""Who may do this, makes rules for the whole yard."""
NO_ACCOUNT = "There is no such account."


def key_of(tx: Transaction, caller: Caller, scope: str, name: str, account: str | None) -> RuleKey:
    """The key of the caller's rule at that address; ``account``: whose rule an admin means."""
    kind, owner = _scope(scope), _owner(tx, caller, account)
    if not name.isprintable():
        raise NotFound(f"There is no such {kind}.")
    if kind is Scope.ACCOUNT:
        return RuleKey(kind, _named_account(tx, caller, name, owner), owner)
    return RuleKey(kind, name, owner)


def visible_rules(tx: Transaction, caller: Caller, account: str | None) -> list[Rule]:
    """The rules that concern the account's tasks; for an admin who names none, all there are."""
    if account is None and may(caller.role, EVERYBODY):
        return read_rules(tx)
    return rules_about(tx, [_owner(tx, caller, account)])


def _scope(word: str) -> Scope:
    try:
        return Scope(word)
    except ValueError:
        words = ", ".join(Scope)
        raise refused("INVALID_FIELD", "scope", f"must be one of {words}.") from None


def _owner(tx: Transaction, caller: Caller, account: str | None) -> str:
    """Whose rules are meant; an account that is not the caller's does not exist for an operator."""
    if may(caller.role, EVERYBODY):
        return YARD if account is None else _account_id(tx, account)
    if account not in (None, ME, caller.account_id, caller.account.name):
        raise NotFound(NO_ACCOUNT)
    return caller.account_id


def _named_account(tx: Transaction, caller: Caller, name: str, owner: str) -> str:
    """The account that a rule about an account names; an owner's rules are about itself alone."""
    its_own = caller.account_id if owner == YARD else owner
    found = _account_id(tx, its_own if name == ME else name)
    if owner not in (YARD, found):
        raise NotFound(NO_ACCOUNT)
    return found


def _account_id(tx: Transaction, name_or_id: str) -> str:
    account = find_account(tx, name_or_id)
    if account is None:
        raise NotFound(NO_ACCOUNT)
    return account.id
