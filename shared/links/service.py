"""The services that link tasks ask for, each a task type of its own. Pure."""

from __future__ import annotations

from enum import StrEnum


class Service(StrEnum):
    """What is to be made at a site; a task type is called as it, in capitals.

    entity    a profile of somebody, with a text and a link to the website
    social    a post with a link
    blog20    an article with links, on a blog
    podcast   an episode in a feed
    stacking  a set of pages that link to each other and to the website
    indexing  search engines are told of a page
    """

    ENTITY = "entity"
    SOCIAL = "social"
    BLOG20 = "blog20"
    PODCAST = "podcast"
    STACKING = "stacking"
    INDEXING = "indexing"

    @property
    def type_name(self) -> str:
        """The name of its task type."""
        return self.value.upper()


SERVICES = tuple(service.value for service in Service)


def service_of(type_name: str) -> Service | None:
    """The service that tasks of the type ask for; None for a type that is none of these."""
    word = type_name.lower()
    return Service(word) if word in SERVICES and type_name == word.upper() else None
