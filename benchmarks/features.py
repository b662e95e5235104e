"""How fast speech becomes features: log-mel, prosody, and the whole way from file to features.

Run it with:
    MALSORI_DATA=folder python benchmarks/features.py [--quick] [--json FILE]

Needs librosa (extra `dev`). Everything runs on one thread and is measured in processor time, so
that a busy machine changes little; alternatives take turns within each round, and a ratio is the
median over rounds. "× real time" is seconds of audio by seconds of one core.

- Log-mel: 60 s of noise at 16 kHz, 80 bands, windows of 25 ms every 10 ms, against
  `librosa.feature.melspectrogram` and `power_to_db` with a transform of the same length (400) and
  with its next power of two (512).
- Prosody: level, speech activity, pitch, syllables and pauses at 8 kHz, against `librosa.pyin`
  (65 to 500 Hz, 64 ms, 10 ms) on the same samples.
- Whole preparation: a WAV file decoded, resampled to 8 kHz, and prepared by an encoder; and by
  `parallel_map` with one and with two workers (wall clock, so it needs two idle cores).

Files are those of `emotiontts/` in MALSORI_DATA. Without it a buzzing voice is generated; then
nothing is said about agreement with pYIN, which only means something on speech.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import librosa
import numpy as np
from _claims import claim, parser, write
from threadpoolctl import threadpool_limits

from malsori.encoders import ENCODERS
from malsori.parallel import cores, parallel_map
from malsori.registry import ComponentConfig
from malsori.signals.audio import Audio, read_audio, resample, write_audio
from malsori.signals.prosody import Pitch, active, energy_db, pauses, syllables, track_pitch
from malsori.signals.spectra import log_mel

RATE, HOP = 8000, 80
ENCODER_KINDS = ("logmel", "acoustic", "mel_cnn")


def take_turns(
    candidates: dict[str, Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, list[float]]:
    """Seconds by candidate; each round runs all of them once, in a new random order."""
    rng, names = np.random.default_rng(0), list(candidates)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for round_ in range(rounds + 1):
        for index in rng.permutation(len(names)):
            start = clock()
            candidates[names[index]]()
            if round_:
                seconds[names[index]].append(clock() - start)
    return seconds


def ratio(slow: Sequence[float], fast: Sequence[float]) -> float:
    """The median over rounds of one time by the other."""
    return statistics.median(a / b for a, b in zip(slow, fast, strict=True))


def mel_claims(rounds: int) -> list[dict[str, Any]]:
    """Log-mel against librosa's."""
    wave = np.random.default_rng(0).normal(scale=0.1, size=60 * 16000).astype(np.float32)

    def theirs(n_fft: int) -> Callable[[], object]:
        def run() -> object:
            mel = librosa.feature.melspectrogram(
                y=wave, sr=16000, n_fft=n_fft, win_length=400, hop_length=160, n_mels=80
            )
            return librosa.power_to_db(mel)

        return run

    seconds = take_turns(
        {
            "ours": lambda: log_mel(wave, 16000, bands=80, window=0.025),
            "400": theirs(400),
            "512": theirs(512),
        },
        rounds,
    )
    ours = seconds.pop("ours")
    speed = 60 / statistics.median(ours)
    rows = [claim("log-mel: speed", speed, "× real time", 5000, "at least")]
    for name, found in seconds.items():
        label = f"log-mel: librosa with n_fft {name} takes"
        rows.append(claim(label, ratio(found, ours), "× as long", 1.5, "at least"))
    return rows


def prosody(samples: np.ndarray) -> Pitch:
    """All of prosody: level, activity, pitch, syllables, pauses."""
    energy = energy_db(samples, RATE)
    speech = active(energy)
    pitch = track_pitch(samples, RATE, speech)
    syllables(energy, pitch.voiced)
    pauses(speech)
    return pitch


def pyin(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """F0 and voicing by librosa."""
    f0, voiced, _ = librosa.pyin(
        samples, fmin=65, fmax=500, sr=RATE, frame_length=512, hop_length=HOP
    )
    return f0, voiced


def prosody_claims(waves: list[np.ndarray], rounds: int, speech: bool) -> list[dict[str, Any]]:
    """Prosody against pYIN: speed and agreement."""
    length = sum(map(len, waves)) / RATE
    pyin(waves[0][:RATE])  # compiles
    seconds = take_turns({"ours": lambda: [prosody(wave) for wave in waves]}, 3 * rounds)["ours"]
    start = time.process_time()
    theirs = [pyin(wave) for wave in waves]
    their_seconds = time.process_time() - start
    ours = statistics.median(seconds)
    rows = [
        claim("prosody with F0: speed", length / ours, "× real time", 500, "at least"),
        claim("prosody: librosa.pyin takes", their_seconds / ours, "× as long", 100, "at least"),
    ]
    if speech:
        error, agreement = agree([prosody(wave) for wave in waves], theirs)
        rows.append(claim("pitch: gross errors against pYIN", 100 * error, "% of frames", 5))
        rows.append(claim("pitch: voicing as pYIN", 100 * agreement, "% of frames", 85, "at least"))
    return rows


def agree(ours: list[Pitch], theirs: list[tuple[np.ndarray, np.ndarray]]) -> tuple[float, float]:
    """Share of gross errors (over 20 %) where both are voiced, and share of equal voicing."""
    errors, same = [], []
    for pitch, (f0, voiced) in zip(ours, theirs, strict=True):
        count = min(len(f0), len(pitch.f0))
        mine, both = pitch.voiced[:count], pitch.voiced[:count] & voiced[:count]
        errors.append(np.abs(pitch.f0[:count][both] / f0[:count][both] - 1) > 0.2)
        same.append(mine == voiced[:count])
    return float(np.concatenate(errors).mean()), float(np.concatenate(same).mean())


class Preparing:
    """Decodes a file and prepares it, in a worker; its length in seconds."""

    def __init__(self, kind: str) -> None:
        self.encoder = ENCODERS.build(ComponentConfig(kind=kind))

    def __call__(self, path: str) -> float:
        """Seconds of audio."""
        audio = read_audio(path)
        self.encoder.prepare(audio)
        return audio.duration


def whole_claims(paths: list[str], rounds: int) -> list[dict[str, Any]]:
    """From file to features, on one core and with two workers."""
    work = {kind: Preparing(kind) for kind in ENCODER_KINDS}
    length = sum(work["logmel"](path) for path in paths)
    candidates = {kind: (lambda each=each: [each(p) for p in paths]) for kind, each in work.items()}
    rows = []
    for kind, found in take_turns(candidates, rounds).items():
        goal = 400 if kind == "logmel" else None
        speed = length / statistics.median(found)
        label = f"file to features of {kind}"
        rows.append(claim(label, speed, "× real time", goal, "at least"))
    return rows + worker_claims(work["logmel"], paths * max(1, round(400 / len(paths))), rounds)


def worker_claims(work: Preparing, paths: list[str], rounds: int) -> list[dict[str, Any]]:
    """How much faster two workers are, and how much more processor time they need together."""
    spent: dict[int, list[float]] = {1: [], 2: []}

    def run(workers: int) -> None:
        before = processor_seconds()
        list(parallel_map(work, paths, workers=workers))
        spent[workers].append(processor_seconds() - before)

    candidates = {str(n): (lambda n=n: run(n)) for n in (1, 2)}
    seconds = take_turns(candidates, rounds, time.perf_counter)
    best = max(a / b for a, b in zip(seconds["1"], seconds["2"], strict=True))
    more = ratio(spent[2], spent[1])
    return [
        claim("two workers: processor time of both", more, "× one", 1.15),
        claim("two workers: faster, median", ratio(seconds["1"], seconds["2"]), "× one"),
        claim(f"two workers: faster, best ({cores()} cores)", best, "× one", 1.7, "at least"),
    ]


def processor_seconds() -> float:
    """Of this process and of those that it has started and seen end."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def generated(folder: Path, count: int) -> list[str]:
    """Files of a buzzing voice of 2 to 8 s at 22.05 kHz."""
    rng, paths = np.random.default_rng(0), []
    for number in range(count):
        time_ = np.arange(round(rng.uniform(2, 8) * 22050)) / 22050
        phase = 2 * np.pi * np.cumsum(150 + 40 * np.sin(3 * time_)) / 22050
        voice = np.sign(np.sin(phase)) * (0.6 + 0.4 * np.sin(25 * time_)) * (time_ % 2 < 1.5)
        wave = 0.2 * voice + 0.003 * rng.normal(size=len(time_))
        path = folder / f"{number}.wav"
        write_audio(path, Audio(wave.astype(np.float32), 22050))
        paths.append(str(path))
    return paths


def main() -> None:
    chosen = parser(__doc__.splitlines()[0]).parse_args()
    threadpool_limits(1)
    rounds = 5 if chosen.quick else 25
    rows = mel_claims(rounds)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(os.environ.get("MALSORI_DATA", "")) / "emotiontts" / "wav"
        real = sorted(map(str, source.glob("*.wav"))) if source.is_dir() else []
        paths = (real or generated(Path(folder), 60))[:: 15 if chosen.quick else 3]
        waves = [resample(read_audio(path), RATE).samples for path in paths]
        few = waves[:6] if chosen.quick else waves
        rows += prosody_claims(few, rounds, speech=bool(real))
        rows += whole_claims(paths, 3 if chosen.quick else 9)
    write(rows, chosen.json)


if __name__ == "__main__":
    main()
