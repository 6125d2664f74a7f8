"""Labels without words: emoji faces, thumbs, plus and minus."""

_SIGNS: dict[float, str] = {
    1.0: "😍 🤩 🥰 😁 😄 😃 ❤ 💯 ++",
    0.6: "😀 😊 🙂 👍 ☺ 😺 ➕ + ⬆ 🟢 ✅ 👌",
    0.0: "😐 😑 🤷 😶 = ➖ 🟡 ⚪ +/- ± 0",
    -0.6: "🙁 ☹ 😞 😟 😕 😢 👎 - − – ⬇ 🔴 ❌",
    -1.0: "😡 🤬 😠 🤮 😭 💔 --",
}

_VALUES = {sign: value for value, text in _SIGNS.items() for sign in text.split()}
_UNSEEN = dict.fromkeys([0xFE0F, 0x200D, *range(0x1F3FB, 0x1F400)])  # selectors and skin tones


def sign_value(label: str) -> float | None:
    """The polarity of a label that is one such sign, else None."""
    return _VALUES.get(label.translate(_UNSEEN).strip())


def without_signs(label: str) -> str:
    """`label` without its signs: "👍 Good" and "Good" are the same label."""
    bare = label.translate(_UNSEEN)
    return "".join(c for c in bare if c not in _VALUES or c.isascii() or c in "−–")
