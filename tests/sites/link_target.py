"""Targets of links for tests: a folder that a web server shows, and one task that writes there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from shared.errors import GiveWay
from shared.links.order import Order, Site
from shared.links.service import Service
from shared.links.target_file import LinkTarget
from shared.settings import Settings
from shared.sources.options import SourceOptions
from tests.sites.static_site import StaticSite, static_site

LOOPBACK = ip_network("127.0.0.0/8")
KEY = "018f0000-0000-7000-8000-000000000001"
WEBSITE = "https://shop.example/red?a=1&b=2"


@dataclass
class Notes:
    """What the attempts of one task noted; with ``taken_away`` another attempt has the task."""

    noted: dict[str, Any] = field(default_factory=dict)
    taken_away: bool = False

    def note(self, **facts: Any) -> None:
        """Keep them; `GiveWay` where another attempt has the task."""
        if self.taken_away:
            raise GiveWay("another attempt has the task")
        self.noted.update(facts)


@dataclass
class Target:
    """A target, as the operator configured it, and the server that shows it."""

    web: StaticSite
    settings: Settings

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self.web.folder

    def configure(self, **words: Any) -> None:
        """Let the operator configure it otherwise."""
        changed = replace(self.settings.link_targets[0], **words)
        self.settings = replace(self.settings, link_targets=(changed,))


@contextmanager
def shown_target(settings: Settings, folder: Path) -> Iterator[Target]:
    """A target called `pod`: ``folder``, which is no part of HOME."""
    with static_site(folder) as web:
        target = LinkTarget(
            name="pod", url=str(folder), public_url=web.url, options=SourceOptions()
        )
        yield Target(
            web,
            replace(
                settings,
                allow_networks=(LOOPBACK,),
                local_roots=(folder.resolve(),),
                link_targets=(target,),
            ),
        )


def order(
    service: Service, config: Mapping[str, Any] | None = None, key: str = KEY, **site: str
) -> Order:
    """One link of that service, at the target; ``site`` are other words of its site."""
    words = {"id": "7", "name": "Red radio", "url": "target:pod", "kind": "feed", **site}
    return Order(
        key=key,
        service=service,
        site=Site(**words),
        website=WEBSITE,
        campaign="Red bicycles",
        config=dict(config or {}),
    )
