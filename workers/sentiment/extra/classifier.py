"""A fine-tuned text classifier in ONNX as annotator: model.onnx, tokenizer.json, config.json."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from shared.answers.answer import Answer
from shared.answers.polarity import Scale, scale_of
from workers.sentiment.annotators.levels import choose
from workers.sentiment.annotators.mood import Mood
from workers.sentiment.extra.settings import ExtraSettings

NAME = "onnx"
_FILES = ("model.onnx", "tokenizer.json", "config.json")
_LONGEST_TOKENS = 256


class BadClassifier(ValueError):
    """The folder holds no classifier that says how a text feels."""


@dataclass(frozen=True)
class Classifier:
    """A loaded model; `scale` gives the polarity of each of its own labels."""

    session: Any
    tokenizer: Any
    scale: Scale

    def moods(self, texts: Sequence[str]) -> list[Mood]:
        """The mood of each text, the whole batch in one run."""
        import numpy

        encoded = self.tokenizer.encode_batch(list(texts))
        fields = {
            "input_ids": [one.ids for one in encoded],
            "attention_mask": [one.attention_mask for one in encoded],
            "token_type_ids": [one.type_ids for one in encoded],
        }
        wanted = {one.name for one in self.session.get_inputs()}
        feed = {name: numpy.array(rows, "i8") for name, rows in fields.items() if name in wanted}
        logits = numpy.asarray(self.session.run(None, feed)[0], "f8")
        odds = numpy.exp(logits - logits.max(axis=1, keepdims=True))
        return [_mood(row, self.scale) for row in (odds / odds.sum(axis=1, keepdims=True)).tolist()]


def answers(
    texts: Sequence[str], options: Sequence[Sequence[str]], settings: ExtraSettings
) -> list[Answer | None]:
    """The classifier's answer to each text, in the words of that text's own options."""
    if settings.onnx is None:
        raise BadClassifier("no folder is set")
    found: list[Answer | None] = []
    for mood, own in zip(load(settings.onnx).moods(texts), options, strict=True):
        scale = scale_of(own)
        option, sure = choose(mood, scale) if scale else ("", 0.0)
        found.append(Answer(NAME, "machine", option, round(sure, 4)) if scale else None)
    return found


@cache
def load(folder: Path) -> Classifier:
    """The classifier in `folder`, loaded once per process; BadClassifier says what is missing."""
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        raise BadClassifier(f"{folder} has no {', '.join(missing)}")
    labels = json.loads((folder / "config.json").read_text("utf-8")).get("id2label", {})
    scale = scale_of([labels[key] for key in sorted(labels, key=int)]) if labels else None
    if scale is None:
        raise BadClassifier(f"the labels of {folder} are no polarities: {list(labels.values())}")
    tokenizer = _library("tokenizers").Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(_LONGEST_TOKENS)
    tokenizer.enable_padding()
    session = _library("onnxruntime").InferenceSession(str(folder / "model.onnx"))
    return Classifier(session, tokenizer, scale)


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise BadClassifier(f"a classifier in ONNX needs the package {name}") from error


def _mood(chances: Sequence[float], scale: Scale) -> Mood:
    sides = {-1: 0.0, 0: 0.0, 1: 0.0}
    for chance, value in zip(chances, scale.values, strict=True):
        sides[0 if not value else (1 if value > 0 else -1)] += chance
    return Mood(sides[-1], sides[0], sides[1])
