"""What a connector is given, and what it answers. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.links.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the link is made; ``kind`` names the connector (`mastodon`, `wordpress` and so on).

    What was not given is "". ``password`` is the site's own secret, opened; never to be logged,
    noted, or put into a message.
    """

    id: str
    name: str
    url: str
    kind: str
    email: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One link to make: at ``site``, to ``website``.

    ``key`` is the task's id: the same in every attempt, and no other task has it. ``config`` is
    the campaign's own and open: each connector says which of its words it reads, and what it does
    without them. ``campaign`` is the campaign's name, "" where there is none.
    """

    key: str
    service: Service
    site: Site
    website: str
    campaign: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What was made, seen to be there: addresses, "" where there is none of that sort.

    ``note`` says in a sentence what could not be done as asked, "" where all was.
    """

    profile: str = ""
    post: str = ""
    note: str = ""
    is_indexed: bool | None = None
