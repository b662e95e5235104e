"""Encoders and corpora that the store's tests share."""

from typing import Any, ClassVar

import numpy as np
import polars as pl
import pytest

from malsori.corpus.corpus import Corpus, CorpusSpec
from malsori.corpus.writing import write_corpus
from malsori.encoders import Encoder
from malsori.encoders.pretrained import cores, precision
from malsori.encoders.standardise import Standardise
from malsori.schema import Task
from malsori.signals.audio import Audio, audio_hash, write_audio

MOOD = Task(name="mood", kind="nominal", classes=("bad", "good"))


class Network(Encoder):
    """A stand-in for a pretrained model: `ready` in workers, `prepare_many` here, in one batch.

    Features have a trace of the group that they were computed in, as rounding has on a GPU.
    """

    signal: ClassVar[str] = "audio"
    batched = True
    rate = 8000

    def __init__(self, **changes: Any) -> None:
        self.weights = None
        self.groups: list[int] = []
        self.bad: tuple[float, ...] = ()
        self.trace = False
        vars(self).update(changes)

    def __getstate__(self):
        return {**vars(self), "weights": None, "groups": []}

    def ready(self, signal):
        assert self.weights is None or not hasattr(self, "_sent")
        return signal.samples

    def prepare(self, signal):
        return next(self.prepare_many([self.ready(signal)]))[1]

    def prepare_many(self, signals):
        self.weights = self.weights or object()
        if signals:
            self.groups.append(len(signals))
        for i in sorted(range(len(signals)), key=lambda i: -len(signals[i])):
            if any(np.isclose(signals[i][0], bad) for bad in self.bad):
                raise RuntimeError("out of memory")
            yield i, self.features(signals[i], len(signals))

    def features(self, samples, together):
        cut = np.array_split(samples, 1 + len(samples) // 800)
        values = np.stack([[p.mean(), p.std(), abs(p).max(), p[0]] for p in cut])
        return (values + self.trace * 1e-4 * together).astype(np.float32)

    def fingerprint(self):
        return {"kind": "network", "version": 1}

    def module(self, features):
        return Standardise(features)


def write_calls(folder, count, seconds=0.1, **columns):
    """A corpus of so many different noises of 8 kHz."""
    (folder / "wav").mkdir(parents=True)
    rows = []
    for i in range(count):
        rng = np.random.default_rng(i)
        wave = (0.1 * rng.normal(size=round(8000 * seconds) + 7 * i)).clip(-0.9, 0.9)
        audio = Audio((np.rint(wave * 32768) / 32768).astype(np.float32), 8000)
        write_audio(folder / "wav" / f"{i}.wav", audio)
        rows.append(
            {
                "id": f"call-{i}",
                "audio": f"{i}.wav",
                "audio_hash": audio_hash(audio),
                "sample_rate": 8000,
                "duration": audio.duration,
                "text": f"문장 {i}",
                "label.mood": "good",
            }
        )
    spec = CorpusSpec(name="toy", adapter="table", tasks=(MOOD,), audio_root=str(folder / "wav"))
    table = pl.DataFrame(rows).with_columns(**{k: pl.Series(v) for k, v in columns.items()})
    return write_corpus(folder / "corpus", spec, table)


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """A frozen model takes every core; tests run beside each other, and would fight for them."""
    for module in (precision, cores):
        monkeypatch.setattr(module, "cores", lambda: 1)


@pytest.fixture
def calls(tmp_path) -> Corpus:
    return write_calls(tmp_path / "calls", 40)


@pytest.fixture
def make_calls():
    return write_calls


@pytest.fixture
def network():
    return Network
