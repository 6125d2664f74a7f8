"""Rules: pausing and limiting what is handed out."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.auth import caller
from api.buyers import examples, rule_schemas
from api.buyers.blueprint import WITH_BODY, blueprint, refuses
from api.buyers.change import read_change
from api.buyers.rule_change import apply
from api.buyers.rule_desk import key_of, visible_rules
from api.buyers.rule_view import rule_body
from api.gateway import gateway
from api.permissions import permit
from api.reply import json_response, no_content
from shared.errors import NotFound
from shared.tasks import control
from shared.tasks.rule_names import check_name
from shared.tasks.rules import RuleKey, find_rule, in_flight, read_flights

CHANGE = rule_schemas.RuleChangeSchema()
NO_RULE = "There is no such rule."
Query = dict[str, Any]


@blueprint.route("/rules", methods=["GET"])
@permit("queues:read")
@blueprint.arguments(rule_schemas.RuleQuerySchema, location="query")
@blueprint.answers(200, rule_schemas.RulesSchema, example={"rules": [examples.RULE]})
@refuses("INVALID_FIELD", "NOT_FOUND")
def list_rules(query: Query) -> Response:
    """List the rules that concern the account's tasks, the yard's too; an admin sees all."""
    with gateway().yard.store.read() as tx:
        rules = visible_rules(tx, caller(), query.get("account"))
        flights = read_flights(tx)
    bodies = [rule_body(rule, flights.under(rule.key)) for rule in rules]
    return json_response({"rules": bodies})


@blueprint.route("/rules/<scope>/<name>", methods=["GET"])
@permit("queues:read")
@blueprint.arguments(rule_schemas.RuleQuerySchema, location="query")
@blueprint.answers(200, rule_schemas.RuleSchema, example=examples.RULE)
@refuses("INVALID_FIELD", "NOT_FOUND")
def show_rule(query: Query, scope: str, name: str) -> Response:
    """Read a rule of the account; an admin reads the yard's, or that of `account`."""
    with gateway().yard.store.read() as tx:
        key = key_of(tx, caller(), scope, name, query.get("account"))
        rule = find_rule(tx, key)
        if rule is None:
            raise NotFound(NO_RULE)
        return json_response(rule_body(rule, in_flight(tx, key)))


@blueprint.route("/rules/<scope>/<name>", methods=["PUT"])
@permit("queues:pause")
@blueprint.arguments(rule_schemas.RuleQuerySchema, location="query")
@blueprint.about(requestBody=examples.RULE_CHANGE)
@blueprint.answers(200, rule_schemas.RuleSchema, example=examples.RULE)
@refuses("MISSING_FIELDS", "INVALID_FIELD", "NOT_FOUND", *WITH_BODY)
def change_rule(query: Query, scope: str, name: str) -> Response:
    """Pause, resume or limit a queue, a type or an account; what runs already goes on."""
    yard, change = gateway().yard, read_change(CHANGE)
    key = _key(scope, name, query)
    check_name(yard.registry, key)
    rule = apply(yard, key, change, caller().actor)
    with yard.store.read() as tx:
        return json_response(rule_body(rule, in_flight(tx, key)))


@blueprint.route("/rules/<scope>/<name>", methods=["DELETE"])
@permit("queues:pause")
@blueprint.arguments(rule_schemas.RuleQuerySchema, location="query")
@blueprint.answers(204)
@refuses("INVALID_FIELD", "NOT_FOUND")
def remove_rule(query: Query, scope: str, name: str) -> Response:
    """Resume, and lift every limit."""
    yard, key = gateway().yard, _key(scope, name, query)
    with yard.store.read() as tx:
        if find_rule(tx, key) is None:
            raise NotFound(NO_RULE)
    control.change(yard, key, actor=caller().actor, paused=False, max_running=None, per_second=None)
    return no_content()


def _key(scope: str, name: str, query: Query) -> RuleKey:
    with gateway().yard.store.read() as tx:
        return key_of(tx, caller(), scope, name, query.get("account"))
