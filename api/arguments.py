"""Reading a request's body or query through a schema, refusing in our own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import flask
import marshmallow
from webargs.flaskparser import FlaskParser

from api.limits import read_object

Refuse = Callable[[marshmallow.ValidationError], Exception]


class ArgumentsParser(FlaskParser):
    """Loads bodies as every dialect wants them; ``refuse`` words what a schema refuses."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - as declared there
        "json": marshmallow.EXCLUDE,
        "query": marshmallow.EXCLUDE,
    }

    def __init__(self, refuse: Refuse) -> None:
        super().__init__()
        self._refuse = refuse

    def load_json(self, req: flask.Request, schema: marshmallow.Schema) -> Any:
        """The body, an object without its nulls."""
        return read_object()

    def handle_error(
        self, error: marshmallow.ValidationError, *args: Any, **kwargs: Any
    ) -> NoReturn:
        """End the request; the parser has put all messages under the name of their location."""
        (messages,) = dict(error.messages_dict).values()
        raise self._refuse(marshmallow.ValidationError(messages)) from None
