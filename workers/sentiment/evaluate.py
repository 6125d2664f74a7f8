"""Developer's tool: how good, and how honest about it, the annotators are on a labelled file.

`python -m workers.sentiment.evaluate FILE [--locale fr] [--limit 500]`; FILE holds lines of
`label<TAB>text` or JSON objects with `label` and `text`. The labels found are the options.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from shared import entry
from shared.answers.answer import Answer
from shared.answers.consensus import Settled, lead
from shared.answers.polarity import scale_of
from workers.sentiment import panel, scores

BATCH = 64
CONSENSUS = "consensus"


def labelled(path: Path) -> Iterator[tuple[str, str]]:
    """The (label, text) pairs of a TSV or JSONL file."""
    with path.open(encoding="utf-8") as lines:
        for line in filter(str.strip, lines):
            if path.suffix in {".jsonl", ".ndjson"}:
                row = json.loads(line)
                yield str(row["label"]), str(row["text"])
            else:
                label, _, text = line.rstrip("\n").partition("\t")
                yield label, text


def said(pairs: Sequence[tuple[str, str]], locale: str) -> dict[str, list[scores.Guess]]:
    """What each annotator, and their consensus, said to each text, against its label."""
    options = sorted({label for label, _ in pairs})
    scale = scale_of(options, locale)
    guesses: dict[str, list[scores.Guess]] = {}
    for start in range(0, len(pairs), BATCH):
        part = pairs[start : start + BATCH]
        payloads = [{"content": text, "options": options, "locale": locale} for _, text in part]
        for (label, _), answers in zip(part, panel.answers(payloads), strict=True):
            for answer in [*answers, *_consensus(answers, lead(answers, options, scale))]:
                guess = scores.Guess(label, answer.answer, answer.confidence)
                guesses.setdefault(answer.annotator, []).append(guess)
    return guesses


def _consensus(answers: Sequence[Answer], outcome: object) -> list[Answer]:
    if isinstance(outcome, Settled):
        return [Answer(CONSENSUS, "machine", outcome.answer, outcome.confidence)]
    return [Answer(CONSENSUS, "machine", "", 0.0)] if answers else []


def report(guesses: dict[str, list[scores.Guess]]) -> str:
    """Macro-F1, accuracy and reliability of each annotator, as text."""
    lines = []
    for name, own in guesses.items():
        lines.append(
            f"{name:10} macro-F1 {scores.macro_f1(own):.3f}  accuracy {scores.accuracy(own):.3f}"
        )
        lines += [
            f"    confidence {low:.1f}-{low + 0.1:.1f}: {count:5} answers, {right:.2f} right"
            for low, count, right in scores.reliability(own)
        ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, measure, print."""
    parser = entry.arguments("workers.sentiment.evaluate", __doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--locale", default="en")
    parser.add_argument("--limit", type=int, default=None)
    chosen = parser.parse_args(arguments)
    pairs = list(labelled(chosen.file))[: chosen.limit]
    began = time.perf_counter()
    text = report(said(pairs, chosen.locale))
    pace = len(pairs) / (time.perf_counter() - began)
    sys.stdout.write(f"{text}\n{len(pairs)} texts, {pace:.0f} a second\n")


if __name__ == "__main__":
    main()
