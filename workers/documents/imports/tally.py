"""What became of each file of an import; as its job's metadata tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from shared.errors import TaskError

IMPORTED = "imported"
UNCHANGED = "unchanged"
FAILED = "failed"
MOST_LIVE = 1000
"""From how many files on they are listed at the end only: the list is written with each file."""


class Tally:
    """Outcomes by ``key``, which is what files are called by: ``name`` or ``url``.

    ``earlier`` is the metadata of the attempts before: what they brought is not brought again.
    """

    def __init__(self, key: str, total: int, earlier: Mapping[str, Any] | None = None) -> None:
        self._key = key
        self._expected = total
        self._files: list[dict[str, Any]] = []
        self._may_come = False
        self._brought: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for file in (earlier or {}).get("files") or ():
            if file.get("status") in (IMPORTED, UNCHANGED) and key in file:
                self._brought[file[key]].append(file)

    @property
    def processed(self) -> int:
        """How many files are dealt with, whatever the outcome."""
        return len(self._files)

    @property
    def total(self) -> int:
        """How many there are, as far as that is known."""
        return max(self._expected, self.processed)

    @property
    def percent(self) -> float:
        """How far the files are, 0 to 100."""
        return 100.0 * self.processed / self.total if self.total else 100.0

    def was_brought(self, label: str) -> bool:
        """Whether an earlier attempt brought the file ``label``; it then counts as dealt with.

        Of several files with one label each counts once.
        """
        known = self._brought[label]
        if known:
            self._files.append(known.pop(0))
            return True
        return False

    def brought(self, label: str, document_id: str, *, is_new: bool) -> None:
        """The file is in the folder: newly, or it was there before."""
        status = IMPORTED if is_new else UNCHANGED
        self._files.append({self._key: label, "status": status, "documentId": document_id})

    def go_back(self, processed: int) -> None:
        """Only the first ``processed`` files are dealt with."""
        del self._files[processed:]

    def failed(self, label: str, code: str, message: str, *, retryable: bool = False) -> None:
        """The file could not be had; ``retryable``: another time it may."""
        error = {"code": code, "message": message}
        self._files.append({self._key: label, "status": FAILED, "error": error})
        self._may_come = self._may_come or retryable

    def failure(self) -> TaskError | None:
        """The error of an import of which nothing came, like that of its first file; else None."""
        if not self._files or any(file["status"] != FAILED for file in self._files):
            return None
        error = self._files[0]["error"]
        count = (
            f"None of {self.processed} files could" if self.processed > 1 else "The file could not"
        )
        message = f"{count} be imported: {error['message']}."
        return TaskError(message, retryable=self._may_come, code=error["code"])

    def metadata(self) -> dict[str, Any]:
        """All there is to tell, in the dialect's words."""
        return {**self.counts(), "files": list(self._files)}

    def counts(self) -> dict[str, Any]:
        """The numbers alone."""
        return {"filesTotal": self.total, "filesProcessed": self.processed}

    def live(self) -> dict[str, Any]:
        """What is told while files are brought."""
        return self.metadata() if self.total <= MOST_LIVE else self.counts()
