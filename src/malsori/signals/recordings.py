"""Recordings as they lie in files: opened once, and decoded in parts."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO, Final, Self

import numpy as np
import soundfile

from malsori.signals.channels import mixed
from malsori.signals.containers import Oddity, cut_inside
from malsori.signals.foreign import HEAD, foreign
from malsori.signals.opening import AudioError, opened
from malsori.signals.waveform import Audio, Samples

_UNDECODABLE: Final = (soundfile.LibsndfileError, RuntimeError, TypeError, ValueError, OSError)
# Decoders whose bits depend on what they decoded before.
_HISTORY: Final = frozenset({"MP3", "MPEG", "OGG"})
_RATES: Final = (1_000, 1_000_000)  # Hz; a header that says less or more is broken
_MOST: Final = 256.0  # times full scale; floats that go higher are integers, or damaged
_AT_ONCE: Final = 1 << 26  # samples; a header may promise more than there is memory


class AudioFile:
    """An opened recording, of which parts are decoded one after the other.

    WAV, FLAC, MP3, OGG and whatever else libsndfile reads, with integers of any width or floats,
    as a file or as a member of an archive (`TS.zip::a.wav`), which is decoded in memory. Hangul
    in the path may be composed or decomposed. What the header says of the length is a hint:
    the file is read to its end, and `told` says in what the two differ.

    Args:
        path: the file.

    Attributes:
        sample_rate: in Hz.
        frames: samples of each channel.
        channels: how many there are.
        told: in what the file differs from its header, as `malsori.signals.containers` says.

    Raises:
        AudioError: with `.reason` `missing`, `undecodable`, `empty`, `truncated` or
            `unreadable-archive`.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._content, container = opened(self.path)
        self.told: tuple[Oddity, ...] = container.told
        self._file = self._open()
        self._fresh = True
        self.sample_rate = int(self._file.samplerate)
        self.frames = int(self._file.frames)
        self.channels = int(self._file.channels)
        low, high = _RATES
        if not low <= self.sample_rate <= high:
            self.close()
            raise AudioError(
                f"{self.path} has a sample rate of {self.sample_rate:,} Hz by its header: none at "
                "which speech is recorded.",
                reason="undecodable",
                hint="write the right rate into its header",
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the file back."""
        self._file.close()
        if not isinstance(self._content, Path):
            self._content.close()

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.frames / self.sample_rate

    def read(
        self, start: float | None = None, end: float | None = None, channel: int | None = None
    ) -> Audio:
        """Decodes the part from `start` to `end`: one channel, or the average of all.

        Args:
            start: seconds from the beginning, None for the beginning.
            end: seconds from the beginning, None for the end.
            channel: which one is heard, from 0; None averages them.

        Raises:
            AudioError: with `.reason` `undecodable`, `empty`, `truncated` or `no-channel`.
        """
        return self.heard(self.decode(start, end), channel)

    def decode(self, start: float | None = None, end: float | None = None) -> Samples:
        """All channels of a part, float32 `[T, channels]`; see `read`."""
        frames = self._decode(start, end)
        if len(frames) == 0:
            part = "" if start is None and end is None else f" between {start} s and {end} s"
            raise AudioError(
                f"{self.path} holds no samples{part}.",
                reason="empty",
                hint="record it again, or leave the row's audio empty so that it counts as "
                "text only",
            )
        return frames

    def heard(self, frames: Samples, channel: int | None = None) -> Audio:
        """What is heard of decoded channels `[T, channels]`: one of them, or their average."""
        if channel is not None and not 0 <= channel < self.channels:
            has = "1 channel" if self.channels == 1 else f"{self.channels} channels"
            raise AudioError(
                f"{self.path} has {has}: there is no channel {channel} (they count from 0).",
                reason="no-channel",
                hint="choose another one, or none, so that they are averaged",
            )
        mono = mixed(frames, channel)
        part = frames if channel is None else mono
        loudest = float(np.maximum(part.max(), -part.min()))
        if not loudest <= _MOST:  # NaN is not
            what = f"of {loudest:.3g} times full scale, which floats call 1"
            what = what if np.isfinite(loudest) else "that are not numbers (NaN or infinite)"
            raise AudioError(
                f"{self.path} holds samples {what}.",
                reason="undecodable",
                hint="write it again as 16 bit PCM",
            )
        return Audio(np.ascontiguousarray(mono, np.float32), self.sample_rate)

    def _open(self) -> soundfile.SoundFile:
        if not isinstance(self._content, Path):
            self._content.seek(0)
        try:
            return soundfile.SoundFile(self._content)
        except _UNDECODABLE as error:
            # Beside `a.mp3`, libsndfile takes macOS' `._a.mp3` for the other half of a sound.
            if isinstance(self._content, Path) and _beside(self._content).exists():
                self._content = self._content.open("rb")
                return self._open()
            refused = self._undecodable(error)
            if not isinstance(self._content, Path):
                self._content.close()
            raise refused from error

    def _go_to(self, first: int) -> None:
        """Stands before a frame, so that what follows is what a newly opened file would give."""
        exact = self._file.seekable() and self._file.format not in _HISTORY
        if not exact and not self._fresh:
            self._file.close()
            self._file = self._open()
        self._fresh = False
        if self._file.seekable():
            self._file.seek(first)
        elif first:
            self._file.read(first)

    def _decode(self, start: float | None, end: float | None) -> Samples:
        """Frames `[T, channels]` of a part."""
        rate, total = self.sample_rate, self.frames
        first = round((start or 0.0) * rate)
        last = total if end is None else round(end * rate)
        self._check_part(first, last)
        wanted = min(last, total) - first
        try:
            self._go_to(min(first, total))
            frames = self._take(wanted)
        except _UNDECODABLE as error:
            raise self._undecodable(error) from error
        except MemoryError as error:
            raise AudioError(
                f"{self.path} is too long for the memory: {wanted / rate:,.0f} s.",
                reason="undecodable",
                hint="cut it into shorter files, or name its parts with start and end",
            ) from error
        # An MP3 header may promise a fraction of a frame more than the decoder returns.
        if len(frames) < wanted - 0.05 * rate:
            raise AudioError(
                f"{self.path} ends after {first + len(frames)} of the {total} frames in its "
                "header.",
                reason="truncated",
                hint="copy or download the file again",
            )
        return frames

    def _take(self, wanted: int) -> Samples:
        """The next frames; memory is asked for as they come where a header promises very many."""
        most = max(1, _AT_ONCE // self.channels)
        if wanted <= most:
            frames: Samples = self._file.read(wanted, dtype="float32", always_2d=True)
            return frames
        parts: list[Samples] = []
        while wanted > 0:
            part = self._file.read(min(wanted, most), dtype="float32", always_2d=True)
            parts.append(part)
            wanted -= len(part)
            if len(part) < most:
                break
        return np.concatenate(parts)

    def _check_part(self, first: int, last: int) -> None:
        """Refuses a part that is empty or reaches beyond the file."""
        rate, total = self.sample_rate, self.frames
        if total and (first < 0 or last <= first or first >= total):
            raise AudioError(
                f"{self.path} has no part from {first / rate:.3f} s to {last / rate:.3f} s"
                f" (it is {total / rate:.3f} s long).",
                reason="empty",
                hint="check the columns start and end of this row (in seconds)",
            )
        if last - total > 0.05 * rate:
            raise AudioError(
                f"{self.path} is {total / rate:.3f} s long, but the part ends at "
                f"{last / rate:.3f} s.",
                reason="truncated",
                hint="check the column end of this row (in seconds), or copy the file again",
            )

    def _undecodable(self, error: Exception) -> AudioError:
        # Of a member the message would name an address in memory.
        said = getattr(error, "error_string", None) or str(error)
        cut, what = _looked_into(self._content, said)
        if cut is not None:
            return AudioError(
                f"{self.path} is truncated: {cut}.",
                reason="truncated",
                hint="copy or download the file again",
            )
        return AudioError(
            f"{self.path} cannot be decoded: {what or said}",
            reason="undecodable",
            hint="check that it is WAV, FLAC, MP3 or OGG (raw PCM needs a header first); "
            "`ffmpeg -i FILE FILE.wav` makes WAV of most others",
        )


def _beside(file: Path) -> Path:
    return file.with_name(f"._{file.name}")


def _looked_into(content: Path | BinaryIO, said: str) -> tuple[str | None, str | None]:
    """Why a decoder gave up: where the file ends inside a block, or what else it is."""
    if not isinstance(content, Path):
        cut = cut_inside(content, content.seek(0, io.SEEK_END))
        content.seek(0)
        return cut, foreign(content.read(HEAD), said)
    try:
        with content.open("rb") as stream:
            cut = cut_inside(stream, content.stat().st_size)
            stream.seek(0)
            return cut, foreign(stream.read(HEAD), said)
    except OSError:
        return None, None


def read_audio(
    path: str | Path,
    start: float | None = None,
    end: float | None = None,
    channel: int | None = None,
) -> Audio:
    """Decodes a file or a member of an archive, or the part of it from `start` to `end`.

    To decode several parts of one file, open it once as `AudioFile`.

    Args:
        path: the file, or `archive.zip::member`.
        start: seconds from the beginning, None for the beginning.
        end: seconds from the beginning, None for the end;
            an `end` less than 50 ms behind the last sample means the end, since labels are rounded.
        channel: which one is heard, from 0; None averages them.

    Raises:
        AudioError: with `.reason` `missing`, `undecodable`, `empty`, `truncated`,
            `unreadable-archive` or `no-channel`.

    Example:
        >>> import tempfile
        >>> from malsori.signals.audio import write_audio
        >>> path = Path(tempfile.mkdtemp()) / "tone.wav"
        >>> write_audio(path, Audio(np.full(8000, 0.5, np.float32), 8000))
        >>> read_audio(path, start=0.25).duration
        0.75
    """
    with AudioFile(path) as file:
        return file.read(start, end, channel)
