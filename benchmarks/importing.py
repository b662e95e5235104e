"""What an import costs: memory and time for a corpus of 119 calls in archives.

Calls of 3 to 12 seconds lie in zip archives beside their JSON records, as AI Hub publishes them,
and are imported by the command in a process of its own. So are tables of short WAV files of 48 and
of 8 kHz, whose speed is told in real time by the clock, and in processor time shared by two cores:
what the machine would do with nothing else on it. Run it with:
    python benchmarks/importing.py [--quick] [--json FILE]
"""

import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile
from _claims import claim, parser, write

from malsori.corpus.adapters import ADAPTERS
from malsori.corpus.corpus import Corpus
from malsori.registry import ComponentConfig

RATE = 8000
LARGE = {"구급": "질병(중증)", "구조": "안전사고", "화재": "일반화재", "기타": "기타"}


def generate(folder: Path, calls: int) -> None:
    """Writes the calls: 2 regions x 4 kinds of archives for sound, and as many for labels."""
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, 15 * RATE)
    places = [(region, large) for region in ("서울", "인천") for large in LARGE]
    for k, (region, large) in enumerate(places):
        sounds = folder / "Training" / "1.원천데이터" / f"TS_{region}_{large}.zip"
        labels = folder / "Training" / "2.라벨링데이터" / f"TL_{region}_{large}.zip"
        for path in (sounds, labels):
            path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(sounds, "w") as wav, zipfile.ZipFile(labels, "w") as records:
            for i in range(k, calls, len(places)):
                samples = _call(rng, noise)
                name = f"{i:024x}_20230101"
                wav.writestr(f"/{name}.wav", _wav(samples))
                records.writestr(f"/{name}.json", _json(_record(rng, i, large, len(samples))))


def _call(rng: np.random.Generator, noise: np.ndarray) -> np.ndarray:
    """Noise in syllables, so that there are landmarks."""
    count = int(rng.uniform(3, 12) * RATE)
    levels = np.repeat(rng.uniform(0.01, 0.2, count // 1200 + 1), 1200)[:count]
    start = int(rng.integers(0, 3 * RATE))
    return (noise[start : start + count] * levels).clip(-1, 1)


def _wav(samples: np.ndarray) -> bytes:
    encoded = BytesIO()
    soundfile.write(encoded, samples, RATE, subtype="PCM_16", format="WAV")
    return encoded.getvalue()


def _json(record: dict) -> str:
    return json.dumps(record, ensure_ascii=False)


def _record(rng: np.random.Generator, i: int, large: str, samples: int) -> dict:
    """What a label file says, with 30 utterances as in the real ones."""
    end = samples * 1000 // RATE
    marks = np.linspace(0, end, 31).astype(int).tolist()
    utterances = [
        {"id": f"{i:04x}{n:04x}", "startAt": a, "endAt": b, "text": "불이 났어요 빨리 와 주세요 ",
         "speaker": n % 2}
        for n, (a, b) in enumerate(pairwise(marks))
    ]  # fmt: skip
    return {
        "_id": f"{i:024x}", "audioPath": f"20230814/{i}.wav", "recordId": f"{i:020x}",
        "status": 12, "startAt": 0, "endAt": end, "utterances": utterances,
        "mediaType": "Mobile", "gender": "MF"[i % 2], "address": "서울특별시 마포구 도화동",
        "disasterLarge": large, "disasterMedium": LARGE[large],
        "urgencyLevel": str(rng.choice(["하", "중", "상"])),
        "sentiment": str(rng.choice(["불안/걱정", "당황/난처", "중립", "기타부정"])),
        "symptom": ["고열"], "triage": "응급증상",
    }  # fmt: skip


class Memory(threading.Thread):
    """Watches a process and its children: the largest one, and all of them together, in MB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.largest, self.together = pid, 0.0, 0.0
        self.done = threading.Event()

    def run(self) -> None:
        """Looks ten times a second."""
        while not self.done.wait(0.1):
            pids = [self.pid, *_children(self.pid)]
            self.largest = max([self.largest, *(_status(p, "VmHWM", "status") for p in pids)])
            # Shared pages count once: each process has its proportional share of them.
            together = sum(_status(p, "Pss", "smaps_rollup") for p in pids)
            self.together = max(self.together, together)


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return found


def _status(pid: int, key: str, file: str) -> float:
    """One number of a process, in MB; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{key}:")), 0.0)


def read_metadata(folder: Path, unit: str) -> tuple[float, int]:
    """Processor seconds that the adapter takes to read all records (on one core), and its rows."""
    adapter = ADAPTERS.build(ComponentConfig(kind="aihub119", unit=unit), folder)
    start = time.process_time()
    source = adapter.read()
    return time.process_time() - start, source.read


def import_watched(source: Path, destination: Path) -> tuple[float, Memory]:
    """Runs the command; seconds, and the memory that it took."""
    command = [str(Path(sys.executable).with_name("malsori")), "corpus", "import", "aihub119"]
    start = time.perf_counter()
    with subprocess.Popen([*command, source, destination, "--json"],
                          stdout=subprocess.DEVNULL) as process:  # fmt: skip
        memory = Memory(process.pid)
        memory.start()
        if process.wait():
            raise SystemExit(f"the import ended with status {process.returncode}")
        memory.done.set()
    return time.perf_counter() - start, memory


def generate_table(folder: Path, rate: int, files: int) -> Path:
    """Writes WAV files of 3 to 6 seconds and their table."""
    rng = np.random.default_rng(rate)
    noise, step = rng.normal(0, 1, 9 * rate), int(0.15 * rate)
    folder.mkdir()
    lines = ["id,audio,text,mood"]
    for i in range(files):
        count, start = int(rng.uniform(3, 6) * rate), int(rng.integers(0, 3 * rate))
        levels = np.repeat(rng.uniform(0.01, 0.2, count // step + 1), step)[:count]
        samples = (noise[start : start + count] * levels).clip(-1, 1)
        soundfile.write(folder / f"{i}.wav", samples, rate, subtype="PCM_16")
        lines.append(f"u{i},{i}.wav,불이 났어요 {i},{'ab'[i % 2]}")
    (folder / "calls.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder / "calls.csv"


def import_table(place: Path, rate: int, files: int) -> tuple[float, float]:
    """How often faster than real time a table is imported: by the clock, and by the processor."""
    table, corpus = generate_table(place / f"wav{rate}", rate, files), place / f"corpus{rate}"
    command = [str(Path(sys.executable).with_name("malsori")), "corpus", "import", "table"]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*command, table, corpus, "--json"], stdout=subprocess.DEVNULL, check=True)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    audio = float(Corpus.open(corpus).utterances["duration"].sum())
    return audio / seconds, audio / (worked / 2)


def main() -> None:
    chosen = parser(__doc__.splitlines()[0]).parse_args()
    calls = 1_000 if chosen.quick else 20_000
    rows = []
    with tempfile.TemporaryDirectory() as place:
        for name, rate, goal in (("48k", 48_000, 900), ("8k", 8_000, 1_500)):
            clock, worked = import_table(Path(place), rate, 300 if chosen.quick else 4_500)
            # Of a few recordings most of the time is what starting takes.
            aim = None if chosen.quick else goal
            rows.append(claim(f"import_{name}_realtime", clock, "x", aim, "at least"))
            rows.append(claim(f"import_{name}_realtime of two idle cores", worked, "x"))
        source, destination = Path(place) / "119", Path(place) / "corpus"
        generate(source, calls)
        seconds, memory = import_watched(source, destination)
        corpus = Corpus.open(destination)
        kept = corpus.utterances.height
        audio = float(corpus.utterances["duration"].sum())
        name = f"{calls:,} calls, {audio / 3600:.1f} h"
        rows.append(claim(f"{name}: largest process", memory.largest, "MB", 300))
        rows.append(claim(f"{name}: all processes, shared memory once", memory.together, "MB"))
        rows.append(claim(f"{name}: imported", seconds, "s"))
        rows.append(claim(f"{name}: imported", audio / seconds, "x real time"))
        rows.append(claim("calls lost", calls - kept, "", 0))
        rows.append(claim("calls without sounds", kept - corpus.sounds.height, "", 0))
        seconds, read = read_metadata(source, "call")
        rows.append(claim(f"metadata of {read:,} calls", seconds, "s of a core", 10))
        seconds, read = read_metadata(source, "utterance")
        rows.append(claim(f"metadata of {read:,} utterances", read / seconds, "rows/s", 2_000,
                          "at least"))  # fmt: skip
    write(rows, chosen.json)


if __name__ == "__main__":
    main()
