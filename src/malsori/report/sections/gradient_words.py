"""What the gradients say, in sentences of the page's language.

The English is that of `balance.summary`, word for word, so that terminal and page agree; what is
decided here is only which sentence is said, by the same limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from malsori.balance.pairs import CONFLICT, NOISE, RATIO, Pair
from malsori.balance.summary import MonitorSummary
from malsori.report.sections import marks
from malsori.words import Mark, Text, Words


def sentences(summary: MonitorSummary, words: Words, *, run: str = "") -> list[Text]:
    """Sentences for everybody, strength first; from the parameters if they were sampled.

    Args:
        summary: What a monitor saw.
        words: The language.
        run: Name of the run, which the numbers keep.

    Example:
        >>> sentences(MonitorSummary([], []), Words("en"))
        [('No step with two tasks was measured.',)]
    """
    spaces = {pair.space for pair in summary.pairs}
    if not spaces:
        return [words.text("gradient.none")]
    space = "parameters" if "parameters" in spaces else "representation"
    whole = [p for p in summary.pairs if (p.space, p.group) == (space, "all")]
    whole.sort(key=lambda pair: -max(pair.weighted, 1 / pair.weighted))
    noise = {p.task: p.noise for p in summary.pushes if (p.space, p.group) == (space, "all")}
    engine = {
        frozenset((p.strong, p.weak)): p
        for p in summary.pairs
        if p.space == "representation" != space
    }
    said: list[Text] = []
    for pair in whole:
        speaker = _Speaker(pair, words, run)
        said += [speaker.strength(), speaker.direction()]
        said += speaker.engine(engine.get(frozenset((pair.strong, pair.weak))))
        said += speaker.noise(noise)
    return [*said, words.text("gradient.measured_on", space=words(f"gradient.{space}"))]


class _Speaker:
    """Speaks of one pair of tasks."""

    def __init__(self, pair: Pair, words: Words, run: str) -> None:
        self.pair, self.words = pair, words
        self.where = {"run": run, "space": pair.space, "group": pair.group,
                      "a": pair.strong, "b": pair.weak}  # fmt: skip

    def strength(self) -> Text:
        """Who pushes harder, by how much."""
        pair, now = self.pair, self.pair.weighted
        strong, weak = (pair.strong, pair.weak) if now >= 1 else (pair.weak, pair.strong)
        times = max(now, 1 / now)
        shown = Mark(f"{times:.1f}", {"metric": "weighted_times", **self.where})
        if times >= RATIO:
            return self.words.text("gradient.too_strong", strong=strong, weak=weak, times=shown)
        if pair.ratio >= RATIO:
            return self.words.text(
                "gradient.mended",
                strong=pair.strong,
                weak=pair.weak,
                ratio=Mark(f"{pair.ratio:.1f}", {"metric": "ratio", **self.where}),
                now_strong=strong,
                now_weak=weak,
                times=shown,
            )
        return self.words.text("gradient.both_heard", strong=strong, weak=weak, times=shown)

    def direction(self) -> Text:
        """Whether they pull together or apart, as far as it can be told."""
        pair, names = self.pair, {"a": self.pair.strong, "b": self.pair.weak}
        if pair.verdict == "unknown" or pair.cosine is None or pair.error is None:
            n = marks.count(pair.measurements, "measurements", **self.where)
            return self.words.text("gradient.too_few", **names, n=n)
        seen = self.words.text(
            "gradient.seen",
            cosine=marks.short(pair.cosine, "cosine", **self.where),
            error=marks.short(2 * pair.error, "cosine_error", **self.where),
            n=marks.count(pair.measurements, "measurements", **self.where),
        )
        head = self.words.text(f"gradient.{self._which()}", **names)
        return (*head, *seen, *self._tail())

    def _which(self) -> str:
        pair = self.pair
        if pair.verdict == "against" and (pair.cosine or 0.0) > -CONFLICT:
            return "lean"
        return {"against": "against", "together": "together"}.get(pair.verdict, "unrelated")

    def _tail(self) -> Text:
        pair, which = self.pair, self._which()
        by_chance = pair.conflicts is not None and abs(pair.conflicts - 0.5) < 0.15
        if which == "unrelated" and by_chance:
            share = marks.percent(pair.conflicts, "conflicts", **self.where)
            return self.words.text("gradient.unrelated_chance", share=share)
        return self.words.text(f"gradient.{which}_end")

    def engine(self, other: Pair | None) -> Iterator[Text]:
        """Split works on the representation, which may see no conflict where the parameters do."""
        if self.pair.verdict == "against" and other is not None and other.verdict == "unrelated":
            where = {**self.where, "space": other.space, "group": other.group,
                     "a": other.strong, "b": other.weak}  # fmt: skip
            yield self.words.text(
                "gradient.engine", cosine=marks.value(other.cosine, "cosine", **where)
            )

    def noise(self, noise: Mapping[str, float | None]) -> Iterator[Text]:
        """What the noise of the batch leaves of it."""
        pair = self.pair
        loud = [t for t in (pair.strong, pair.weak) if (noise[t] or 0.0) >= NOISE]
        if not loud or pair.verdict == "unknown":
            return
        shares: Text = ()
        for i, task in enumerate(loud):
            share = marks.percent(noise[task], "noise", task=task, **self.where)
            shares += (self.words("gradient.and"),) if i else ()
            shares += self.words.text("gradient.noise_of", share=share, task=task)
        head = (*shares, self.words("gradient.noise"))
        if pair.signal is None or pair.signal_error is None or pair.signal_error > 0.25:
            yield (*head, self.words("gradient.noise_hides"))
        else:
            signal = marks.short(pair.signal, "signal", **self.where)
            error = marks.short(2 * pair.signal_error, "signal_error", **self.where)
            yield (*head, *self.words.text("gradient.noise_without", signal=signal, error=error))
