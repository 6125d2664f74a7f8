"""Whatever is sent to any route, the answer is what the description says, and never a 5xx.

Requests are made up by Schemathesis from the description: for each operation all kinds of valid
and invalid values of each part, then as many at random as `EXAMPLES`. They name things that exist
and come with the credential that the operation asks for, so that they get past the door.

Of Schemathesis' checks these are left out:

- that valid data are accepted: much that makes a request invalid is no matter of a schema (a time
  zone that does not exist, fields that exclude each other, credits);
- those of credentials: `test_roles_and_routes` looks at every route with none and with each role;
- those of several requests one after another: they would make things of their own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import count
from typing import Any

import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig
from schemathesis.core.result import Ok
from schemathesis.generation.hypothesis.builder import (
    HypothesisTestConfig,
    HypothesisTestMode,
    create_test,
)

from api.app import create_blank_app
from api.described_bodies import operations
from api.description import describe
from shared.db import Store
from shared.settings import read_settings
from tests.conftest import SECRET_KEY
from tests.described import Guests, open_guests
from tests.servers import PostgresServer

Case = schemathesis.Case[Any]
EXAMPLES = int(os.environ.get("TASKYARD_TEST_EXAMPLES", "3"))
"""How many requests are made up at random for each operation, beside those that are systematic."""
MADE_UP_EVERY = 5
"""Every so many requests keep the ids that were made up."""
SPEC = describe(create_blank_app())
STREAM = "text/event-stream"
PATHS = frozenset(path for path, _, _ in operations(SPEC))
OPERATIONS = sorted(
    (operation["operationId"], path)
    for path, _, operation in operations(SPEC)
    if STREAM not in operation["responses"].get("200", {}).get("content", {})
)
"""All but the streams, which do not end."""
EACH_ANSWERED = frozenset(
    {
        "/api/v1/tasks/bulk",
        "/api/v1/worker/tasks/bulk",
        "/api/v1/worker/tasks/extend",
    }
)
"""Of several items each is answered for by itself: a bad one spoils no other, so it is a 200."""
GENERATION = GenerationConfig(max_examples=EXAMPLES, with_security_parameters=False)
CONFIG = schemathesis.Config(projects=ProjectsConfig(default=ProjectConfig(generation=GENERATION)))
MODES = [HypothesisTestMode.EXAMPLES, HypothesisTestMode.COVERAGE, HypothesisTestMode.FUZZING]
HOW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="TASKYARD_TEST_EXAMPLES" not in os.environ,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
load_all_checks()
REFUSED = "negative_data_rejection"
METHODS = frozenset({"unsupported_method", "allow_header_conformance"})
NAMES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "missing_required_header",
    REFUSED,
    *METHODS,
)


@pytest.fixture(scope="module")
def guests(
    postgres_server: PostgresServer,
    _postgres_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Guests]:
    """Callers of a gateway on PostgreSQL, which takes fewer values than SQLite does."""
    with postgres_server.database(_postgres_template) as url:
        given = {
            "TASKYARD_HOME": str(tmp_path_factory.mktemp("described")),
            "TASKYARD_SECRET_KEY": SECRET_KEY,
            "TASKYARD_DATABASE_URL": url,
        }
        store = Store(url)
        with open_guests(replace(read_settings(given), database_url=url), store) as opened:
            yield opened
        store.close()


@schemathesis.serializer("application/x-ndjson")
def lines(_context: schemathesis.SerializationContext, text: Any) -> bytes:
    """A body of lines is sent as it was made up."""
    return text.encode() if isinstance(text, str) else orjson.dumps(text)


def ask(case: Case, guests: Guests, things: Mapping[str, str], turn: int) -> None:
    """Send one request and look at its answer: mostly about ``things`` that exist."""
    operation = SPEC["paths"][case.path][case.operation.method.lower()]
    if turn % MADE_UP_EVERY:
        for name in case.path_parameters.keys() & things.keys():
            case.path_parameters[name] = things[name]
    headers = guests.headers(operation, case.path)
    response = case.call(headers=headers, app=guests.app)
    without = left_out(case, operation)
    checks: list[Any] = CHECKS.get_by_names([name for name in NAMES if name not in without])
    sent = {"headers": headers, "app": guests.app}
    case.validate_response(response, checks=checks, headers=headers, transport_kwargs=sent)


@pytest.mark.parametrize(("name", "path"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_its_answers_are_as_described(guests: Guests, name: str, path: str) -> None:
    spec = {**SPEC, "paths": {path: SPEC["paths"][path]}}  # the whole one is slow to look through
    schema = schemathesis.openapi.from_dict(spec, config=CONFIG).include(operation_id=name)
    (found,) = schema.get_all_operations()
    assert isinstance(found, Ok)
    things, turns = guests.things(path), count()
    how = HypothesisTestConfig(project=CONFIG.projects.default, modes=MODES, settings=HOW)

    def one(case: Case) -> None:
        ask(case, guests, things, next(turns))

    create_test(operation=found.ok(), test_func=one, config=how)()


def left_out(case: Case, operation: Mapping[str, Any]) -> set[str]:
    """The checks that say nothing of this request."""
    found = set()
    if case.path in EACH_ANSWERED or (operation["tags"] == ["servers"] and says_nothing(case.body)):
        found.add(REFUSED)
    if lies_below_a_word(case.path):
        found |= METHODS
    return found


def says_nothing(body: Any) -> bool:
    """Whether a member is empty, which remote servers send for one that is absent."""
    return isinstance(body, dict) and "" in [v for v in body.values() if isinstance(v, str)]


@cache
def lies_below_a_word(path: str) -> bool:
    """Whether another route takes the last part of ``path`` for an id, and allows what it does."""
    patterns = {
        re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(other)) for other in PATHS if other != path
    }
    return any(re.fullmatch(pattern, path) for pattern in patterns)


def test_every_dialect_is_asked() -> None:
    tags = {tag for _, _, operation in operations(SPEC) for tag in operation["tags"]}

    assert tags >= {"buyers", "scripts", "jobs", "servers", "health"}
    assert len(OPERATIONS) > 100
