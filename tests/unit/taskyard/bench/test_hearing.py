from __future__ import annotations

import wave
from io import BytesIO

from taskyard.bench.comparison import hearing_figures
from taskyard.bench.hearing import RATE, HearingRun, read_aloud, wav


def test_transcription_stands_beside_real_time() -> None:
    [figure] = hearing_figures(HearingRun(title="SQLite", audio_seconds=60.2, speed=7.5))
    assert (figure.name, figure.ratio) == ("transcription of 60 s of speech, seconds", 7.5)
    assert figure.aim.startswith("≥ 3")


def test_a_voice_reads_for_as_long_as_is_asked_for() -> None:
    with wave.open(BytesIO(wav(read_aloud(1.0)))) as sound:
        assert (sound.getframerate(), sound.getnchannels()) == (RATE, 1)
        assert sound.getnframes() >= RATE
