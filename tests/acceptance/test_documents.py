"""Documents on a running yard: read, embedded, found, deleted, synchronised."""

from __future__ import annotations

import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.servers import eventually
from tests.yard import UpYard

PAGES = (
    "The lighthouse keeper lit the lamp every evening so that ships would not run aground.",
    "Bread rises because yeast turns sugar into gas while the dough rests in a warm place.",
)


def pdf(*pages: str) -> bytes:
    """A PDF with one sentence on each page."""
    file = io.BytesIO()
    canvas = Canvas(file)
    for page in pages:
        canvas.drawString(72, 720, page)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def data(response: httpx.Response, status: int = 200) -> Any:
    """What the answer holds."""
    assert response.status_code == status, response.text
    body = response.json()
    assert body["success"] is True
    return body["data"]


class Desk:
    """An owner's folder on the running yard."""

    def __init__(self, client: httpx.Client, name: str) -> None:
        self.client = client
        self.id = data(client.post("/v1/folders", json={"name": name}), 201)["id"]

    def upload(self, name: str, content: bytes, wait: int = 30) -> dict[str, Any]:
        """Upload a file into the folder, and wait until it is read."""
        form = {"folderId": self.id, "wait": str(wait)}
        sent = self.client.post("/v1/documents", data=form, files={"file": (name, content)})
        document: dict[str, Any] = data(sent)
        return document

    def jobs(self, target_id: str, **query: str) -> list[dict[str, Any]]:
        """The target's jobs, newest first."""
        answer = self.client.get("/v1/jobs", params={"targetId": target_id, **query})
        jobs: list[dict[str, Any]] = data(answer)
        return jobs

    def wait_until_embedded(self) -> None:
        """Wait until nothing is left to do for the folder; lists seldom, lists are limited."""
        while open_jobs := [j for j in self.jobs(self.id) if j["status"] != "DONE"]:
            for job in open_jobs:
                eventually(partial(self._is_done, job["id"]), 60, "the folder's embedding")

    def _is_done(self, job_id: str) -> bool:
        return bool(data(self.client.get(f"/v1/jobs/{job_id}"))["status"] == "DONE")

    def search(self, question: str) -> list[dict[str, Any]]:
        """What a search in the folder finds."""
        asked = self.client.get(f"/v1/folders/{self.id}/search", params={"q": question}, timeout=30)
        hits: list[dict[str, Any]] = data(asked)
        return hits


@pytest.fixture
def desk(up: UpYard, request: pytest.FixtureRequest) -> Any:
    """A new folder of the demo account, and a key whose requests nobody else counts."""
    key = up.json("key", "create", "demo")["api_key"]
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=up.url, headers=headers, timeout=60) as client:
        yield Desk(client, request.node.name[:100])


def test_a_question_in_french_finds_the_page_of_an_english_file(desk: Desk) -> None:
    document = desk.upload("guide.pdf", pdf(*PAGES))
    assert [page["pageNumber"] for page in document["pages"]] == [1, 2]
    (job,) = desk.jobs(document["documentId"], type="EXTRACTION")
    assert (job["status"], job["progress"]) == ("DONE", 100)
    assert job["metadata"]["pageCount"] == 2
    desk.wait_until_embedded()

    best = desk.search("Pourquoi la pâte à pain gonfle-t-elle ?")[0]

    assert (best["documentId"], best["pageNumber"]) == (document["documentId"], 2)


def test_a_deleted_document_is_found_no_more(desk: Desk) -> None:
    document = desk.upload("guide.pdf", pdf(*PAGES))
    desk.wait_until_embedded()
    assert desk.search("lighthouse")

    assert desk.client.delete(f"/v1/documents/{document['documentId']}").status_code == 200

    assert desk.search("lighthouse") == []
    assert desk.jobs(document["documentId"]) == []


def test_a_folder_that_changes_while_it_is_embedded_ends_fully_embedded(desk: Desk) -> None:
    words = ("harbour", "violin", "glacier", "kitchen", "satellite", "orchard")
    for word in words:
        desk.upload(f"{word}.txt", f"Everything on this page is about a {word}.".encode())

    desk.wait_until_embedded()

    newest = desk.jobs(desk.id, type="EMBEDDING")[0]
    assert newest["metadata"]["totalChunks"] == len(words)
    titles = {hit["title"] for hit in desk.search("page")}
    assert len(titles) == len(words)


def test_a_file_that_is_not_what_it_says_is_told_so(desk: Desk) -> None:
    form = {"folderId": desk.id, "wait": "30"}
    files = {"file": ("letter.pdf", b"%PDF-1.7\nnothing follows")}
    refused = desk.client.post("/v1/documents", data=form, files=files)

    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "EXTRACTION_FAILED"


def test_a_local_folder_is_synchronised(desk: Desk, up: UpYard) -> None:
    place = up.folder / "notes"
    place.mkdir()
    (place / "one.md").write_text("# One\n\nThe first note.")
    (place / "two.txt").write_text("The second note.")
    url = {"url": place.as_uri()}

    def names() -> set[str]:
        listed = data(desk.client.get("/v1/documents", params={"folderId": desk.id}))
        return {document["name"] for document in listed}

    data(desk.client.post(f"/v1/folders/{desk.id}/sync", json=url), 202)
    eventually(lambda: names() == {"one.md", "two.txt"}, 30, "both notes")
    (place / "one.md").unlink()
    data(desk.client.post(f"/v1/folders/{desk.id}/sync", json=url), 202)
    eventually(lambda: names() == {"two.txt"}, 30, "the end of the first note")


def test_a_folder_of_files_is_uploaded_by_the_command(up: UpYard, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.txt").write_text("A text of five words.")
    (tmp_path / "deep" / "b.pdf").write_bytes(pdf("One page."))

    done = up.command("upload", str(tmp_path), "--folder", "By command", "--json")

    assert done.returncode == 0, done.stderr
    files = json.loads(done.stdout)["files"]
    assert {Path(file["name"]).name for file in files} == {"a.txt", "b.pdf"}
    assert {file["status"] for file in files} == {"DONE"}
