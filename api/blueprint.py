"""Routes that are documented as they are declared, in a form that type checkers understand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from api.arguments import ArgumentsParser, Refuse

View = Callable[..., Response]
Decorator = Callable[[View], View]


class DocumentedBlueprint(Blueprint):  # type: ignore[misc]
    """A group of routes; its schemas refuse by ``refuse``, in the words of a dialect."""

    def __init__(
        self, name: str, import_name: str, *, refuse: Refuse | None = None, **kwargs: Any
    ) -> None:
        super().__init__(name, import_name, **kwargs)
        if refuse is not None:
            self.ARGUMENTS_PARSER = ArgumentsParser(refuse)

    def route(self, rule: str, **options: Any) -> Decorator:
        """The view answers at ``rule``."""
        decorator: Decorator = super().route(rule, **options)
        return decorator

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, *args: Any, **options: Any
    ) -> None:
        """Add a route; its operations are called by the names of blueprint and view."""
        super().add_url_rule(rule, endpoint, *args, **options)
        name = self._endpoints[-1]
        for method, about in self._docs[name].items():
            if method != "parameters":
                about.setdefault("manual_doc", {})["operationId"] = f"{self.name}_{name}"

    def arguments(self, schema: Any, **options: Any) -> Decorator:
        """The view is given what ``schema`` reads from the request."""
        decorator: Decorator = super().arguments(schema, **options)
        return decorator

    def answers(self, status: int, schema: Any = None, **options: Any) -> Decorator:
        """The view answers so, with a body ready to be sent: only documents it."""
        decorator: Decorator = super().response(status, schema, **options)
        return decorator

    def may_answer(self, status: int, **options: Any) -> Decorator:
        """The view may also answer so: only documents it."""
        decorator: Decorator = super().alt_response(status, success=True, **options)
        return decorator

    def about(self, **texts: Any) -> Decorator:
        """Add ``texts`` to the view's documentation."""
        decorator: Decorator = super().doc(**texts)
        return decorator
