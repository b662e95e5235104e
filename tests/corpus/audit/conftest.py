"""A healthy corpus of any size as tables only, and the ways in which a test makes it ill."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from malsori.corpus import Corpus, CorpusSpec
from malsori.corpus.audit import Case, Tokens, audit
from malsori.corpus.columns import RATING, SOUNDS, complete
from malsori.schema import Task

SYLLABLES = [chr(0xAC00 + 28 * 21 * c + 28 * v) for c in range(19) for v in (0, 4, 8, 13, 18, 20)]
MOOD = Task(name="mood", kind="nominal", classes=("불안", "당황", "중립"))
URGENCY = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
SYMPTOM = Task(name="symptom", kind="multilabel", classes=("열", "통증", "호흡"))
VALENCE = Task(name="valence", kind="regression", low=1, high=5)
SHARES = (0.6, 0.2, 0.2)
TASKS = (MOOD, URGENCY, SYMPTOM, VALENCE)


class TableCorpus(Corpus):
    """A corpus that lies nowhere, with its splits in memory."""

    saved: pl.Series | None = None

    def split(self, name):
        return pl.DataFrame({"id": self.utterances["id"], "split": self.saved})

    @property
    def sounds(self):
        return pl.DataFrame(schema=SOUNDS)


@dataclass(frozen=True)
class Toy:
    """A corpus under test; `but` changes columns of it, `heard` measures of its sounds."""

    rows: pl.DataFrame
    sounds: pl.DataFrame
    tasks: tuple = TASKS
    parts: pl.Series | None = None
    tokens: Tokens = field(default_factory=lambda: Tokens(limit=400))
    vectors: np.ndarray | None = None

    def but(self, **columns):
        named = {name.replace("__", "."): values for name, values in columns.items()}
        series = [pl.Series(n, v) if isinstance(v, list) else v for n, v in named.items()]
        exprs = [s.alias(n) for n, s in zip(named, series, strict=True)]
        return replace(self, rows=self.rows.with_columns(exprs))

    def heard(self, **measures):
        series = [pl.Series(name, values) for name, values in measures.items()]
        return replace(self, sounds=self.sounds.with_columns(series))

    def with_vectors(self, vectors):
        """Vectors ``[N, D]``, one for each row, as modality ``voice``."""
        where = [f"voice.npy:{i}:{i + 1}" for i in range(len(vectors))]
        return replace(self.but(features__voice=where), vectors=vectors.astype(np.float32))

    def limited(self, limit):
        return replace(self, tokens=Tokens(limit=limit))

    def split(self, parts):
        return replace(self, parts=pl.Series("split", list(parts)))

    def case(self):
        spec = CorpusSpec(name="toy", adapter="table", tasks=self.tasks)
        corpus = TableCorpus(Path("toy"), spec, complete(self.rows), pl.DataFrame())
        corpus.saved = self.parts
        corpus._arrays["voice.npy"] = self.vectors
        named = None if self.parts is None else "by-speaker"
        return Case(corpus, named, self.tokens, self.sounds)

    def audit(self, *checks):
        case = self.case()
        return audit(
            case.corpus,
            split=case.split,
            tokens=self.tokens,
            sounds=self.sounds,
            checks=checks or None,
        )

    def examine(self, check):
        """Findings of one check, which must have been able to look."""
        found = self.audit(check)
        assert not found.skipped
        return found.findings


def healthy(rows=400, seed=0, speakers=None, tasks=TASKS):
    """Rows of speakers who talk at their own tempo, level and length; labels are independent."""
    rng = np.random.default_rng(seed)
    speakers = speakers or max(4, rows // 10)
    who = np.sort(rng.integers(0, speakers, rows))
    texts = [_text(rng) for _ in range(rows)]
    lengths = np.array([len(t.replace(" ", "")) for t in texts])
    tempo = rng.normal(6, 0.6, speakers).clip(4, 8)[who] * rng.lognormal(0, 0.1, rows)
    duration = lengths / tempo + rng.uniform(0.2, 0.8, rows)
    table = pl.DataFrame(
        {
            "id": [f"T{i:06d}" for i in range(rows)],
            "speaker": [f"S{s:04d}" for s in who],
            "role": ["caller"] * rows,
            "audio": [f"audio/T{i:06d}.wav" for i in range(rows)],
            "audio_hash": [f"{i:064x}" for i in range(rows)],
            "sample_rate": [16000] * rows,
            "duration": duration,
            "text": texts,
            "meta.gender": np.array(["f", "m"])[rng.integers(0, 2, speakers)[who]],
            "meta.age": [str(a) for a in rng.integers(18, 80, speakers)[who]],
            "meta.region": np.array(["서울", "인천", "광주"])[rng.integers(0, 3, speakers)[who]],
            "meta.date": [f"2023-{m:02d}-{d:02d}" for m, d in rng.integers(1, 13, (rows, 2))],
        }
    )
    sounds = pl.DataFrame(
        {
            "id": table["id"],
            "peak": rng.normal(-6, 1.5, rows).clip(-20, -0.5),
            "level": (rng.normal(-24, 2, speakers)[who] + rng.normal(0, 1.5, rows)).clip(-40, -15),
            "clipped": np.zeros(rows),
            "silence": rng.uniform(0.02, 0.4, rows),
            "bandwidth": rng.choice([7375.0, 7625.0, 8000.0], rows),
        }
    )
    return Toy(table.with_columns(_labels(rng, rows)), sounds, tasks)


def _text(rng):
    words = ["".join(rng.choice(SYLLABLES, rng.integers(2, 5))) for _ in range(rng.integers(3, 20))]
    return " ".join(words)


def _labels(rng, rows):
    """Labels by three raters of whom each errs in one of twelve rows."""
    mood = rng.choice(3, rows, p=[0.5, 0.3, 0.2])
    votes = [
        [
            {
                "rater": f"r{r}",
                "label": MOOD.classes[m if rng.random() > 0.08 else rng.integers(3)],
                "intensity": None,
            }
            for r in range(3)
        ]
        for m in mood
    ]
    symptoms = [[c for c in SYMPTOM.classes if rng.random() < 0.3] for _ in range(rows)]
    return [
        pl.Series("label.mood", np.array(MOOD.classes)[mood]),
        pl.Series("raters.mood", votes, dtype=pl.List(RATING)),
        pl.Series("label.urgency", np.array(URGENCY.classes)[rng.integers(0, 3, rows)]),
        pl.Series("label.symptom", symptoms, dtype=pl.List(pl.String)),
        pl.Series("label.valence", rng.uniform(1, 5, rows).round(1)),
    ]


def by_speaker(toy, seed=0):
    """A split that keeps speakers apart and has every class everywhere (in a corpus of size)."""
    names = toy.rows["speaker"].unique().sort().to_list()
    rng = np.random.default_rng(seed)
    parts = dict(
        zip(names, rng.choice(["train", "validation", "test"], len(names), p=SHARES), strict=True)
    )
    parts |= dict(zip(names, ("train", "validation", "test"), strict=False))
    return toy.split([parts[name] for name in toy.rows["speaker"]])


@pytest.fixture
def toy():
    """400 rows of 40 speakers, all in order."""
    return healthy()


@pytest.fixture(scope="session")
def make_toy():
    return healthy


@pytest.fixture(scope="session")
def split_by_speaker():
    return by_speaker
