"""One task that makes a link, attempt after attempt, without a yard around it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from typing import Any

import pytest

from shared.errors import GiveWay, TaskError
from shared.links.connector import Connector
from shared.links.order import Link, Order, Site
from shared.links.service import Service
from shared.settings import Settings

LOOPBACK = ip_network("127.0.0.0/8")
KEY = "018f0000-0000-7000-8000-000000000001"
WEBSITE = "https://shop.example/bikes?from=a&to=b"
CAMPAIGN = "Red bicycles"


@dataclass
class LinkTask:
    """The `Journal` of each `run`, which is an attempt; it finds what those before noted."""

    settings: Settings
    order: Order
    noted: dict[str, Any] = field(default_factory=dict)
    taken_away: bool = False
    """Another attempt has the task by now."""

    def run(self, connector: Connector) -> Link:
        """One more attempt."""
        return connector.publish(self.order, self)

    def failed(self, connector: Connector) -> TaskError:
        """The error in which one more attempt ends; the password is never in it."""
        with pytest.raises(TaskError) as caught:
            self.run(connector)
        password = self.order.site.password
        assert not password or password not in f"{caught.value.message} {self.noted}"
        return caught.value

    def note(self, **facts: Any) -> None:
        """Keep them."""
        if self.taken_away:
            raise GiveWay("another attempt has the task")
        self.noted.update(facts)

    def change(self, **fields: Any) -> None:
        """Give the order other values; those of the site go by its names."""
        of_site = {name: fields.pop(name) for name in list(fields) if name in Site.__slots__}
        self.order = replace(self.order, site=replace(self.order.site, **of_site), **fields)


def link_task(settings: Settings, service: Service, kind: str, **fields: Any) -> LinkTask:
    """A task at a site of that kind; loopback counts as allowed. ``fields`` as in `change`."""
    site = Site(id="1", name="a site", url="", kind=kind)
    order = Order(key=KEY, service=service, site=site, website=WEBSITE, campaign=CAMPAIGN)
    made = LinkTask(replace(settings, allow_networks=(LOOPBACK,)), order)
    made.change(**fields)
    return made
