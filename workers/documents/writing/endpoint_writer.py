"""The writer that asks a model behind an endpoint; a long text is read in parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.errors import TaskError
from workers.documents.writing import prompts
from workers.documents.writing.chat import CODE, Chat, TooLong
from workers.documents.writing.lists import listed, merged
from workers.documents.writing.nearest import by_nearness
from workers.documents.writing.page import Page
from workers.documents.writing.passages import passages
from workers.documents.writing.piece import Piece, Tell, Wish, sources_of
from workers.documents.writing.portions import headed, portions

if TYPE_CHECKING:
    from shared.vectors.embedder import Embedder

PORTION_BYTES = 24_000
"""Some 6,000 tokens: beside the instructions and the answer they fit into 8,192."""
SMALLEST_BYTES = 4000


class EndpointWriter:
    """A `Writer` whose words are a model's."""

    def __init__(self, chat: Chat, embedder: Embedder, portion_bytes: int = PORTION_BYTES) -> None:
        self._chat = chat
        self._embedder = embedder
        self._most = portion_bytes

    def write(self, wish: Wish, pages: Sequence[Page], tell: Tell) -> Piece:
        """What the model writes; where it cannot read a portion, with smaller ones."""
        most = self._most
        while True:
            try:
                return self._with(most, wish, pages, tell)
            except TooLong as error:
                most //= 2
                if most < SMALLEST_BYTES:
                    message = f"The model reads less than {SMALLEST_BYTES} bytes at once: {error}"
                    raise TaskError(message, retryable=False, code=CODE) from error

    def _with(self, most: int, wish: Wish, pages: Sequence[Page], tell: Tell) -> Piece:
        read = self._fitting(most, wish.prompt, pages, tell) if wish.kind == "answer" else pages
        texts = portions(headed(read), most)
        if wish.kind == "keywords":
            lists = [listed(answer) for answer in self._of_each(wish, texts, tell)]
            return Piece(method=self._chat.model, keywords=merged(lists))
        while len(texts) > 1:
            texts = _shorter(portions(self._of_each(wish, texts, tell), most), texts)
        tell(99)
        text = self._chat.ask(prompts.system(wish), prompts.user(wish, texts[0]))
        sources = sources_of(read) if wish.kind == "answer" else ()
        return Piece(method=self._chat.model, text=text, sources=sources)

    def _of_each(self, wish: Wish, texts: Sequence[str], tell: Tell) -> list[str]:
        """What the model makes of each part."""
        is_partial = len(texts) > 1
        made = []
        for number, text in enumerate(texts):
            tell(95 * number / len(texts))
            system = prompts.system(wish, is_partial=is_partial)
            made.append(self._chat.ask(system, prompts.user(wish, text)))
        return made

    def _fitting(
        self, most: int, question: str, pages: Sequence[Page], tell: Tell
    ) -> Sequence[Page]:
        """All pages where they fit at once, else their passages nearest to the question."""
        if len(portions(headed(pages), most)) == 1:
            return pages
        chosen: list[Page] = []
        for passage in by_nearness(question, list(passages(pages)), self._embedder, tell):
            more = [*chosen, passage.as_page()]
            if len(portions(headed(more), most)) > 1:
                break
            chosen = more
        return chosen


def _shorter(made: list[str], texts: Sequence[str]) -> list[str]:
    """What was made of ``texts``, once it is seen to be less."""
    if len(made) < len(texts):
        return made
    raise TaskError("The model does not make the text shorter.", retryable=False, code=CODE)
