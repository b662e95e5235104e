"""What a pair of tasks does to what they share: which sentence is said, with which numbers."""

from collections.abc import Iterator, Mapping
from typing import Any

from malsori.balance.pairs import CONFLICT, NOISE, RATIO, Pair
from malsori.notes import Note


def notes_on(pair: Pair, engine: Pair | None, noise: Mapping[str, float | None]) -> Iterator[Note]:
    """Strength, direction, and what noise leaves of it.

    Args:
        pair: in the space that is spoken of.
        engine: the same tasks in the representation, if that is another space.
        noise: by task.

    Example:
        >>> from malsori.words import Words
        >>> pair = Pair("parameters", "all", "a", "b", 4.0, 4.0, 0.0, 0.02, 0.5, 50, None, None)
        >>> Words().say(next(notes_on(pair, None, {"a": None, "b": None})))
        'a pushes the shared layers 4.0 × as hard as b: mend the weights before anything else.'
    """
    yield _strength(pair)
    yield _direction(pair)
    if pair.verdict == "against" and engine is not None and engine.verdict == "unrelated":
        yield _note("engine", engine, cosine=engine.cosine)
    loud = [t for t in (pair.strong, pair.weak) if (noise[t] or 0.0) >= NOISE]
    if loud and pair.verdict != "unknown":
        yield _noise(pair, {task: noise[task] for task in loud})


def _note(key: str, pair: Pair, **fields: Any) -> Note:
    """A note that says which pair it is about, so that its numbers can be found again."""
    about = {"space": pair.space, "group": pair.group, "a": pair.strong, "b": pair.weak}
    return Note(f"gradient.{key}", {**about, **fields})


def _strength(pair: Pair) -> Note:
    now = pair.weighted
    strong, weak = (pair.strong, pair.weak) if now >= 1 else (pair.weak, pair.strong)
    times = max(now, 1 / now)
    said = {"strong": strong, "weak": weak, "times": times}
    if times >= RATIO:
        return _note("too_strong", pair, **said)
    if pair.ratio >= RATIO:
        return _note("mended", pair, **said, ratio=pair.ratio)
    return _note("both_heard", pair, **said)


def _direction(pair: Pair) -> Note:
    if pair.verdict == "unknown" or pair.cosine is None or pair.error is None:
        return _note("too_few", pair, measurements=pair.measurements)
    numbers = {"cosine": pair.cosine, "cosine_error": 2 * pair.error}
    seen = Note("gradient.seen", {**numbers, "measurements": pair.measurements})
    if pair.verdict == "against" and pair.cosine > -CONFLICT:
        return _note("lean", pair, seen=seen)
    if pair.verdict != "unrelated":
        return _note(pair.verdict, pair, seen=seen)
    if pair.conflicts is not None and abs(pair.conflicts - 0.5) < 0.15:
        return _note("unrelated_chance", pair, seen=seen, conflicts=pair.conflicts)
    return _note("unrelated", pair, seen=seen)


def _noise(pair: Pair, noise: Mapping[str, float | None]) -> Note:
    shares = [Note("gradient.noise_of", {"task": t, "noise": share}) for t, share in noise.items()]
    if pair.signal is None or pair.signal_error is None or pair.signal_error > 0.25:
        return _note("noise_hides", pair, shares=shares)
    signal = {"signal": pair.signal, "signal_error": 2 * pair.signal_error}
    return _note("noise_without", pair, shares=shares, **signal)
