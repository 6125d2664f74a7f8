"""What buyers say of webhooks, field by field."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from api.fields import Count, Errors, Moment, Text, Whole, Words
from api.paging import DEFAULT_LIMIT
from shared.notices.delivery import DeliveryState
from shared.notices.endpoint_url import LONGEST_URL
from shared.notices.secret import LONGEST_OVERLAP_SECONDS, OVERLAP_SECONDS
from shared.tasks.status import Status

# Names are the dialect's own.
# ruff: noqa: N815

LONGEST_DESCRIPTION = 500
LONGEST_TYPE = 40
MOST_TYPES = 100
PREFIX = "task."
STATUSES = tuple(status.value for status in Status)
EVENTS = (*STATUSES, *(PREFIX + word for word in STATUSES))
STATES = tuple(state.value for state in DeliveryState)
ABOUT = {
    "url": "Where it is told, by POST: https, on the public internet, or in a network that this "
    "server's operator allows.",
    "events": f"Which statuses of tasks it is told of, {', '.join(STATUSES)}; all where it is left "
    "out or empty. `task.completed` means the same as `completed`.",
    "types": "Which types of tasks it is told of; all where it is left out or empty.",
    "overlapSeconds": "How long the secret before signs as well; "
    f"{OVERLAP_SECONDS:.0f} unless it is said.",
    "state": "pending: to be sent, or sent again; delivered; given_up: no try is left; dropped: "
    "its webhook was deleted or disabled before it was sent.",
}


def about(name: str) -> dict[str, Any]:
    """What the documentation says of a field."""
    return {"description": ABOUT[name]}


class WordList(fields.List[Any]):
    """A list of words, each once; ``refusal`` says which."""

    def __init__(self, each: fields.Field[Any], refusal: str, most: int, **kwargs: Any) -> None:
        errors: Errors = dict.fromkeys(("invalid", "null"), refusal)
        super().__init__(each, error_messages=errors, **kwargs)
        self._refusal, self._most = refusal, most

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > self._most:
            raise self.make_error("invalid")
        try:
            return list(dict.fromkeys(super()._deserialize(value, attr, data, **kwargs)))
        except ValidationError:
            raise self.make_error("invalid") from None


class EventList(WordList):
    """Statuses, by their words or as `task.completed`; read as the words."""

    def __init__(self, **kwargs: Any) -> None:
        refusal = f"must be a list of any of {', '.join(STATUSES)}."
        super().__init__(Words(EVENTS), refusal, len(EVENTS), metadata=about("events"), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        found = super()._deserialize(value, attr, data, **kwargs)
        return list(dict.fromkeys(word.removeprefix(PREFIX) for word in found))


class TypeList(WordList):
    """Names of task types; whether there are such is looked up elsewhere."""

    def __init__(self, **kwargs: Any) -> None:
        refusal = f"must be a list of at most {MOST_TYPES} names of task types."
        super().__init__(Text(LONGEST_TYPE), refusal, MOST_TYPES, metadata=about("types"), **kwargs)


class NewWebhookWords(Schema):
    """A URL that is to be told what happens to tasks."""

    class Meta:
        """Unknown fields are ignored."""

        unknown = EXCLUDE

    url = Text(LONGEST_URL, required=True, metadata=about("url"))
    events = EventList(attribute="statuses")
    types = TypeList()
    description = Text(LONGEST_DESCRIPTION, least=0)


class WebhookChangeWords(NewWebhookWords):
    """What is said of a webhook; what is left out stays. Null means all, or no description."""

    url = Text(LONGEST_URL, metadata=about("url"))
    events = EventList(attribute="statuses", allow_none=True)
    types = TypeList(allow_none=True)
    description = Text(LONGEST_DESCRIPTION, least=0, allow_none=True)


class OverlapWords(Schema):
    """How a secret is replaced."""

    class Meta:
        """Unknown fields are ignored."""

        unknown = EXCLUDE

    overlapSeconds = Whole(
        0,
        int(LONGEST_OVERLAP_SECONDS),
        load_default=int(OVERLAP_SECONDS),
        metadata=about("overlapSeconds"),
    )


class RangeWords(Schema):
    """Which deliveries are sent again: those that are in the state, and were made in the span."""

    class Meta:
        """Unknown fields are ignored."""

        unknown = EXCLUDE

    since = Moment(metadata={"description": "From then on; from the first one unless it is said."})
    until = Moment(metadata={"description": "Before then; until now unless it is said."})
    state = Words(STATES, load_default=DeliveryState.GIVEN_UP.value, metadata=about("state"))


class DeliveriesQuerySchema(Schema):
    """Which deliveries to list."""

    state = Words(STATES, metadata=about("state"))
    taskId = Text(40, metadata={"description": "Those about one task."})
    limit = Count(1, load_default=DEFAULT_LIMIT, metadata={"description": "More than 100 is 100."})
    cursor = Text(100)
