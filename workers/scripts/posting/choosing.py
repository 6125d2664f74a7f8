"""Choosing a post's material: what was not used yet, then what was not used for longest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.blobs import MissingBlob
from shared.errors import Unavailable
from shared.material.choice import unused_first, uses_among
from shared.material.library import find_material
from shared.material.material import MaterialKind
from shared.sites.outcome import NotAccepted
from shared.tags import split_tags
from shared.yard import Yard
from workers.scripts.posting.candidate import Brought, Candidate, LibraryCandidate, unusable
from workers.scripts.posting.chosen import Piece
from workers.scripts.posting.local_files import local_file, local_folder

MOST_PASSED_OVER = 20
"""How many candidates may be unfit before the first one's fault is told."""
CALLED = {"video": "a video", "image": "a picture", "audio": "a sound"}
"""What a piece of each kind is in a sentence."""
Fits = Callable[[Piece, Path], None]
"""Raises `NotAccepted` where a publisher cannot take a piece, whose content lies at the path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """Chooses for the account or device ``whose`` (a mutex), as ``config`` says."""

    yard: Yard
    account_id: str
    whose: str
    config: Mapping[str, Any]
    fits: Fits

    @property
    def kind(self) -> str:
        """What the post is made of."""
        is_video = self.config["content_type"] == 0
        return (MaterialKind.VIDEO if is_video else MaterialKind.IMAGE).value

    @property
    def count(self) -> int:
        """How many pieces it has."""
        return 1 if self.config["content_type"] == 0 else int(self.config["image_count"])

    def choose(self) -> list[Brought]:
        """As many pieces as the post has; `NotAccepted` tells what is missing or wrong."""
        if self.config["material_list"]:
            return self._picked(self._in_turn(self._listed()))
        if self.config["material_source"] == "localFolder":
            found = local_folder(self.yard, self.config["material_path"], self.kind)
            return self._picked(self._in_turn(found))
        return self._picked(self._in_library())

    def _listed(self) -> list[Candidate]:
        """What the list names: each must be there, and of the right kind where that is known."""
        return [self._named(word) for word in dict.fromkeys(self.config["material_list"])]

    def _named(self, word: str) -> Candidate:
        if "/" not in word:
            with self.yard.store.read() as tx:
                material = find_material(tx, self.account_id, word)
            if material is not None:
                return LibraryCandidate(self.yard, material)
        found = local_file(self.yard, word)
        if found is not None:
            return found
        raise NotAccepted(
            f"material_list: there is no {word} in the library, "
            "and no such file below TASKYARD_LOCAL_ROOTS.",
            code="MATERIAL_MISSING",
        )

    def _in_library(self) -> list[Candidate]:
        tags = split_tags(self.config["materials_tags"])
        most = self.count + MOST_PASSED_OVER
        with self.yard.store.read() as tx:
            found = unused_first(tx, self.account_id, self.whose, self.kind, tags, most)
        return [LibraryCandidate(self.yard, material) for material in found]

    def _in_turn(self, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
        """First what was never used, as it comes; files are read no further than is needed."""
        used: list[tuple[int, Candidate]] = []
        for candidate in candidates:
            try:
                content = candidate.sha256()
            except NotAccepted:  # whoever wants to have it brought is told why not
                yield candidate
                continue
            with self.yard.store.read() as tx:
                last = uses_among(tx, self.whose, [content]).get(content)
            if last is None:
                yield candidate
            else:
                used.append((last, candidate))
        yield from (candidate for _, candidate in sorted(used, key=lambda pair: pair[0]))

    def _picked(self, candidates: Iterable[Candidate]) -> list[Brought]:
        """The first that fit; what does not is passed over, as long as others do."""
        picked: list[Brought] = []
        unfit: list[NotAccepted] = []
        for candidate in candidates:
            if len(picked) == self.count or len(unfit) > MOST_PASSED_OVER:
                break
            try:
                brought = self._fitting(candidate)
            except NotAccepted as error:
                unfit.append(error)
                continue
            except MissingBlob:
                unfit.append(unusable(candidate.name, "its content is not kept any more."))
                continue
            if any(brought.piece.sha256 == one.piece.sha256 for one in picked):
                self.drop([brought])
            else:
                picked.append(brought)
        if len(picked) == self.count:
            return picked
        self.drop(picked)
        raise unfit[0] if unfit else self._too_few(len(picked))

    def _fitting(self, candidate: Candidate) -> Brought:
        brought = candidate.bring()
        try:
            if brought.piece.kind != self.kind:
                wanted = f"content_type {self.config['content_type']} asks for {CALLED[self.kind]}"
                is_one = CALLED[brought.piece.kind]
                raise unusable(candidate.name, f"it is {is_one}, and {wanted}.")
            with self.yard.blobs.local(brought.key) as path:
                self.fits(brought.piece, path)
        except NotAccepted:
            self.drop([brought])
            raise
        return brought

    def drop(self, brought: Iterable[Brought]) -> None:
        """Remove copies that nobody will publish; one that stays goes after a day."""
        for one in brought:
            if one.written is not None:
                with suppress(Unavailable):
                    self.yard.blobs.remove(one.written.key)

    def _too_few(self, count: int) -> NotAccepted:
        tags = self.config["materials_tags"]
        where = "in material_list"
        if not self.config["material_list"]:
            is_folder = self.config["material_source"] == "localFolder"
            where = f"in {self.config['material_path']}" if is_folder else "checked in the library"
            where += f" with one of the tags {tags}" if tags and not is_folder else ""
        asked = "a video" if self.kind == "video" else f"{self.count} pictures (image_count)"
        return NotAccepted(
            f"The post asks for {asked}; there {'is' if count == 1 else 'are'} {count or 'none'} "
            f"{where}.",
            code="MATERIAL_MISSING",
        )
