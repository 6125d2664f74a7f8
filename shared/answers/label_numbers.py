"""Labels that are numbers: "4", "4 stars", "4/5", "★★★★☆", "four stars", "4星"."""

import re

from shared.answers.label_text import fold

MOST_POINTS = 10

_STARS = re.compile(r"\s*([★⭐🌟✩✭✮✰]+)[☆✩\s]*(?:\(?\d+\)?)?\s*\ufe0f?")
_UNIT = "|".join(
    (
        "stars? etoiles? sterne? sternen? estrellas? stelle stella estrelas? points? punkte? "
        "puntos? pts? 星级? 颗星 分 نجوم نجمه نجمتان نجمات звезды звезда звезд 点 점"
    ).split()
)
_OUT_OF = r"(?:(?:/|out of|sur|von|de|من)\s*\d{1,2})?"
_NUMBER = re.compile(rf"([-+−]?\d{{1,2}}(?:[.,]\d)?)\s*{_OUT_OF}\s*(?:{_UNIT})?\.?")
_SPELLED: dict[str, int] = {
    word: number
    for number, text in enumerate(
        (
            "zero null cero 零 صفر",
            "one un une eins ein una uno 一 واحد نجمه",
            "two deux zwei dos 二 两 اثنان نجمتان",
            "three trois drei tres 三 ثلاث ثلاثه",
            "four quatre vier cuatro 四 اربع اربعه",
            "five cinq funf cinco 五 خمس خمسه",
        )
    )
    for word in text.split()
}
_SPELLED_STARS = re.compile(rf"(.+?)\s*(?:{_UNIT})")


def number_of(label: str) -> float | None:
    """The number that a label is, with or without a unit; None when it is not one."""
    stars = _STARS.fullmatch(label.replace("\ufe0f", ""))
    if stars:
        return float(len(stars[1]))
    folded = fold(label).strip()
    number = _NUMBER.fullmatch(folded)
    if number:
        return float(number[1].replace("−", "-").replace(",", "."))
    spelled = _SPELLED_STARS.fullmatch(folded)
    found = _SPELLED.get(spelled[1]) if spelled else _SPELLED.get(folded)
    return None if found is None else float(found)


def number_values(labels: list[str]) -> list[float] | None:
    """Labels that are all numbers of one rating scale, mapped linearly to [-1, 1].

    Numbers on both sides of zero keep zero in the middle. Years, counts and the like are no scale.
    """
    numbers = [number_of(label) for label in labels]
    known = [n for n in numbers if n is not None]
    if len(known) != len(labels) or len(set(known)) != len(known):
        return None
    low, high = min(known), max(known)
    if high - low > MOST_POINTS or high > MOST_POINTS or any(n != int(n) for n in known):
        return None
    if low < 0 < high:
        return [n / max(-low, high) for n in known]
    return [2 * (n - low) / (high - low) - 1 for n in known]
