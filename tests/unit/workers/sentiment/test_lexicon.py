"""The lexicon hears praise, blame, negation, emphasis and emoji in six languages."""

import pytest

from workers.sentiment.annotators import lexicon
from workers.sentiment.annotators.words import zh

PRAISE = [
    ("en", "I love this, it is great"),
    ("fr", "Ce produit est absolument fantastique !"),
    ("de", "Das Essen war ausgezeichnet, vielen Dank"),
    ("es", "qué día más bonito, me encanta"),
    ("ar", "الفيلم رائع جدا، أحببته"),
    ("zh", "味道很好，服务热情"),
]
BLAME = [
    ("en", "worst service ever, I hate it"),
    ("fr", "service lamentable, quelle honte"),
    ("de", "so ein schlechter Film, furchtbar langweilig"),
    ("es", "qué asco, la peor película"),
    ("ar", "خدمة سيئة وموظف كذاب"),
    ("zh", "太难吃了，态度恶劣"),
]
NEGATED = [("fr", "pas bon"), ("de", "nicht gut"), ("es", "no es bueno"), ("zh", "不喜欢")]


def position(text: str, locale: str) -> float:
    return lexicon.moods([text], [locale])[0].position


@pytest.mark.parametrize(("locale", "text"), PRAISE)
def test_praise_is_positive(locale: str, text: str) -> None:
    assert position(text, locale) > 0.2


@pytest.mark.parametrize(("locale", "text"), BLAME)
def test_blame_is_negative(locale: str, text: str) -> None:
    assert position(text, locale) < -0.2


@pytest.mark.parametrize(("locale", "text"), NEGATED)
def test_negated_praise_is_negative(locale: str, text: str) -> None:
    assert position(text, locale) < 0


@pytest.mark.parametrize("locale", ["fr", "de", "es", "ar", "zh"])
def test_emoji_count_in_every_language(locale: str) -> None:
    assert position("😍", locale) > position("😡", locale)


def test_a_booster_strengthens_and_a_dampener_weakens() -> None:
    plain = lexicon.balance_of("das ist gut", "de").praise
    assert lexicon.balance_of("das ist sehr gut", "de").praise > plain
    assert lexicon.balance_of("das ist etwas gut", "de").praise < plain


def test_what_comes_after_but_counts_more() -> None:
    balance = lexicon.balance_of("schlecht, aber lecker", "de")
    assert balance.praise > balance.blame


def test_a_text_without_known_words_is_balanced() -> None:
    balance = lexicon.balance_of("qwrtz plmnk", "fr")
    assert (balance.praise, balance.blame) == (0, 0)


def test_no_chinese_word_is_both_praise_and_blame() -> None:
    praise = {w for v, text in zh.VALENCES.items() if v > 0 for w in text.split()}
    blame = {w for v, text in zh.VALENCES.items() if v < 0 for w in text.split()}
    assert praise & blame == set()
