"""Views that make something: with an ``Idempotency-Key`` they are done once.

Whoever sends the same request again gets the same answer, for 24 hours; while the first one is
still done, 409; another request with that key is refused, 422. Keys are an account's and a
route's own. An answer that is no success frees its key. Source: draft-ietf-httpapi-
idempotency-key-header.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import partial, wraps
from typing import Any

from flask import Response, g, request
from werkzeug.exceptions import HTTPException

from api.auth import caller
from api.blueprint import Decorator, View
from api.form_stream import FORM
from api.gateway import gateway
from api.idempotency import fingerprint, replay
from api.idempotency.refusals import HEADER, mismatch, read_key, still_running
from api.limits import JSON_BYTES, read_body
from api.uploads import digested
from shared.errors import TaskyardError, Unavailable
from shared.idempotency.memo import LONGEST_KEY, Asked, Found, Memo

ENVIRON = "HTTP_IDEMPOTENCY_KEY"
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "description": "Your own name for this request, best a random UUID. The same request with the "
    "same key is done once, and answered the same again for 24 hours.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_KEY,
        "pattern": r"^[!-~]([ -~]*[!-~])?$",
    },
}


def creates(largest: int = JSON_BYTES) -> Decorator:
    """A view that makes something, of a body of at most ``largest`` bytes, or of a form."""

    def mark(view: View) -> View:
        @wraps(view)
        def done_once(*args: Any, **kwargs: Any) -> Response:
            key = request.environ.get(ENVIRON)
            if key is None:
                return view(*args, **kwargs)
            return _answered(read_key(key), largest, partial(view, *args, **kwargs))

        vars(done_once)["_apidoc"] = _documented(view)
        return done_once

    return mark


def _documented(view: View) -> dict[str, Any]:
    """The view's documentation, with the header."""
    about: dict[str, Any] = deepcopy(getattr(view, "_apidoc", {}))
    words = about.setdefault("manual_doc", {})
    words["parameters"] = [*words.get("parameters", ()), PARAMETER]
    return about


def _answered(key: str, largest: int, view: Callable[[], Response]) -> Response:
    is_form = request.mimetype == FORM
    print_of = None if is_form else fingerprint.of_body(read_body(largest, is_kept=True))
    route = request.url_rule.rule if request.url_rule else request.path
    taken = gateway().memory.take(Asked(caller().account_id, route, key, print_of))
    return _done(taken, view) if isinstance(taken, Memo) else _told(taken, print_of)


def _done(memo: Memo, view: Callable[[], Response]) -> Response:
    """Do the request; what went well is kept, what did not may be tried again."""
    memory = gateway().memory
    g.memo = memo
    try:
        with memory.leases.held(memo):
            response = view()
    except BaseException as error:
        memory.give_up(memo, is_undone=_says_undone(error))
        raise
    is_success = 200 <= response.status_code < 300
    if is_success and (answer := replay.kept(response)):
        memory.tell(memo, answer)
    else:
        memory.give_up(memo, is_undone=not is_success)
    return response


def _says_undone(error: BaseException) -> bool:
    """Whether ``error`` says that nothing was made, unless something was noted."""
    if isinstance(error, Unavailable):
        return not error.outcome_unknown
    return isinstance(error, TaskyardError | HTTPException)


def _told(found: Found, print_of: str | None) -> Response:
    """What others with this key are told."""
    if found.answer is None and None in (found.fingerprint, print_of):
        raise still_running()
    if found.fingerprint is not None and found.fingerprint != (print_of or _form_print()):
        raise mismatch()
    if found.answer is None:
        raise still_running()
    return replay.replayed(gateway().memory.told(found))


def _form_print() -> str:
    """The fingerprint of a form, of which nothing is stored."""
    with gateway().upload_seats.seat():
        upload = digested(gateway().yard.settings.max_upload_bytes)
    return fingerprint.of_form(upload.fields, upload.files)
