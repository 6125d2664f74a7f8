"""One more annotator by endpoint or by path."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import log
from pathlib import Path
from typing import Any

import pytest

from workers.sentiment import panel
from workers.sentiment.extra import classifier, vote
from workers.sentiment.extra.settings import ExtraSettings, extra_settings

OPTIONS = ["good", "bad"]


class Server(ThreadingHTTPServer):
    """Speaks as much of the chat completions contract as the annotator uses."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.says = "1"
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append({"path": self.path} | json.loads(body))
        self.server.keys.append(self.headers.get("Authorization"))
        token = {"token": self.server.says, "logprob": log(0.9)}
        message = {"role": "assistant", "content": self.server.says}
        choice = {"message": message, "logprobs": {"content": [token]}}
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(json.dumps({"choices": [choice]}).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the tests quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def payload(options: list[str]) -> dict[str, Any]:
    return {"content": "what a day", "options": options, "locale": "en"}


def test_the_endpoint_answers_beside_the_others(server: Server) -> None:
    settings = ExtraSettings(endpoint=server.url, model="m", api_key="k")
    [row] = panel.answers([payload(OPTIONS)], settings)
    assert [answer.annotator for answer in row] == ["lexicon", "e5", "use", "endpoint"]
    assert row[-1].answer == "good"
    assert row[-1].confidence == pytest.approx(0.9)
    assert server.keys == ["Bearer k"]
    assert server.asked[0]["path"] == "/v1/chat/completions"
    assert server.asked[0]["model"] == "m"
    assert "1. good\n2. bad" in server.asked[0]["messages"][0]["content"]


@pytest.mark.parametrize("says", ["", "7", "neither", "0"])
def test_an_answer_that_is_no_option_is_no_answer(server: Server, says: str) -> None:
    server.says = says
    assert vote.answers(["x"], [payload(OPTIONS)], ExtraSettings(endpoint=server.url)) == [None]


def test_a_failing_endpoint_abstains(server: Server) -> None:
    server.status = 500
    [row] = panel.answers([payload(OPTIONS)], ExtraSettings(endpoint=server.url))
    assert len(row) == 3


def test_an_endpoint_counts_for_anything_and_a_classifier_for_polarities() -> None:
    endpoint, onnx = ExtraSettings(endpoint="http://x"), ExtraSettings(onnx=Path("x"))
    assert panel.count(payload(OPTIONS), endpoint) == 4
    assert panel.count(payload(["cats", "dogs"]), endpoint) == 2
    assert panel.count(payload(OPTIONS), onnx) == 4
    assert panel.count(payload(["cats", "dogs"]), onnx) == 1


def test_settings_come_from_the_mapping_given() -> None:
    assert extra_settings({}) is None
    found = extra_settings(
        {"TASKYARD_SENTIMENT_ENDPOINT": "http://x/v1", "TASKYARD_SENTIMENT_API_KEY": "k"}
    )
    assert found == ExtraSettings(endpoint="http://x/v1", api_key="k")
    assert extra_settings({"TASKYARD_SENTIMENT_ONNX": "/m"}) == ExtraSettings(onnx=Path("/m"))


def test_endpoint_and_path_together_are_refused() -> None:
    both = {"TASKYARD_SENTIMENT_ENDPOINT": "http://x", "TASKYARD_SENTIMENT_ONNX": "/m"}
    with pytest.raises(ValueError, match="not both"):
        extra_settings(both)


def test_a_folder_without_a_classifier_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(classifier.BadClassifier, match=r"model\.onnx, tokenizer\.json"):
        classifier.load(tmp_path)


def test_a_classifier_of_something_else_is_refused(tmp_path: Path) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).touch()
    labels = {"id2label": {"0": "cats", "1": "dogs"}}
    (tmp_path / "config.json").write_text(json.dumps(labels))
    with pytest.raises(classifier.BadClassifier, match="no polarities"):
        classifier.load(tmp_path)


def test_a_broken_classifier_abstains(tmp_path: Path) -> None:
    assert vote.answers(["x"], [payload(OPTIONS)], ExtraSettings(onnx=tmp_path)) == [None]
