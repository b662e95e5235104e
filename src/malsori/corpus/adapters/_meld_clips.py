"""The clips of MELD: which file is which utterance, and what to do if there is only video."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from malsori.archives import Entry, Tree
from malsori.corpus.adapters._recordings import SUFFIXES, Recordings
from malsori.corpus.counting import counted

SPLITS: Final = {"train": "train", "dev": "validation", "test": "test"}
"""The publisher's name of a split → ours."""
FOLDERS: Final = {
    "train": "train_splits",
    "dev": "dev_splits_complete",
    "test": "output_repeated_splits_test",
}
VIDEO: Final = ".mp4"

Key = tuple[str, int, int]
"""Split, dialogue, utterance: numbers begin again in each split."""

_CLIP = re.compile(r"dia(\d+)_utt(\d+)", re.IGNORECASE)
_SPLIT = re.compile(r"(?<![a-z])(train|dev|val|test)", re.IGNORECASE)


@dataclass(frozen=True)
class Clips:
    """What lies below a folder."""

    audio: Recordings[Key]  # recordings by split, dialogue and utterance
    video: dict[Key, Entry]  # where a clip lies as video
    unplaced: int  # recordings in a folder that names no split

    def expected(self, key: Key) -> str:
        """Where an utterance's recording lies, or would lie."""
        if key in self.audio.found:
            return self.audio.found[key].reference
        if key in self.video:
            return str(Path(self.video[key].reference).with_suffix(".wav"))
        return f"{FOLDERS[key[0]]}/dia{key[1]}_utt{key[2]}.wav"


def find_clips(tree: Tree, splits: Collection[str]) -> Clips:
    """Find the clips of some splits.

    A clip's split is named by its folder: ``train_splits``, ``dev_splits_complete``,
    ``output_repeated_splits_test``, or any other with train, dev, val or test in its name. Where
    only one split is read, clips in no such folder are its.
    """
    only = next(iter(splits)) if len(splits) == 1 else None
    audio: list[tuple[Key, Entry]] = []
    video: dict[Key, Entry] = {}
    unplaced = 0
    for entry in tree.having(*SUFFIXES, VIDEO):
        match = _CLIP.fullmatch(entry.stem)
        if match is None:
            continue
        split = _split_of(entry) or only
        if split is None:
            unplaced += entry.suffix != VIDEO
        elif split in splits:
            key = (split, int(match[1]), int(match[2]))
            if entry.suffix == VIDEO:
                video[key] = entry
            else:
                audio.append((key, entry))
    return Clips(Recordings.index(audio), video, unplaced)


def _split_of(entry: Entry) -> str | None:
    """The split that the nearest folder with such a name is for."""
    for part in reversed(entry.parts[:-1]):
        found = _SPLIT.search(part)
        if found:
            name = found[1].lower()
            return "dev" if name == "val" else name
    return None


def how_to_extract(root: Path) -> str:
    """One line that writes a 16 kHz mono WAV beside every clip; it skips those already written."""
    each = 'ffmpeg -nostdin -v error -n -i "$1" -vn -ac 1 -ar 16000 "${1%.mp4}.wav"'
    where = shlex.quote(str(root))
    return f"find {where} -name 'dia*.mp4' -exec sh -c '{each}' sh {{}} ';'"


def on_video(root: Path) -> str:
    """What to do about clips that are video only."""
    return f"write the sound beside them: {how_to_extract(root)}"


def about_clips(root: Path, clips: Clips, keys: Sequence[Key]) -> list[str]:
    """How many rows have a recording, and what to do about those that are video only."""
    if not clips.audio.found and not clips.video:
        notes = [f"there is no clip below {root}: the rows are text only"]
    else:
        rows = Counter(split for split, _, _ in keys)
        heard = Counter(key[0] for key in keys if key in clips.audio.found)
        notes = [
            f"{split}: {heard[split]:,} of {counted(n, 'row')} with a recording"
            for split, n in rows.items()
        ]
    silent = sum(key in clips.video and key not in clips.audio.found for key in keys)
    if silent:
        notes.append(
            f"{counted(silent, 'clip is', 'clips are')} there as video only, which is not read; "
            f"{on_video(root)}"
        )
    if clips.unplaced:
        lie = counted(clips.unplaced, "recording lies", "recordings lie")
        notes.append(f"{lie} in no folder named after a split, so not read")
    if clips.audio.twice:
        are = counted(clips.audio.twice, "recording is", "recordings are")
        notes.append(f"{are} there more than once; unpacked ones are taken")
    return notes
