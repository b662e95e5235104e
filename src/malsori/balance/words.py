"""What a pair of tasks does to what they share, in sentences for everybody."""

from collections.abc import Iterator

from malsori.balance.pairs import CONFLICT, NOISE, RATIO, Pair


def say(pair: Pair, engine: Pair | None, noise: dict[str, float | None]) -> Iterator[str]:
    """Strength, direction, and what noise leaves of it.

    Args:
        pair: in the space that is spoken of.
        engine: the same tasks in the representation, if that is another space.
        noise: by task.

    Example:
        >>> pair = Pair("parameters", "all", "a", "b", 4.0, 4.0, 0.0, 0.02, 0.5, 50, None, None)
        >>> next(say(pair, None, {"a": None, "b": None}))
        'a pushes the shared layers 4.0 × as hard as b: mend the weights before anything else.'
    """
    yield _strength(pair)
    yield _direction(pair)
    if pair.verdict == "against" and engine is not None and engine.verdict == "unrelated":
        yield (
            f"The engine works on the representation, where their cosine is {engine.cosine:.3f}: "
            "its solver sees no conflict and changes next to nothing."
        )
    loud = [t for t in (pair.strong, pair.weak) if (noise[t] or 0.0) >= NOISE]
    if not loud or pair.verdict == "unknown":
        return
    shares = " and ".join(f"{percent(noise[task])} of {task}'s gradient" for task in loud)
    sentence = f"{shares} is noise of the batch, so cosines of single batches say little"
    if pair.signal is None or pair.signal_error is None or pair.signal_error > 0.25:
        yield f"{sentence}, and whether the tasks conflict underneath cannot be told from this run."
    else:
        yield (
            f"{sentence}; without the noise the cosine is about {pair.signal:.2f} "
            f"± {2 * pair.signal_error:.2f}."
        )


def _strength(pair: Pair) -> str:
    now = pair.weighted
    strong, weak = (pair.strong, pair.weak) if now >= 1 else (pair.weak, pair.strong)
    now = max(now, 1 / now)
    if now >= RATIO:
        return (
            f"{strong} pushes the shared layers {now:.1f} × as hard as {weak}: "
            "mend the weights before anything else."
        )
    if pair.ratio >= RATIO:
        return (
            f"{pair.strong}'s gradient is {pair.ratio:.1f} × as strong as {pair.weak}'s; with the "
            f"weights that were applied {strong} pushes {now:.1f} × as hard as {weak}."
        )
    return f"{strong} pushes the shared layers {now:.1f} × as hard as {weak}: both are heard."


def _direction(pair: Pair) -> str:
    names = f"{pair.strong} and {pair.weak}"
    if pair.verdict == "unknown" or pair.cosine is None or pair.error is None:
        return f"{names}: {pair.measurements} measurements are too few to speak of a direction."
    seen = f"(cosine {pair.cosine:.2f} ± {2 * pair.error:.2f} over {pair.measurements} steps)"
    if pair.verdict == "against" and pair.cosine > -CONFLICT:
        return f"{names} lean against each other {seen}: too little for a solver to change much."
    if pair.verdict == "against":
        return f"{names} pull against each other {seen}: a conflict that a solver can act on."
    if pair.verdict == "together":
        return f"{names} pull the same way {seen}: there is no conflict to solve."
    sentence = f"{names} show no direction to fix {seen}"
    if pair.conflicts is not None and abs(pair.conflicts - 0.5) < 0.15:
        chance = f"{percent(pair.conflicts)} of steps 'conflict'"
        return f"{sentence}; that {chance} is what chance gives around 0."
    return f"{sentence}."


def percent(share: float | None) -> str:
    """A share in whole per cent, a dash where there is none.

    Example:
        >>> percent(0.614), percent(None)
        ('61 %', '–')
    """
    return "–" if share is None else f"{100 * share:.0f} %"
