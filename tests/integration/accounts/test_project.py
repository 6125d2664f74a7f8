import pytest

from shared.accounts.account import create_account
from shared.accounts.annotators import Annotators
from shared.accounts.project import create_project, get_project, list_projects
from shared.db import Store
from shared.errors import Conflict, NotFound, Refused
from shared.ids import new_id


@pytest.fixture
def account_id(store: Store) -> str:
    with store.begin() as tx:
        return create_account(tx, "demo").id


@pytest.fixture
def stranger_id(store: Store) -> str:
    with store.begin() as tx:
        return create_account(tx, "stranger").id


def test_projects_are_listed_in_the_order_they_were_made(store: Store, account_id: str) -> None:
    with store.begin() as tx:
        reviews = create_project(tx, account_id, "  Reviews 评论 ", "human")
        posts = create_project(tx, account_id, "Posts")

        assert list_projects(tx, account_id) == [reviews, posts]
        assert get_project(tx, account_id, reviews.id) == reviews
    assert (reviews.name, reviews.annotators) == ("Reviews 评论", Annotators.HUMAN)
    assert posts.annotators is None


def test_a_name_is_taken_once_per_account(store: Store, account_id: str, stranger_id: str) -> None:
    with store.begin() as tx:
        create_project(tx, account_id, "Reviews")
        with pytest.raises(Conflict):
            create_project(tx, account_id, "Reviews")
        create_project(tx, stranger_id, "Reviews")


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\x00b", "a\nb"])
def test_a_bad_name_is_refused(store: Store, account_id: str, name: str) -> None:
    with store.begin() as tx, pytest.raises(Refused) as refusal:
        create_project(tx, account_id, name)

    assert refusal.value.field == "name"


def test_an_unknown_policy_is_refused(store: Store, account_id: str) -> None:
    with store.begin() as tx, pytest.raises(Refused):
        create_project(tx, account_id, "Reviews", "robots")


def test_another_account_s_project_does_not_exist(
    store: Store, account_id: str, stranger_id: str
) -> None:
    with store.begin() as tx:
        project = create_project(tx, account_id, "Reviews")

        assert list_projects(tx, stranger_id) == []
        for unknown in (project.id, new_id(), "nonsense"):
            with pytest.raises(NotFound):
                get_project(tx, stranger_id, unknown)
