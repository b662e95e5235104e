"""Sample rates: several of them in one corpus, or too low for speech."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import counted, hertz, of_all, some
from malsori.findings import Finding, found
from malsori.notes import Note

_SPEECH: Final = 8000  # Hz, of a telephone: words cannot be told apart with less


class SampleRate(Check[Case]):
    """Recordings at different rates differ in sound, whatever is said in them."""

    def missing(self, case: Case) -> Note | None:
        """Rates must be known."""
        unknown = case.rows["sample_rate"].null_count() == case.count
        return Note("audit.skip.no_rates") if unknown else None

    def examine(self, case: Case) -> Iterator[Finding]:
        """Counts rows of each rate."""
        rates = case.rows["sample_rate"].drop_nulls()
        table = rates.value_counts().sort("count", "sample_rate", descending=True)
        counts = {int(rate): int(n) for rate, n in table.iter_rows()}
        if slow := sum(n for rate, n in counts.items() if rate < _SPEECH):
            yield found(
                "audit.sample_rate.low",
                "warning",
                "speech",
                numbers={"rows": slow, "of": len(rates)},
                recordings=of_all(slow, len(rates), "recording"),
                otherwise=True,
                examples=case.ids(case.numbers("sample_rate") < _SPEECH),
            )
        if len(counts) > 1:
            yield _several(case, counts)


def _several(case: Case, counts: dict[int, int]) -> Finding:
    rates: list[Note | str] = [
        Note("of.with_count", {"name": hertz(rate), "count": counted(n)})
        for rate, n in counts.items()
    ]
    rarest = min(counts, key=lambda rate: counts[rate])
    return found(
        "audit.sample_rate.several",
        "warning",
        "speech",
        numbers={"rates": counts},
        n=len(counts),
        rates_of=some(rates),
        examples=case.ids((case.rows["sample_rate"] == rarest).fill_null(False).to_numpy()),
    )
