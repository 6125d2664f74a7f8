import pytest

from shared.accounts.ledger import afford
from shared.accounts.ledger_entry import MOVES, Book, Kind


@pytest.mark.parametrize(
    ("balance", "costs", "covered"),
    [
        (0, [], []),
        (0, [0], [True]),
        (0, [1], [False]),
        (20, [20], [True]),
        (19, [20], [False]),
        (40, [20, 20, 20], [True, True, False]),
        (30, [20, 20, 10], [True, False, True]),
        (5, [6, 0, 5, 1], [False, True, True, False]),
    ],
)
def test_a_balance_covers_costs_in_turn_as_far_as_it_goes(
    balance: int, costs: list[int], covered: list[bool]
) -> None:
    assert afford(balance, costs) == covered


@pytest.mark.parametrize("kind", list(Kind))
def test_every_posting_moves_between_two_different_books(kind: Kind) -> None:
    source, target = MOVES[kind]

    assert source is not target


def test_only_a_top_up_brings_money_in() -> None:
    assert [kind for kind, books in MOVES.items() if Book.FUNDING in books] == [Kind.TOP_UP]
