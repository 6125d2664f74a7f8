"""What the documents point to exists, and what they list is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shared.settings import Settings, read_settings
from taskyard.agent.settings import KEY as SERVER_KEY
from taskyard.client.address import KEY, URL
from taskyard.commands.agent import HERE
from workers.sentiment.extra.settings import extra_settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
OPERATIONS = ROOT / "docs" / "operations.md"
FENCE = re.compile(r"```.*?```", re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SETTING = re.compile(r"TASKYARD_[A-Z_]*[A-Z]")
ROW = re.compile(r"^\| `TASKYARD_(\w+)` \| `([^`]+)` \|", re.MULTILINE)
SECRET = "a secret key for tests, long enough"


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, **given: str) -> None:
        super().__init__(given)
        self.names: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.names.add(name)
        return super().get(name, default)


def links(document: Path) -> list[str]:
    """The relative links of a document."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    return [link for link in LINK.findall(text) if "://" not in link]


def anchors(document: Path) -> set[str]:
    """What can stand behind a # in links to a document."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    words = (re.sub(r"[^\w\- ]", "", heading).lower() for heading in HEADING.findall(text))
    return {word.strip().replace(" ", "-") for word in words}


def settings_read() -> set[str]:
    """Every variable that settings are read from."""
    core = Asked(TASKYARD_SECRET_KEY=SECRET)
    read_settings(core)
    extra = Asked(TASKYARD_SENTIMENT_ENDPOINT="http://127.0.0.1/v1")
    extra_settings(extra)
    return core.names | extra.names | {SERVER_KEY, KEY, URL}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for link in links(document):
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_document_is_named_in_the_readme() -> None:
    named = {(ROOT / link).resolve() for link in links(ROOT / "README.md")}
    assert set(DOCUMENTS) - {ROOT / "README.md"} <= named


def test_every_setting_is_documented_and_no_other() -> None:
    documented = set(SETTING.findall(OPERATIONS.read_text(encoding="utf-8")))
    assert documented == settings_read()


def test_the_documented_defaults_are_the_real_ones() -> None:
    settings = read_settings({"TASKYARD_SECRET_KEY": SECRET})
    rows = dict(ROW.findall(OPERATIONS.read_text(encoding="utf-8")))
    plain = {n: v for n, v in rows.items() if hasattr(settings, n.lower()) and n != "HOME"}
    assert len(plain) > 10
    assert plain == {name: shown(settings, name) for name in plain}
    assert rows["URL"] == HERE


def shown(settings: Settings, name: str) -> str:
    """A setting's value as the documents write it."""
    value = getattr(settings, name.lower())
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
