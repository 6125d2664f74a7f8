"""Listening to one document: from its file to its text, its subtitles, and what is told of it."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from shared.blobs import BlobStore, Written
from shared.documents.document import Document
from shared.documents.text import text_result
from shared.errors import TaskError
from shared.settings import Settings
from shared.tasks.task_type import Context
from workers.documents.speech import subtitles
from workers.documents.speech.recogniser import load
from workers.documents.speech.recording import Recording, measured
from workers.documents.speech.segment import Segment
from workers.documents.speech.sound import sound
from workers.documents.speech.transcript import Transcript, transcribe
from workers.documents.speech.weights import NAME, model_folder

_WRITERS = {"srt": subtitles.srt, "vtt": subtitles.vtt}


def listen(file: Path, document: Document, context: Context) -> dict[str, Any]:
    """The handler's result; nothing of worth where the task was canceled meanwhile."""
    begun = time.monotonic()
    facts: dict[str, Any] = {
        "fileName": document.name,
        "fileSize": document.size_bytes,
        "mimeType": document.mime_type,
    }
    try:
        recording = measured(file)
    except TaskError:
        context.progress(0, **facts)
        raise
    facts["audioSeconds"] = round(recording.seconds, 1)
    facts["model"] = model_name(context.yard.settings)
    context.progress(0, **facts, secondsDone=0.0)
    transcript = _transcript(recording, context)
    if context.canceled():
        return {}
    metadata = {
        **facts,
        "secondsDone": facts["audioSeconds"],
        "language": transcript.language,
        "segments": len(transcript.segments),
        "seconds": round(time.monotonic() - begun, 3),
    }
    return _result(document.sha256, transcript, recording, metadata, context.yard.blobs)


def model_name(settings: Settings) -> str:
    """What the model is called: by its folder, where it was chosen."""
    return settings.whisper_model.name if settings.whisper_model else NAME


def _transcript(recording: Recording, context: Context) -> Transcript:
    settings = context.yard.settings
    recogniser = load(model_folder(settings.home, settings.whisper_model))

    def tell(seconds: float, language: str | None) -> bool:
        done = min(seconds, recording.seconds)
        context.progress(
            99 * done / recording.seconds, secondsDone=round(done, 1), language=language
        )
        return not context.canceled()

    return transcribe(sound(recording), recogniser, tell)


def _result(
    of: str,
    transcript: Transcript,
    recording: Recording,
    metadata: dict[str, Any],
    blobs: BlobStore,
) -> dict[str, Any]:
    """All of it written to the blob store, to be kept when the task is completed."""
    text = transcript.text
    page = {"pageNumber": 1, "text": text, "segments": [_shown(s) for s in transcript.segments]}
    written = {
        name: asdict(blobs.write(write(transcript.segments).encode()))
        for name, write in _WRITERS.items()
    }
    result = text_result(
        of,
        _stored({"pages": [page]}, blobs),
        metadata,
        language=transcript.language,
        page_count=1,
        word_count=_words(text, transcript.language),
        extraction={
            "method": metadata["model"],
            "format": recording.container,
            "audioSeconds": metadata["audioSeconds"],
            "seconds": metadata["seconds"],
        },
    )
    return {**result, "subtitles": written}


def _stored(content: dict[str, Any], blobs: BlobStore) -> Written:
    return blobs.write(orjson.dumps(content))


def _shown(segment: Segment) -> dict[str, Any]:
    return {
        "start": segment.start_seconds,
        "end": segment.end_seconds,
        "text": segment.text,
    }


def _words(text: str, language: str | None) -> int:
    from workers.documents.writing.words import count

    return count(text, language)
