"""Campaigns are made: a row, and one task for each site, all or none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select

from shared.accounts.account import accounts
from shared.campaigns.campaign import Campaign, campaigns
from shared.campaigns.form import NewCampaign
from shared.db import Transaction
from shared.errors import CreditsExhausted, Refused
from shared.ids import new_id
from shared.links.payload import SITE_FIELDS
from shared.tasks.draft import Draft
from shared.tasks.registry import Registry
from shared.tasks.task_type import TaskType

DIALECT = "buyers"


def make_campaign(
    tx: Transaction, registry: Registry, account_id: str, new: NewCampaign
) -> tuple[Campaign, list[Draft]]:
    """The account's new campaign, and the drafts of its tasks, to be stored in the same commit.

    Raises `CreditsExhausted` where the balance does not cover all of them, and `Refused` where
    this yard does not know their type.
    """
    kind = registry.get(new.service.type_name)
    if kind is None:
        message = f"service_type: {new.service} is not available in this yard."
        raise Refused(message, code="INVALID_FIELD", field="service_type")
    _require_credits(tx, account_id, new)
    campaign = _insert(tx, account_id, new)
    return campaign, [_draft(campaign, kind, new, site) for site in new.sites]


def _require_credits(tx: Transaction, account_id: str, new: NewCampaign) -> None:
    """Refuse where the balance is too low; nobody spends it before the commit."""
    cents = new.link_cost_cents * len(new.sites)
    if not cents:
        return
    balance = select(accounts.c.balance_cents).where(accounts.c.id == account_id)
    if tx.execute(balance.with_for_update(key_share=True)).scalar_one() < cents:
        raise CreditsExhausted(f"These links cost {cents} cents; the balance is below that.")


def _insert(tx: Transaction, account_id: str, new: NewCampaign) -> Campaign:
    row = {
        "id": new_id(),
        "account_id": account_id,
        "name": new.name,
        "website": new.website,
        "service": new.service.value,
        "type_request": new.type_request,
        "auction_price": new.auction_price,
        "link_cost_cents": new.link_cost_cents,
        "config": new.config,
        "size": len(new.sites),
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    return Campaign.of(tx.rows(insert(campaigns).values(row).returning(campaigns))[0])


def _draft(campaign: Campaign, kind: TaskType, new: NewCampaign, site: dict[str, str]) -> Draft:
    """The task of one link; its password is sealed when the draft is stored."""
    payload: dict[str, Any] = {
        "site_id": site["id"],
        "site_name": site["name"] or site["url"],
        "site_url": site["url"],
        "site_kind": site["kind"],
        **{name: site[name] for name in SITE_FIELDS},
    }
    if site["password"]:
        payload["password"] = site["password"]
    return Draft(
        account_id=campaign.account_id,
        task_type=kind,
        payload=payload,
        dialect=DIALECT,
        target_id=campaign.id,
        cost_cents=campaign.link_cost_cents,
        max_retries=new.max_retries,
    )
