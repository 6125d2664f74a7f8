"""Somebody who asks for links over HTTP, and a gateway at which links may be asked for."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from api.app import create_blank_app
from api.buyers.dialect import PROBLEM_JSON, PROBLEMS
from api.description import describe
from shared.db import Store
from shared.ids import new_id
from shared.settings import read_settings
from tests.campaigning import a_body
from tests.conftest import SECRET_KEY
from tests.gateway import Bench, Caller, open_account
from tests.remote_servers import open_servers_bench, servers_yard

REQUESTS = "/api/v1/requests"
SPEC = describe(create_blank_app())


@dataclass(frozen=True)
class Asker(Caller):
    """Somebody who asks for links, and remembers every answer."""

    answers: list[TestResponse] = field(default_factory=list)

    def send(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        """Send one request."""
        self.answers.append(super().send(method, path, **kwargs))
        return self.answers[-1]

    def told(self, method: str, path: str, status: int = 200, **kwargs: Any) -> Any:
        """What a successful answer says, once it is seen to be as described."""
        answer = self.send(method, path, **kwargs)
        assert answer.status_code == status, answer.text
        check(answer, path)
        return answer.get_json()

    def made(self, count: int = 2, **changes: Any) -> dict[str, Any]:
        """A campaign that was made."""
        return dict(self.told("POST", REQUESTS, 201, json=a_body(count, **changes)))

    def refused(self, code: str, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
        """The refusal with that code, once it is seen to be as described."""
        answer = self.send(method, path, **kwargs)
        body = dict(answer.get_json())
        assert (answer.status_code, body["code"]) == (PROBLEMS[code][0], code), body
        check(answer, path)
        return body

    def why(self, code: str, method: str, path: str, **kwargs: Any) -> str:
        """The sentence of that refusal."""
        return str(self.refused(code, method, path, **kwargs)["detail"])

    def exported(self, request_id: str) -> list[dict[str, str]]:
        """The rows of a campaign's outcome."""
        answer = self.get(f"{REQUESTS}/{request_id}/export")
        assert answer.status_code == 200, answer.text
        assert answer.content_type == "text/csv; charset=utf-8"
        name = f'attachment; filename="campaign-{request_id}.csv"'
        assert answer.headers["Content-Disposition"] == name
        return list(csv.DictReader(io.StringIO(answer.text, newline="")))

    def count(self) -> int:
        """How many campaigns there are."""
        return len(self.told("GET", REQUESTS)["requests"])

    def balance(self) -> int:
        """In cents."""
        return int(self.get("/api/v1/credits").get_json()["balanceCents"])


def check(answer: TestResponse, path: str) -> None:
    """The body is what the description says of that route and status."""
    parts = path.partition("?")[0].split("/")
    rule = "/".join([*parts[:4], *(["{request_id}"] if len(parts) > 4 else []), *parts[5:]])
    ways = SPEC["paths"][rule][answer.request.method.lower()]
    kind = PROBLEM_JSON if answer.status_code >= 400 else "application/json"
    assert answer.mimetype == kind
    schema = ways["responses"][str(answer.status_code)]["content"][kind]["schema"]
    Draft202012Validator({**schema, "components": SPEC["components"]}).validate(answer.get_json())


def new_asker(bench: Bench, role: str = "buyer", cents: int = 10_000) -> Asker:
    """Somebody with a token of an account of its own."""
    account = open_account(bench.yard.store, f"asker.{new_id()}", cents=cents)
    known = bench.caller(account, role, "ada" if role == "validator" else None)
    return Asker(known.client, account, known.credential)


@pytest.fixture(scope="session")
def link_bench(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One gateway for all to a yard that knows link tasks; words do not depend on its store."""
    home = tmp_path_factory.mktemp("links")
    shutil.copyfile(_sqlite_template, home / "taskyard.db")
    given = {"TASKYARD_HOME": str(home), "TASKYARD_SECRET_KEY": SECRET_KEY}
    settings = read_settings(given)
    store = Store(settings.database_url)
    with open_servers_bench(servers_yard(settings, store)) as opened:
        yield opened
    store.close()


@pytest.fixture
def asker(link_bench: Bench) -> Asker:
    """Somebody with 10,000 cents."""
    return new_asker(link_bench)


def as_csv(sites: list[dict[str, Any]]) -> bytes:
    """The sites as spreadsheets write them."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, list(sites[0]))
    table.writeheader()
    table.writerows(sites)
    return text.getvalue().encode("utf-8-sig")


def sent_as_csv(content: bytes, **words: Any) -> dict[str, Any]:
    """How a table is posted with the campaign's words in the query."""
    body = a_body(0, sites=..., config='{"text": "{name}: {website}"}', **words)
    query = {name: str(value) for name, value in body.items()}
    return {"path": f"{REQUESTS}?{urlencode(query)}", "data": content, "content_type": "text/csv"}
