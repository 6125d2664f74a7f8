"""How fast a recording is transcribed through the whole yard, beside real time."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from itertools import cycle

import httpx

from taskyard import probe
from taskyard.bench.failure import BenchFailed
from taskyard.bench.plan import Plan
from taskyard.bench.progress import tell
from taskyard.bench.running_yard import RunningYard, running_yard, with_documents
from taskyard.bench.stage import Stage
from taskyard.bench.tenant import Tenant, new_tenant

RATE = 16_000
UPLOAD_SECONDS = 60.0
SENTENCES = (
    "The harbour master opened the gate at six in the morning.",
    "Seven ships were waiting outside, and the smallest of them carried oranges.",
    "Nobody had told the customs officer that the crane was broken.",
    "He wrote a long letter to the company, and asked for a new one before winter.",
    "The answer came by post, three weeks later.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingRun:
    """What was measured on one store; ``speed`` in seconds of sound for each second."""

    title: str
    audio_seconds: float
    speed: float


def measure_hearing(stage: Stage, plan: Plan) -> HearingRun:
    """Have a worker of the pool ``documents`` hear a voice that reads aloud."""
    sound = read_aloud(plan.hearing_seconds)
    seconds = len(sound) / 2 / RATE
    tenant = new_tenant(stage, "speaker")
    with running_yard(stage, tenant) as started, with_documents(started) as yard:
        _hear(yard, tenant, sound[: 3 * 2 * RATE], "first.wav")  # the model is loaded then
        took = _hear(yard, tenant, sound, "second.wav")
    run = HearingRun(title=stage.title, audio_seconds=seconds, speed=seconds / took)
    tell(f"{stage.title}: {seconds:.0f} s of sound are heard in {took:.1f} s")
    return run


def read_aloud(seconds: float) -> bytes:
    """A voice for at least ``seconds``: 16 bits, one channel, `RATE`."""
    try:
        from py_nanotts import NanoTTS
    except ImportError as error:
        raise BenchFailed("Nobody here can read aloud: pip install 'taskyard[test]'.") from error
    voice, sound = NanoTTS(), b""
    for text in cycle(SENTENCES):
        if len(sound) >= seconds * 2 * RATE:
            break
        sound += voice.speak(text, voice="en-GB")
    return sound


def wav(sound: bytes) -> bytes:
    """``sound`` as a file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes(sound)
    return file.getvalue()


def _hear(yard: RunningYard, tenant: Tenant, sound: bytes, name: str) -> float:
    """Upload a recording; how many seconds its transcription ran."""
    after = yard.last_number()
    host, port = yard.address
    answer = httpx.post(
        f"{probe.url_of(host, port)}/v1/documents",
        headers={"Authorization": f"Bearer {tenant.token}"},
        files={"file": (name, wav(sound), "audio/wav")},
        data={"wait": "0"},
        timeout=UPLOAD_SECONDS,
    )
    if answer.status_code != httpx.codes.ACCEPTED:
        raise BenchFailed(f"{answer.status_code} instead of 202: {answer.text[:200]}")
    yard.await_done(after)
    [row] = yard.rows(after)
    if row.status != "completed":
        raise BenchFailed(f"A transcription ended as {row.status}.")
    return float((row.completed_at - row.started_at).total_seconds())
