import pytest

from shared.accounts.annotators import Annotators
from shared.accounts.plan import Plan
from shared.accounts.word import read_word
from shared.errors import Refused


def test_a_bigger_plan_has_room_for_more_devices() -> None:
    limits = [plan.device_limit for plan in Plan]

    assert limits == sorted(set(limits))


@pytest.mark.parametrize(
    ("plan", "has"), [("starter", False), ("pro", True), ("team", True), ("business", True)]
)
def test_scripts_over_http_need_more_than_the_starter_plan(plan: str, has: bool) -> None:
    assert Plan(plan).has_script_api is has


@pytest.mark.parametrize("word", ["", "Machine", "machines", "robot"])
def test_an_unknown_word_is_refused_with_the_words_there_are(word: str) -> None:
    with pytest.raises(Refused, match="annotators must be one of machine, human, mixed") as refusal:
        read_word(Annotators, word, "annotators")

    assert (refusal.value.code, refusal.value.field) == ("INVALID_FIELD", "annotators")
