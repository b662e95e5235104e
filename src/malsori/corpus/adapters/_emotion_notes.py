"""What an import of AI Hub 263 tells a person: counts, guesses and warnings, one sentence each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from malsori.archives import Entry
from malsori.corpus.adapters._emotion_ratings import most_of
from malsori.corpus.adapters._emotion_rows import Rows
from malsori.corpus.adapters._emotion_talks import Turn
from malsori.corpus.adapters._recordings import Recordings, sample_rate
from malsori.corpus.counting import counted

_MEL = (400, 160)  # frame and hop, in samples, that speech models at 16 kHz use


def about_rows(rows: Rows, rule: str, classes: Sequence[str]) -> list[str]:
    """Labels, odd cells and repeated sentences."""
    labels = rows.columns["label.emotion"]
    decided = sum(label is not None for label in labels)
    of = counted(len(labels), "row")
    keep = "soft.emotion and raters.emotion keep the votes"
    notes = [f"rule {rule} decides {decided:,} of {of}; {keep}", *rows.ratings.notes()]
    others = sum(label is not None and label not in classes for label in labels)
    if others:
        are = counted(others, "row of another class is", "rows of other classes are")
        notes.append(f"{are} not labelled: {', '.join(classes)} are kept")
    for column, values in rows.odd.items():
        cells = counted(values.total(), "cell is", "cells are")
        notes.append(f"{column}: {cells} not understood ({most_of(values)}), kept as meta only")
    return [*notes, *_about_sentences(rows.columns["text"], labels)]


def _about_sentences(texts: Sequence[str | None], labels: Sequence[str | None]) -> list[str]:
    """Sentences that stand several times, and those that contradict themselves."""
    found: dict[str, list[str | None]] = defaultdict(list)
    for text, label in zip(texts, labels, strict=True):
        if text is not None:
            found[text].append(label)
    repeated = {text: same for text, same in found.items() if len(same) > 1}
    if not repeated:
        return []
    several = sum(len(set(same) - {None}) > 1 for same in repeated.values())
    again = sum(len(same) - 1 for same in repeated.values())
    repeat = counted(again, "row repeats", "rows repeat")
    have = counted(several, "sentence has", "sentences have")
    return [f"{repeat} a sentence of another row; {have} more than one label"]


def about_people(rows: Rows, turns: Sequence[Turn | None], gap: float) -> list[str]:
    """Speakers and conversations, neither of which the publisher names."""
    speakers = set(rows.columns["speaker"]) - {None}
    talks = {turn.talk for turn in turns if turn is not None}
    without = sum(turn is None for turn in turns)
    nobody = sum(speaker is None for speaker in rows.columns["speaker"])
    proxies = counted(len(speakers), "proxy", "proxies")
    several = "of release, age and gender, each of which several people may share"
    notes = [f"speakers are not told: {proxies} {several}"]
    if nobody:
        notes.append(f"{counted(nobody, 'row has', 'rows have')} no age or gender, so no speaker")
    if talks:
        notes.append(
            f"{counted(len(talks), 'conversation is', 'conversations are')} rebuilt from the ids; "
            f"a pause of more than {gap:g} min ends one"
        )
    if without:
        have = counted(without, "row has an id that is", "rows have ids that are")
        notes.append(f"{have} not 24 hexadecimal digits, so no conversation")
    return notes


def about_recordings(root: Path, recordings: Recordings[str], rows: Rows, strays: int) -> list[str]:
    """How many rows have a recording, the rate of these, and recordings that nobody asked for."""
    if not recordings.found:
        return [f"there is no recording below {root}: the rows are text only"]
    there: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for key, release in zip(rows.columns["id"], rows.columns["meta.release"], strict=True):
        there[release][0] += 1
        there[release][1] += (key or "").casefold() in recordings.found
    notes = [
        f"{name}: {n:,} of {counted(of, 'row')} with a recording" for name, (of, n) in there.items()
    ]
    if recordings.twice:
        are = counted(recordings.twice, "recording is", "recordings are")
        notes.append(f"{are} there more than once; unpacked ones are taken")
    if strays:
        of = counted(strays, "recording is", "recordings are")
        notes.append(f"{of} of no row that was read")
    return notes + _about_rate(next(iter(recordings.found.values())))


def _about_rate(example: Entry) -> list[str]:
    """A frame of 400 samples is 25 ms at 16 kHz only; study C took it at 48 kHz."""
    rate = sample_rate(example)
    if rate is None or rate == 16_000:
        return []
    frame, hop = (1000 * n / rate for n in _MEL)
    there = f"{frame:.1f} and {hop:.1f} ms there, and 25 and 10 ms at 16,000 Hz"
    first = f"recordings are at {rate:,} Hz (by the first)"
    return [f"{first}: frames of {_MEL[0]} samples every {_MEL[1]} are {there}"]
