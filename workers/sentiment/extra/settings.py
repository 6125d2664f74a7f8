"""One more annotator, if the installation has a stronger model: which, and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_MODEL = "default"


@dataclass(frozen=True)
class ExtraSettings:
    """Either `endpoint` (an OpenAI-compatible server) or `onnx` (a folder with a classifier)."""

    endpoint: str | None = None
    model: str = DEFAULT_MODEL
    api_key: str | None = None
    onnx: Path | None = None
    timeout_seconds: float = 30.0


def extra_settings(environment: Mapping[str, str]) -> ExtraSettings | None:
    """The settings in `environment`, or None when no extra annotator is named there.

    Reads TASKYARD_SENTIMENT_ENDPOINT, TASKYARD_SENTIMENT_MODEL, TASKYARD_SENTIMENT_API_KEY and
    TASKYARD_SENTIMENT_ONNX.
    """
    endpoint = environment.get("TASKYARD_SENTIMENT_ENDPOINT") or None
    onnx = environment.get("TASKYARD_SENTIMENT_ONNX") or None
    if endpoint and onnx:
        raise ValueError("set TASKYARD_SENTIMENT_ENDPOINT or TASKYARD_SENTIMENT_ONNX, not both")
    if not endpoint and not onnx:
        return None
    return ExtraSettings(
        endpoint=endpoint,
        model=environment.get("TASKYARD_SENTIMENT_MODEL") or DEFAULT_MODEL,
        api_key=environment.get("TASKYARD_SENTIMENT_API_KEY") or None,
        onnx=Path(onnx) if onnx else None,
    )
