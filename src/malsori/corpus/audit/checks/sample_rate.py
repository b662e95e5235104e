"""Sample rates: several of them in one corpus, or too low for speech."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.saying import agree, hertz, of_all, some
from malsori.corpus.counting import counted
from malsori.findings import Finding, Prescription

_SPEECH: Final = 8000  # Hz, of a telephone: words cannot be told apart with less


class SampleRate(Check):
    """Recordings at different rates differ in sound, whatever is said in them.

    Example:
        >>> SampleRate().id
        'sample_rate'
    """

    def missing(self, case: Case) -> str | None:
        """Rates must be known."""
        unknown = case.rows["sample_rate"].null_count() == case.count
        return "no row has a sample rate" if unknown else None

    def examine(self, case: Case) -> Iterator[Finding]:
        """Counts rows of each rate."""
        rates = case.rows["sample_rate"].drop_nulls()
        table = rates.value_counts().sort("count", "sample_rate", descending=True)
        counts = {int(rate): int(n) for rate, n in table.iter_rows()}
        if slow := sum(n for rate, n in counts.items() if rate < _SPEECH):
            yield Finding(
                "sample_rate",
                "warning",
                "speech",
                f"{of_all(slow, len(rates), 'recording')} {agree(slow, 'has', 'have')} fewer than "
                "8,000 samples a second",
                numbers={"rows": slow, "of": len(rates)},
                cause="a wrong header, or resampling to a rate that is not for speech",
                prescription=Prescription("listen to one of them; import the originals if slow"),
                examples=case.ids(case.numbers("sample_rate") < _SPEECH),
            )
        if len(counts) > 1:
            yield _several(case, counts)


def _several(case: Case, counts: dict[int, int]) -> Finding:
    rates = [f"{hertz(rate)} ({counted(n, 'row')})" for rate, n in counts.items()]
    rarest = min(counts, key=lambda rate: counts[rate])
    return Finding(
        "sample_rate",
        "warning",
        "speech",
        f"{len(counts)} sample rates: {some(rates)}",
        numbers={"rates": counts},
        cause="several sources in one corpus: they may differ in more than the rate",
        prescription=Prescription(
            "encoders resample, but what a low rate has lost stays lost: see that each class has "
            "all rates (check leakage), or keep one source"
        ),
        examples=case.ids((case.rows["sample_rate"] == rarest).fill_null(False).to_numpy()),
    )
