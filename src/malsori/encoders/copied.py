"""One changed copy of each signal, encoded and stored as if it were a signal of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from malsori.encoders.base import Encoder, EncoderModule, Features
from malsori.io import sha256
from malsori.signals.audio import Audio, audio_hash
from malsori.signals.seeding import generator
from malsori.signals.steps import Step


class Copied(Encoder):
    """An encoder that hears copy number `copy` of what it is given.

    The copy follows from the signal's content, the steps, the seed and its number. So its features
    lie under the signal's key in a place of their own, whose fingerprint tells the steps: rows
    with the same signal share it, and other steps are another place.

    Args:
        encoder: What encodes the changed signal; cacheable.
        change: What makes a copy of a signal, by a generator.
        said: What tells this change from others (JSON); versions included.
        copy: Its number, from 1.
        seed: Of all copies.

    Example:
        >>> from malsori.encoders.kinds.jamo import Jamo
        >>> copied = Copied(Jamo(), lambda text, rng: text[::-1], {"kind": "reverse"}, copy=1)
        >>> bool((copied.prepare("가나") == Jamo().prepare("나가")).all())
        True
        >>> copied.fingerprint()["augment"]
        {'kind': 'reverse', 'copy': 1, 'seed': 0}
    """

    def __init__(
        self,
        encoder: Encoder,
        change: Step,
        said: Mapping[str, Any],
        *,
        copy: int,
        seed: int = 0,
    ) -> None:
        self.encoder, self.change, self.said = encoder, change, dict(said)
        self.copy, self.seed = copy, seed
        self.signal = encoder.signal  # type: ignore[misc]
        self.cacheable, self.batched = encoder.cacheable, encoder.batched

    @property
    def rate(self) -> int | None:  # type: ignore[override]
        """As the encoder's; looked at only when it is needed, since it may load a model."""
        return self.encoder.rate

    @property
    def width(self) -> int | None:  # type: ignore[override]
        """As the encoder's."""
        return self.encoder.width

    def changed(self, signal: Any) -> Any:
        """The copy of a signal."""
        content = audio_hash(signal) if isinstance(signal, Audio) else sha256(signal.encode())
        return self.change(signal, generator("copy", self.seed, self.copy, content))

    def prepare(self, signal: Any) -> Features | None:
        """Features of the copy."""
        return self.encoder.prepare(self.changed(signal))

    def ready(self, signal: Any) -> Any:
        """The copy, made ready."""
        return self.encoder.ready(self.changed(signal))

    def prepare_many(self, signals: Sequence[Any]) -> Iterator[tuple[int, Features | None]]:
        """As the encoder does; what is ready is changed already."""
        return self.encoder.prepare_many(signals)

    def fingerprint(self) -> dict[str, Any]:
        """The encoder's, and what tells the copy."""
        augment = {**self.said, "copy": self.copy, "seed": self.seed}
        return {**self.encoder.fingerprint(), "augment": augment}

    def module(self, features: int) -> EncoderModule:
        """The encoder's: a network does not know copies from originals."""
        return self.encoder.module(features)
