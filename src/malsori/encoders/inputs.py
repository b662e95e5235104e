"""What features do not tell: texts that were cut, and audio that lacks what a model hears."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder
from malsori.findings import Finding, Prescription

_EMPTY: Final = 0.6  # of half the model's rate: where spectra end below it, much is missing
_ENOUGH: Final = 0.05  # of the recordings; one vowel may look like a telephone by chance
_FEW: Final = 0.01  # of the texts


def look_at_inputs(
    corpus: Corpus, encoder: Encoder, subject: str, rows: pl.DataFrame
) -> Iterator[Finding]:
    """Findings about the signals that an encoder is given.

    Args:
        corpus: Whose signals; of audio it knows where spectra end, if that was measured.
        encoder: What reads them.
        subject: The modality, for messages.
        rows: Of ``corpus.utterances``.

    Example:
        >>> from malsori.encoders.kinds.jamo import Jamo
        >>> rows = pl.DataFrame({"id": ["a"], "text": ["네"]})
        >>> list(look_at_inputs(None, Jamo(), "text", rows))
        []
    """
    limit = getattr(encoder, "token_limit", None)  # only encoders that cut texts have one
    if encoder.signal == "text" and limit is not None:
        texts = rows.select("id", "text").drop_nulls().iter_rows()
        found = _cut(encoder, limit, subject, texts)
        yield from [] if found is None else [found]
    if encoder.signal == "audio" and encoder.rate is not None:
        found = _narrow(corpus, encoder.rate, subject, rows)
        yield from [] if found is None else [found]


def _cut(
    encoder: Any, limit: int, subject: str, texts: Iterable[tuple[str, str]]
) -> Finding | None:
    """How much of the texts is beyond the limit."""
    seen, tokens, lost = 0, 0, 0
    cut: list[str] = []
    for key, text in texts:
        length = int(encoder.token_length(text))
        seen, tokens = seen + 1, tokens + length
        if length > limit:
            cut.append(key)
            lost += length - limit
    if not cut:
        return None
    share, gone = len(cut) / seen, lost / tokens
    return Finding(
        "cut",
        "warning" if share >= _FEW else "note",
        subject,
        f"{len(cut):,} of {seen:,} texts ({share:.1%}) are longer than {limit} tokens and were "
        f"cut; {gone:.1%} of all tokens are not read",
        numbers={"texts": len(cut), "of": seen, "tokens_lost": lost, "tokens": tokens},
        cause="long: cut",
        prescription=Prescription(
            "read long texts in parts, which are pooled",
            settings={f"encoders.{subject}.long": "chunk"},
        ),
        examples=tuple(cut[:5]),
    )


def _narrow(corpus: Corpus, rate: int, subject: str, rows: pl.DataFrame) -> Finding | None:
    """Telephone audio in a model that hears up to half its own rate."""
    ends = _ends(corpus, rows)
    narrow = ends.filter((pl.col("end") > 0) & (pl.col("end") < _EMPTY * rate / 2))
    heard = ends.filter(pl.col("end") > 0).height
    if not heard or narrow.height < max(1, _ENOUGH * heard):
        return None
    middle, share = float(narrow["end"].median() or 0.0), narrow.height / heard  # type: ignore[arg-type]
    mixed = "" if share > 1 - _ENOUGH else "; the others are wider, and the model hears which"
    return Finding(
        "bandwidth",
        "warning",
        subject,
        f"in {narrow.height:,} of {heard:,} recordings ({share:.0%}) the spectrum ends near "
        f"{middle / 1000:.1f} kHz, but this model was made for {rate / 1000:g} kHz audio, which "
        f"reaches to {rate / 2000:g} kHz{mixed}",
        numbers={"rows": narrow.height, "of": heard, "median_hz": middle, "rate": rate},
        cause="telephone audio, or audio stored at a low rate; resampled it has the right speed, "
        "but nothing in the upper bands",
        prescription=Prescription(
            "expect less of it than its published scores; prefer a model trained on telephone "
            "speech, or tune this one"
        ),
        examples=tuple(narrow["id"].head(5).to_list()),
    )


def _ends(corpus: Corpus, rows: pl.DataFrame) -> pl.DataFrame:
    """Where the spectrum of each row ends in Hz: as measured, else half the sample rate."""
    columns = [pl.col("id")]
    columns.append(
        pl.col("sample_rate").cast(pl.Float64).truediv(2)
        if "sample_rate" in rows.columns
        else pl.lit(None, pl.Float64).alias("sample_rate")
    )
    there = rows.filter(pl.col("audio").is_not_null()) if "audio" in rows.columns else rows.clear()
    return (
        there.select(columns)
        .join(corpus.sounds.select("id", "bandwidth"), on="id", how="left")
        .select("id", end=pl.coalesce("bandwidth", "sample_rate"))
    )
