import pytest

from shared.accounts.role import ALL_PERMISSIONS, OUTSIDE_ROLES, PERMISSIONS, Role, may, may_grant

V, B, P, A = Role.VALIDATOR, Role.BUYER, Role.OPERATOR, Role.ADMIN
HOLDERS: dict[str, set[Role]] = {
    "answers:next": {V},
    "answers:give": {V},
    "tasks:submit": {B, P, A},
    "tasks:read": {B, P, A},
    "tasks:cancel": {B, P, A},
    "tasks:retry": {P, A},
    "projects:read": {B, P, A},
    "projects:write": {B, P, A},
    "credits:read": {B, P, A},
    "stats:read": {B, P, A},
    "jobs:read": {B, P, A},
    "jobs:cancel": {B, P, A},
    "documents:read": {B, P, A},
    "documents:write": {B, P, A},
    "campaigns:read": {B, P, A},
    "campaigns:write": {B, P, A},
    "schedules:read": {B, P, A},
    "schedules:write": {B, P, A},
    "webhooks:read": {B, P, A},
    "webhooks:write": {B, P, A},
    "tokens:issue": {P, A},
    "queues:read": {P, A},
    "queues:pause": {P, A},
    "devices:read": {P, A},
    "devices:write": {P, A},
    "servers:read": {P, A},
    "servers:write": {P, A},
    "links:do": set(),
    "accounts:read": {A},
    "accounts:write": {A},
    "credits:add": {A},
    "yard:read": {A},
    "yard:write": {A},
}


def test_the_table_below_names_every_permission() -> None:
    assert set(HOLDERS) == ALL_PERMISSIONS


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", sorted(HOLDERS))
def test_a_role_may_do_what_the_table_says_and_nothing_else(permission: str, role: Role) -> None:
    assert may(role, permission) is (role in HOLDERS[permission])


def test_a_validator_answers_and_does_nothing_else() -> None:
    assert PERMISSIONS[V] == {"answers:next", "answers:give"}


def test_a_permission_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        may(A, "tasks:sumbit")


@pytest.mark.parametrize(
    ("granting", "granted", "allowed"),
    [
        (P, V, True), (P, B, True), (P, P, True), (P, A, False),
        (A, V, True), (A, B, True), (A, P, True), (A, A, False),
        (B, V, False), (B, B, False), (B, P, False), (B, A, False),
        (V, V, False), (V, B, False), (V, P, False), (V, A, False),
    ],
)  # fmt: skip
def test_tokens_are_handed_out_by_operators_and_never_for_admins(
    granting: Role, granted: Role, allowed: bool
) -> None:
    assert may_grant(granting, granted) is allowed


def test_another_issuer_grants_buyers_and_validators_only() -> None:
    assert {B, V} == OUTSIDE_ROLES
