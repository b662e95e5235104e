"""How long an audit takes without opening audio, and how fast recordings are measured.

Run it with:
    python benchmarks/auditing.py [--quick] [--json FILE]
"""

import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from _claims import claim, parser, write

from malsori.corpus import Corpus, CorpusSpec, write_corpus
from malsori.corpus.audit import CHECKS, audit
from malsori.corpus.columns import RATING, SOUNDS
from malsori.schema import Task
from malsori.signals.audio import Audio
from malsori.signals.quality import measure

WORDS = ["불이", "났어요", "사람이", "쓰러졌어요", "빨리", "와", "주세요", "여기", "어디", "병원"]
MOOD = Task(name="mood", kind="nominal", classes=("불안", "당황", "중립"))
URGENCY = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
SYMPTOM = Task(name="symptom", kind="multilabel", classes=tuple(f"증상{i}" for i in range(20)))
VALENCE = Task(name="valence", kind="regression", low=1, high=5)


def rows_of(count: int, rng: np.random.Generator) -> pl.DataFrame:
    """Utterances of calls of speakers, with tasks of every kind and metadata."""
    speaker, call = rng.integers(0, count // 50, count), np.arange(count) // 5
    texts = [
        f"{' '.join(rng.choice(WORDS, n))} {i}" for i, n in enumerate(rng.integers(3, 30, count))
    ]
    symptoms = [[c for c in SYMPTOM.classes if rng.random() < 0.1] for _ in range(count)]
    mood = rng.integers(0, 3, count)
    votes = [
        [{"rater": f"r{r}", "label": MOOD.classes[m], "intensity": None} for r in range(3)]
        for m in mood
    ]
    return pl.DataFrame(
        {
            "id": [f"u{i:07d}" for i in range(count)],
            "call": [f"c{c:06d}" for c in call],
            "speaker": [f"s{s:05d}" for s in speaker],
            "audio": [f"audio/{i:07d}.wav" for i in range(count)],
            "sample_rate": np.full(count, 8000),
            "duration": [len(t) / 8 + 0.5 for t in texts],
            "audio_hash": [f"{i:064x}" for i in range(count)],
            "text": texts,
            "label.mood": np.array(MOOD.classes)[mood],
            "raters.mood": pl.Series(votes, dtype=pl.List(RATING)),
            "label.urgency": np.array(URGENCY.classes)[rng.integers(0, 3, count)],
            "label.symptom": pl.Series(symptoms, dtype=pl.List(pl.String)),
            "label.valence": rng.uniform(1, 5, count),
            **{f"meta.m{k}": [f"v{v}" for v in rng.integers(0, 4**k, count)] for k in range(1, 8)},
            "meta.date": [f"2023-{m:02d}-01" for m in rng.integers(1, 13, count)],
        }
    )


def sounds_of(ids: pl.Series, rng: np.random.Generator) -> pl.DataFrame:
    """Measures of their sounds; landmarks of as many as a fingerprint has."""
    count = len(ids)
    marks = rng.integers(0, 2**32, (count, 64), dtype=np.uint32)
    return pl.DataFrame(
        {
            "id": ids,
            "peak": rng.normal(-6, 1, count),
            "level": rng.normal(-24, 3, count),
            "clipped": np.zeros(count),
            "silence": rng.uniform(0, 0.4, count),
            "bandwidth": np.full(count, 3500.0),
            "words": marks,
            "at": np.sort(marks % 1000, axis=1),
        }
    ).select(pl.col(c).cast(t) for c, t in SOUNDS.items())


def write_calls(folder: Path, count: int) -> Path:
    """A corpus on disk with a split by speaker."""
    rng = np.random.default_rng(0)
    rows = rows_of(count, rng)
    spec = CorpusSpec(name="calls", adapter="table", tasks=(MOOD, URGENCY, SYMPTOM, VALENCE))
    write_corpus(folder / "calls", spec, rows, sounds=sounds_of(rows["id"], rng))
    parts = np.array(["train", "validation", "test"])[rng.choice(3, count // 50, p=[0.6, 0.2, 0.2])]
    where = [parts[int(name[1:])] for name in rows["speaker"]]
    (folder / "calls/splits").mkdir()
    pl.DataFrame({"id": rows["id"], "split": where}).write_parquet(
        folder / "calls/splits/by-speaker.parquet"
    )
    return folder / "calls"


def main() -> None:
    chosen = parser(__doc__.splitlines()[0]).parse_args()
    count = 10_000 if chosen.quick else 100_000
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = write_calls(Path(folder), count)
        start = time.perf_counter()
        audit(Corpus.open(path))
        rows.append(claim(f"audit of {count:,} rows", time.perf_counter() - start, "s", 120))
        start = time.perf_counter()
        audit(Corpus.open(path), split="by-speaker")
        rows.append(claim("the same with a split", time.perf_counter() - start, "s", 120))
        for check in CHECKS.kinds():
            start = time.perf_counter()
            audit(Corpus.open(path), split="by-speaker", checks=[check])
            rows.append(claim(f"  check {check} alone", time.perf_counter() - start, "s"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows.append(claim("most memory", peak, "MiB"))
    rng = np.random.default_rng(0)
    for rate, goal in ((8000, 1000), (16000, 1000), (48000, None)):
        audio = Audio(rng.normal(0, 0.1, 5 * rate).astype(np.float32), rate)
        start = time.process_time()
        for _ in range(20):
            measure(audio)
        speed = 100 / (time.process_time() - start)
        rows.append(
            claim(f"measuring at {rate} Hz, one core", speed, "x real time", goal, "at least")
        )
    write(rows, chosen.json)


if __name__ == "__main__":
    main()
