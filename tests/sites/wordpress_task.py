"""A task that makes a link on a blog, for tests on a strict WordPress and a real one."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from shared.errors import TaskError
from shared.links.connectors.wordpress import WordPressConnector
from shared.links.order import Link, Order
from shared.links.service import Service
from shared.settings import Settings
from tests.sites.link_target import KEY, LOOPBACK, Notes, order
from tests.sites.real_wordpress import RealWordPress
from tests.sites.wordpress_server import WordPressServer

Site = WordPressServer | RealWordPress
WORDS = {
    "title": "How {name} are made & sold",
    "content": "They are red & cheap.\n\nSee {website} now.",
    "excerpt": "In short: red.",
    "categories": ["R & D"],
    "tags": "red, bicycles",
}


@dataclass
class LinkTask:
    """One task, attempt after attempt."""

    settings: Settings
    site: Site
    notes: Notes = field(default_factory=Notes)
    service: Service = Service.BLOG20
    config: Mapping[str, Any] = field(default_factory=lambda: WORDS)
    username: str = ""
    password: str = ""
    url: str = ""

    def order(self) -> Order:
        """What is wanted."""
        return order(
            self.service,
            self.config,
            f"{KEY}-{self.site.username}",
            url=self.url or self.site.url,
            kind="wordpress",
            username=self.username or self.site.username,
            password=self.password or self.site.password,
        )

    def run(self, answer_seconds: float = 20.0) -> Link:
        """One more attempt."""
        settings = replace(self.settings, allow_networks=(LOOPBACK,))
        return WordPressConnector(settings, answer_seconds).publish(self.order(), self.notes)

    def failure(self, answer_seconds: float = 20.0) -> TaskError:
        """The error in which one more attempt ends; neither it nor the notes tell the password."""
        with pytest.raises(TaskError) as caught:
            self.run(answer_seconds)
        site = self.order().site
        pair = base64.b64encode(f"{site.username}:{site.password}".encode()).decode()
        told = f"{caught.value.message} {json.dumps(self.notes.noted)}"
        assert all(secret not in told for secret in (site.password, pair))
        return caught.value
