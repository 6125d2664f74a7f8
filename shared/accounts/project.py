"""Projects: how an account sorts its tasks, and whom it asks in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Row,
    Select,
    String,
    Table,
    UniqueConstraint,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from shared.accounts.annotators import Annotators
from shared.accounts.word import read_word
from shared.columns import Id, Moment
from shared.db import Transaction, metadata
from shared.errors import Conflict, NotFound, Refused
from shared.ids import is_id, new_id

LONGEST_NAME = 200

projects = Table(
    "projects",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("annotators", String(10)),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("account_id", "name"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One project; ``annotators`` is None where its account's policy holds."""

    id: str
    account_id: str
    name: str
    annotators: Annotators | None
    created_at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> Project:
        """The project in ``row``, which holds all columns of `projects`."""
        values = row._asdict()
        policy = values.pop("annotators")
        return cls(annotators=Annotators(policy) if policy else None, **values)


def create_project(
    tx: Transaction, account_id: str, name: str, annotators: str | None = None
) -> Project:
    """A new project; `Refused` for a bad name or policy, `Conflict` for a name taken there."""
    project = Project(
        id=new_id(),
        account_id=account_id,
        name=_check_name(name),
        annotators=read_word(Annotators, annotators, "annotators") if annotators else None,
        created_at=tx.now,
    )
    row = {c.name: getattr(project, c.name) for c in projects.c}
    try:
        with tx.connection.begin_nested():
            tx.execute(insert(projects), row)
    except IntegrityError:
        raise Conflict(f"There is a project named {project.name!r} already.") from None
    return project


def list_projects(tx: Transaction, account_id: str) -> list[Project]:
    """The account's projects, oldest first."""
    return [Project.of(row) for row in tx.rows(_of(account_id).order_by(projects.c.id))]


def get_project(tx: Transaction, account_id: str, project_id: str) -> Project:
    """That project of that account; `NotFound` where it has none such."""
    of_id = _of(account_id).where(projects.c.id == project_id)
    row = tx.first(of_id) if is_id(project_id) else None
    if row is None:
        raise NotFound("There is no such project.")
    return Project.of(row)


def _of(account_id: str) -> Select[Any]:
    return select(projects).where(projects.c.account_id == account_id)


def _check_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        message = f"name must be 1 to {LONGEST_NAME} printable characters."
        raise Refused(message, code="INVALID_FIELD", field="name")
    return name
