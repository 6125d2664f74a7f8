"""What emoji and typed faces say, from the emoji names in the vaderSentiment wheel."""

import re
from functools import cache

_FACES: dict[str, float] = {
    face: value
    for value, text in (
        (2.0, ":) :-) :d :-d =) =d ;) ;-) :p :-p xd ^^ ^_^ <3 :* :-* :') (: (-: ♥ ❤ ☺ ♡"),
        (-2.0, ":( :-( =( :'( :/ :-/ :\\ :| >:( d: ): )': -_- -.- :@ </3 ☹"),
    )
    for face in text.split()
}
_ANY_FACE = "|".join(re.escape(face) for face in sorted(_FACES, key=len, reverse=True))
_FACE = re.compile(rf"(?<![\w:])(?:{_ANY_FACE})(?![\w/])", re.IGNORECASE)
_PICTURE = re.compile("[\u203c-\u3299\U0001f000-\U0001faff]")
_MOST = 3


@cache
def _named() -> dict[str, float]:
    """Emoji → valence of its English name, -4 to 4, zero ones left out."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    vader = SentimentIntensityAnalyzer()
    scores = {e: 4 * vader.polarity_scores(name)["compound"] for e, name in vader.emojis.items()}
    return {emoji: score for emoji, score in scores.items() if score}


def valences(text: str) -> list[float]:
    """The valences of the emoji and faces in `text`, each kind at most three times."""
    named = _named()
    found = [named[c] for c in _PICTURE.findall(text) if c in named]
    found += [_FACES[face.casefold()] for face in _FACE.findall(text)]
    return [v for value in dict.fromkeys(found) for v in [value] * min(found.count(value), _MOST)]
