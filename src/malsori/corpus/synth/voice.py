"""espeak-ng speaks: one process for every call, so that nothing is left over from the last one."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import struct
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import numpy as np
import numpy.typing as npt

from malsori.errors import MalsoriError

Pcm = npt.NDArray[np.int16]

LICENCE = "GPL-3.0-or-later"
_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS of speak_lib.h
_DONT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT
_UTF8 = 1  # espeakCHARS_UTF8
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4  # espeak_PARAMETER
_HEADER = struct.Struct("<?I")  # spoken or failed, number of bytes that follow
_SPEAK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


@dataclass(frozen=True)
class Manner:
    """How espeak-ng speaks."""

    voice: str  # variant of the Korean voice, such as `f2`; empty for the plain voice
    rate: int  # words per minute, 80 to 450
    pitch: int  # 0 to 99, 50 is the variant's own
    range: int  # of the intonation, 0 (monotone) to 99

    @property
    def name(self) -> str:
        """The voice as espeak-ng names it."""
        return f"ko+{self.voice}" if self.voice else "ko"


class Voice:
    """The Korean voice of espeak-ng (GPL-3.0-or-later, a program of its own behind its C API).

    espeak-ng keeps state between two syntheses (the phase of its oscillators, its random
    numbers), so the same words would sound different in another order. `speak` therefore forks:
    the child starts from the state just after initialisation, seeds libc's and espeak's random
    numbers, speaks, and ends. The library has one state a process: use `Voice.shared()`.

    Raises:
        MalsoriError: espeak-ng is not installed, or cannot be initialised or forked here.
    """

    _shared: ClassVar[Voice | None] = None

    def __init__(self) -> None:
        if not hasattr(os, "fork"):
            raise MalsoriError(
                "generating calls needs fork(), which this system does not have",
                hint="use Linux, macOS or WSL",
            )
        loader = _loader()
        self._library = ctypes.CDLL(loader.get_library_path())
        self._library.espeak_Info.restype = ctypes.c_char_p
        self._data = Path(loader.get_data_path())
        self.sample_rate: int = self._library.espeak_Initialize(
            _SYNCHRONOUS, 0, str(self._data).encode(), _DONT_EXIT
        )
        if self.sample_rate <= 0:
            raise MalsoriError(
                f"espeak-ng cannot read its data in {self._data}",
                hint="install it again: pip install --force-reinstall espeakng-loader",
            )
        self._heard: list[Pcm] = []
        self._callback = _SPEAK(self._hear)  # kept alive: C holds only its address

    @classmethod
    def shared(cls) -> Voice:
        """The voice of this process, initialised once: espeak-ng has only one state a process."""
        if cls._shared is None:
            cls._shared = cls()
        return cls._shared

    @cached_property
    def version(self) -> str:
        """Version of espeak-ng, such as `1.52.0`."""
        return str(self._library.espeak_Info(None).decode())

    def speak(
        self, phrases: Sequence[str], manner: Manner, *, seed: int, patience: float = 60.0
    ) -> list[Pcm]:
        """Speaks phrases one after the other in a process of their own.

        Returns:
            One int16 waveform `[T]` a phrase, at `sample_rate`, with espeak's own silences.

        Raises:
            MalsoriError: the voice does not exist, or the process crashed or hung.
        """
        with _child(lambda: self._utter(phrases, manner, seed)) as (pid, stream):
            answer = _read(stream, pid, patience)
        spoken, body = answer
        if not spoken:
            raise MalsoriError(f"espeak-ng: {body.decode()}")
        lengths = np.frombuffer(body, "<u4", len(phrases))
        samples = np.frombuffer(body, "<i2", offset=4 * len(phrases))
        return np.split(samples, np.cumsum(lengths)[:-1]) if phrases else []

    def _utter(self, phrases: Sequence[str], manner: Manner, seed: int) -> bytes:
        """Runs in the child: sets everything, speaks, returns lengths and samples."""
        ctypes.CDLL(None).srand(seed & 0xFFFFFFFF)
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(seed & 0x7FFFFFFF))
        self._library.espeak_SetSynthCallback(self._callback)
        # espeak-ng itself takes the plain voice where it does not find a variant.
        known = not manner.voice or (self._data / "voices" / "!v" / manner.voice).is_file()
        if not known or self._library.espeak_SetVoiceByName(manner.name.encode()) != 0:
            raise MalsoriError(f"there is no voice {manner.name}")
        for parameter, value in (
            (_RATE, manner.rate),
            (_VOLUME, 100),
            (_PITCH, manner.pitch),
            (_RANGE, manner.range),
        ):
            self._library.espeak_SetParameter(parameter, value, 0)
        waves = [self._one(phrase) for phrase in phrases]
        lengths = np.array([len(w) for w in waves], "<u4")
        return lengths.tobytes() + b"".join(w.astype("<i2").tobytes() for w in waves)

    def _one(self, phrase: str) -> Pcm:
        self._heard.clear()
        data = phrase.encode()
        code = self._library.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8, None, None)
        if code != 0:
            raise MalsoriError(f"error {code} at {phrase!r}")
        return np.concatenate(self._heard) if self._heard else np.zeros(0, np.int16)

    def _hear(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._heard.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0


def _loader() -> Any:
    try:
        import espeakng_loader  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MalsoriError(
            "generated calls are spoken by espeak-ng, which is not installed",
            hint=f"pip install 'malsori[demo]' (espeak-ng is free software under {LICENCE})",
        ) from error
    return espeakng_loader


@contextmanager
def _child(work: Callable[[], bytes]) -> Iterator[tuple[int, int]]:
    """Forks a child that writes what `work` returns; yields its id and a stream to read."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # Python 3.12 warns when other threads live (Polars has some): the child calls none.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        os.close(reader)
        _work_and_end(work, writer)
    os.close(writer)
    try:
        yield pid, reader
    finally:
        os.close(reader)
        _reap(pid)


def _work_and_end(work: Callable[[], bytes], writer: int) -> NoReturn:
    """The child's whole life; it must never return into the parent's code."""
    try:
        try:
            spoken, body = True, work()
        except Exception as error:  # told to the parent, which raises it
            spoken, body = False, str(error).encode()
        data = memoryview(_HEADER.pack(spoken, len(body)) + body)
        while data:
            data = data[os.write(writer, data) :]
    finally:
        os._exit(0)


def _read(stream: int, pid: int, patience: float) -> tuple[bool, bytes]:
    """What the child wrote; raises if it ended early or says nothing any more."""
    data = bytearray()
    end = time.monotonic() + patience
    while True:
        ready, _, _ = select.select([stream], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            os.kill(pid, signal.SIGKILL)
            raise MalsoriError(f"espeak-ng did not end within {patience:g} s")
        chunk = os.read(stream, 1 << 20)
        if not chunk:
            break
        data += chunk
    size = _HEADER.size
    spoken, length = _HEADER.unpack_from(data) if len(data) >= size else (False, -1)
    if len(data) - size != length:
        raise MalsoriError("espeak-ng crashed (its process ended before it had spoken)")
    return spoken, bytes(data[size:])


def _reap(pid: int) -> None:
    """Waits for the child, so that none is left as a zombie."""
    with suppress(ChildProcessError):  # somebody else (a SIGCHLD handler) may have done it
        os.waitpid(pid, 0)
