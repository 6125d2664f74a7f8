"""The page at ``/docs``: ours to the last file, and under a policy that lets nothing else in."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.app import create_blank_app
from api.docs import routes

ROOT = Path(__file__).parents[2]
REFERENCE = re.compile(r"""(?:src|href)="([^"]+)\"""")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """Somebody without a credential, at a gateway whose store and broker do not answer."""
    return create_blank_app().test_client()


@pytest.mark.parametrize("path", ["/docs", "/docs/"])
def test_anybody_may_read_it(client: FlaskClient, path: str) -> None:
    answer = client.get(path, buffered=True)

    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert 'href="/openapi.json"' in answer.text


def test_all_that_it_asks_for_is_served_here(client: FlaskClient) -> None:
    asked = REFERENCE.findall(client.get("/docs", buffered=True).text)

    assert len(asked) == 6
    for path in asked:
        answer = client.get(path, buffered=True)
        assert answer.status_code == 200, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert len(answer.data) > 100


@pytest.mark.parametrize("name", [routes.PAGE, *routes.OWN_FILES])
def test_nothing_of_ours_comes_from_elsewhere_or_stands_inline(name: str) -> None:
    text = (routes.OURS / name).read_text()

    assert "//" not in text.replace("// No", "")
    assert not re.search(r"<script>|<style|\son\w+=|style=|javascript:", text)


def test_its_policy_lets_in_our_own_files_alone(client: FlaskClient) -> None:
    policy = client.get("/docs", buffered=True).headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy


def test_an_unchanged_file_is_not_sent_again(client: FlaskClient) -> None:
    script = client.get("/docs/swagger-ui-bundle.js", buffered=True)

    again = client.get(
        "/docs/swagger-ui-bundle.js",
        buffered=True,
        headers={"If-None-Match": script.headers["ETag"]},
    )

    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["routes.py", "..%2froutes.py", "swagger-ui.js", "%00"])
def test_other_files_are_not_to_be_had(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/docs/{name}", buffered=True)

    assert (answer.status_code, answer.get_json()["code"]) == (404, "NOT_FOUND")


def test_our_files_are_in_the_wheel() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    taken = setup["options.package_data"]["*"].split()

    for name in (routes.PAGE, *routes.OWN_FILES):
        assert f"*{Path(name).suffix}" in taken
    assert (routes.OURS / "__init__.py").is_file()


def test_the_description_is_made_once(client: FlaskClient) -> None:
    first, second = client.get("/openapi.json"), client.get("/openapi.json")

    assert first.data == second.data
    assert first.get_json()["openapi"] == "3.1.0"
