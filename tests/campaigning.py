"""Campaigns for tests: bodies that ask for them, and a yard that makes them."""

from __future__ import annotations

from typing import Any

from shared.accounts.account import Account
from shared.campaigns import cancel, pause
from shared.campaigns.campaign import Campaign, get_campaign
from shared.campaigns.form import read_campaign
from shared.campaigns.making import make_campaign
from shared.campaigns.tasks import counts_of, tasks_in_parts
from shared.db import Transaction
from shared.tasks import dispatch
from shared.tasks.draft import Draft
from shared.tasks.task import Task
from tests.fleet_yard import FleetYard

SECRET = "s3cr3t-v4lue"
ACTOR = "tests"


def a_site(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A site with all that can be said of one; a change to ... leaves the field out."""
    site = {
        "id": f"site-{number}",
        "name": f"Site {number}",
        "url": f"https://s{number}.example",
        "kind": "mastodon",
        "email": f"ada@s{number}.example",
        "username": "ada",
        "password": SECRET,
        "about": "Paints.",
        **changes,
    }
    return {name: value for name, value in site.items() if value is not ...}


def a_body(count: int = 2, **changes: Any) -> dict[str, Any]:
    """What asks for a campaign of so many sites; a change to ... leaves the field out."""
    body = {
        "name": "Spring",
        "website": "https://shop.example/",
        "service_type": "social",
        "type_request": "standard",
        "auction_price": 20,
        "max_retries": 2,
        "config": {"text": "{name}: {website}"},
        "sites": [a_site(number) for number in range(1, count + 1)],
        **changes,
    }
    return {name: value for name, value in body.items() if value is not ...}


class CampaignYard(FleetYard):
    """A `FleetYard` whose first account has campaigns."""

    def made(self, count: int = 2, owner: Account | None = None, **changes: Any) -> Campaign:
        """A new campaign of ``owner``, else of the first account."""
        new = read_campaign(a_body(count, **changes))
        made: list[Campaign] = []

        def ask(tx: Transaction) -> list[Draft]:
            account_id = (owner or self.account).id
            campaign, drafts = make_campaign(tx, self.yard.registry, account_id, new)
            made[:] = [campaign]
            return drafts

        dispatch.request(self.yard, ask)
        return made[0]

    def now(self, campaign: Campaign) -> Campaign:
        """The row as it is now."""
        with self.store.read() as tx:
            return get_campaign(tx, campaign.id, campaign.account_id)

    def tasks_of(self, campaign: Campaign) -> list[Task]:
        """Its tasks, in the order of its sites."""
        return [task for part in tasks_in_parts(self.store, campaign) for task in part]

    def ids_of(self, campaign: Campaign) -> list[str]:
        """Their ids."""
        return [task.id for task in self.tasks_of(campaign)]

    def counts(self, campaign: Campaign) -> dict[str, int]:
        """How many of its tasks are where, without the noughts."""
        with self.store.read() as tx:
            return {str(s): n for s, n in counts_of(tx, campaign).items() if n}

    def pause(self, campaign: Campaign) -> Campaign:
        """Hold it back."""
        return pause.pause(self.yard, campaign.id, campaign.account_id, actor=ACTOR)

    def resume(self, campaign: Campaign) -> Campaign:
        """Let it go on."""
        return pause.resume(self.yard, campaign.id, campaign.account_id, actor=ACTOR)

    def cancel_campaign(self, campaign: Campaign) -> Campaign:
        """Cancel what is not over of it."""
        return cancel.cancel_campaign(self.yard, campaign.id, campaign.account_id, actor=ACTOR)
