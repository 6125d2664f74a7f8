"""The account beside its tasks: projects, credits, counts, tokens."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.auth import caller
from api.buyers import account_examples as examples
from api.buyers import schemas
from api.buyers.account_view import credits_body, entry_body, project_body, stats_body
from api.buyers.blueprint import KEYED, WITH_BODY, blueprint, refuses
from api.buyers.listing import page_of
from api.buyers.tokens import new_token
from api.gateway import gateway
from api.idempotency.keyed import creates
from api.idempotency.once import created
from api.paging import cut
from api.permissions import permit
from api.reply import json_response
from shared.accounts import ledger
from shared.accounts.account import get_account
from shared.accounts.project import create_project, list_projects
from shared.db import Transaction
from shared.tasks import queries


@blueprint.route("/projects", methods=["POST"])
@permit("projects:write")
@creates()
@blueprint.arguments(schemas.NewProjectSchema, required=True, example=examples.NEW_PROJECT)
@blueprint.answers(201, schemas.ProjectSchema, example=examples.PROJECT)
@refuses("MISSING_FIELDS", "INVALID_FIELD", *WITH_BODY, *KEYED)
def make_project(asked: dict[str, Any]) -> Response:
    """Make a project; without a policy of its own it follows its account's."""
    here = caller()

    def work(tx: Transaction) -> dict[str, Any]:
        project = create_project(tx, here.account_id, asked["name"], asked.get("annotators"))
        return project_body(project, here.account)

    return json_response(created(work), 201)


@blueprint.route("/projects", methods=["GET"])
@permit("projects:read")
@blueprint.answers(200, schemas.ProjectsSchema, example=examples.PROJECTS)
@refuses()
def show_projects() -> Response:
    """List the account's projects, oldest first."""
    here = caller()
    with gateway().yard.store.read() as tx:
        projects = list_projects(tx, here.account_id)
    return json_response({"projects": [project_body(one, here.account) for one in projects]})


@blueprint.route("/credits", methods=["GET"])
@permit("credits:read")
@blueprint.answers(200, schemas.CreditsSchema, example=examples.CREDITS)
@refuses()
def show_credits() -> Response:
    """What may still be spent, and what unfinished tasks have put aside."""
    with gateway().yard.store.read() as tx:
        return json_response(credits_body(get_account(tx, caller().account_id)))


@blueprint.route("/credits/ledger", methods=["GET"])
@permit("credits:read")
@blueprint.arguments(schemas.PageQuerySchema, location="query")
@blueprint.answers(200, schemas.LedgerSchema, example=examples.LEDGER)
@refuses("INVALID_FIELD")
def show_ledger(query: dict[str, Any]) -> Response:
    """Every movement of the account's money, newest first; two entries for each."""
    page = page_of(query)
    with gateway().yard.store.read() as tx:
        rows = ledger.entries(tx, caller().account_id, page.before, page.limit + 1)
    entries, cursor = cut(rows, page.limit, lambda entry: entry.number)
    return json_response({"entries": [entry_body(one) for one in entries], "nextCursor": cursor})


@blueprint.route("/stats", methods=["GET"])
@permit("stats:read")
@blueprint.answers(200, schemas.StatsSchema, example=examples.STATS)
@refuses()
def show_stats() -> Response:
    """How many tasks the account has, by status and by type."""
    with gateway().yard.store.read() as tx:
        return json_response(stats_body(queries.counts(tx, caller().account_id)))


@blueprint.route("/tokens", methods=["POST"])
@permit("tokens:issue")
@blueprint.arguments(schemas.NewTokenSchema, required=False, example=examples.NEW_TOKEN)
@blueprint.answers(201, schemas.TokenSchema, example=examples.TOKEN)
@refuses("INVALID_FIELD", *WITH_BODY)
def make_token(asked: dict[str, Any]) -> Response:
    """Make a token from an API key: for a buyer, an operator, or a validator by name."""
    return json_response(new_token(asked), 201)
