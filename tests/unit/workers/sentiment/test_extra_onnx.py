"""A tiny classifier in ONNX, built here, answers like a real one."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from workers.sentiment.extra import classifier
from workers.sentiment.extra.settings import ExtraSettings

pytest.importorskip("onnxruntime")
onnx: Any = pytest.importorskip("onnx")
tokenizers: Any = pytest.importorskip("tokenizers")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that adds up its words: "bad" is token 1, "good" is token 2."""
    numpy: Any = importlib.import_module("numpy")
    votes = numpy.array([[0, 0], [4, 0], [0, 4]], "f4")
    helper, kind = onnx.helper, onnx.TensorProto
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["votes", "input_ids"], ["said"]),
            helper.make_node("ReduceSum", ["said", "axis"], ["logits"], keepdims=0),
        ],
        "adder",
        [helper.make_tensor_value_info("input_ids", kind.INT64, ["n", "length"])],
        [helper.make_tensor_value_info("logits", kind.FLOAT, ["n", 2])],
        [
            onnx.numpy_helper.from_array(votes, "votes"),
            onnx.numpy_helper.from_array(numpy.array([1], "i8"), "axis"),
        ],
    )
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), tmp_path / "model.onnx")
    words = tokenizers.models.WordLevel({"[PAD]": 0, "bad": 1, "good": 2}, unk_token="[PAD]")
    tokenizer = tokenizers.Tokenizer(words)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    labels = {"id2label": {"0": "NEGATIVE", "1": "POSITIVE"}}
    (tmp_path / "config.json").write_text(json.dumps(labels))
    return tmp_path


def test_a_classifier_answers_in_the_callers_words(folder: Path) -> None:
    settings = ExtraSettings(onnx=folder)
    good, bad = classifier.answers(["good good day", "bad"], [["Positif", "Négatif"]] * 2, settings)
    assert good is not None
    assert bad is not None
    assert (good.annotator, good.answer, bad.answer) == ("onnx", "Positif", "Négatif")
    assert good.confidence > bad.confidence > 0.9
