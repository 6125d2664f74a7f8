"""Which language a text is read in: the caller's locale, unless the text plainly says otherwise."""

import re

LOCALES = ("fr", "en", "de", "zh", "es", "ar")
DEFAULT_LOCALE = "en"

_ARABIC = re.compile("[\u0600-\u06ff]")
_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile("[a-zà-ÿ]+")
_COMMON = {
    "en": frozenset("the and is are was to of you this that it my with have for not".split()),
    "fr": frozenset("le les des est une pas du et je vous pour dans avec sur ce cette".split()),
    "de": frozenset("der das und ist ein nicht ich zu mit auf den für sich auch wir".split()),
    "es": frozenset("el los las una es que por con para muy del está pero y lo se".split()),
}
_CLEAR = 2
_READ = 400


def language_of(text: str, locale: str) -> str:
    """One of LOCALES: the script decides between Arabic, Chinese and the rest; among the rest
    `locale`, unless none of its common words are there and clearly those of another language."""
    start = text[:_READ].lower()
    arabic, han, latin = (len(p.findall(start)) for p in (_ARABIC, _HAN, re.compile("[a-z]")))
    if max(arabic, han) * 2 > latin:
        return "ar" if arabic > han else "zh"
    words = _LATIN.findall(start)
    counts = {name: sum(word in common for word in words) for name, common in _COMMON.items()}
    if locale in LOCALES and counts.get(locale):
        return locale
    best = max(counts, key=counts.__getitem__)
    if counts[best] >= _CLEAR:
        return best
    return locale if locale in _COMMON else DEFAULT_LOCALE
