"""A corpus of generated calls: drawn by the rule, worded, spoken, sent over a telephone line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from malsori.corpus.corpus import Corpus, CorpusSpec
from malsori.corpus.sounds import sounds_table
from malsori.corpus.synth import prosody, wording
from malsori.corpus.synth.plan import Call, plan
from malsori.corpus.synth.render import Options, Render
from malsori.corpus.synth.rule import (
    CONDITIONS,
    CUES,
    PROPORTIONS,
    SCENARIOS,
    TASKS,
    Rule,
    check_proportions,
)
from malsori.corpus.synth.voice import LICENCE, Voice
from malsori.corpus.writing import check_destination, staged, write_tables
from malsori.errors import MalsoriError
from malsori.io import write_parquet
from malsori.parallel import parallel_map
from malsori.reporting import progress

_CALLS_PER_SPEAKER: Final = 8
_CAVEAT: Final = (
    "The bounds hold given the cues of the rule. The words can also be heard: a model that "
    "recognises speech could know the text cues from the audio and pass the bound of 'speech' "
    "(not that of 'speech+text')."
)
_LICENCE_NOTE: Final = (
    f"The calls were spoken by espeak-ng, free software under {LICENCE}; "
    "the people, places and emergencies are made up."
)


def synthesize(
    destination: str | Path,
    *,
    calls: int = 600,
    seed: int = 0,
    seconds: tuple[float, float] = (5.0, 30.0),
    noise: float = 20.0,
    cross: float = 0.5,
    proportions: Mapping[str, Mapping[str, float]] | None = None,
    speakers: int | None = None,
    workers: int | None = None,
    overwrite: bool = False,
) -> Corpus:
    """Generates a corpus of Korean emergency calls whose best possible score is known.

    The calls are monologues of callers to 119, spoken by espeak-ng (GPL-3.0-or-later, extra
    `malsori[demo]`) and sent over a simulated telephone line (8 kHz, 300-3400 Hz, µ-law,
    noise). Urgency and sentiment show partly in the wording, partly in the prosody, partly
    only in the two together, by the rule of `malsori.corpus.synth.rule`. `corpus.yaml` records
    the rule and, for each task, the accuracy and score that no model can beat given the cues of
    the text, of the speech, or of both. The words can be heard too, so a speech *recogniser*
    could pass the bound of speech alone. The cues of each call lie in `cues.parquet`, apart
    from the utterances, so that no model learns from them by mistake.

    The same arguments give the same bytes, for any number of workers.

    Args:
        destination: folder that does not exist yet (or is a corpus, with `overwrite`).
        calls: number of calls, at least 10.
        seed: of everything.
        seconds: shortest and longest call; the longest must be several times the shortest,
            because slow and fast speech are cues.
        noise: signal-to-noise ratio in dB at middle loudness.
        cross: strength of what only both modalities together tell, 0 (nothing) to 1.
        proportions: `urgency`, `sentiment`, `scenario` → class → share; what is not given is
            as in the public 119 corpus.
        speakers: number of callers, each with a voice of their own; None: one for 8 calls.
        workers: processes; None: one for each core.
        overwrite: replace a corpus that is there.

    Raises:
        MalsoriError: an option is out of range, the destination is taken, espeak-ng is not
            installed, or a call could not be spoken (with its id).

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     corpus = synthesize(f"{folder}/calls", calls=10, workers=1)
        ...     corpus.modalities, corpus.utterances.height
        (['speech', 'text'], 10)
    """
    destination = Path(destination)
    check_destination(destination, overwrite=overwrite)
    shares = _shares(proportions or {})
    rule = Rule(urgency=shares["urgency"], sentiment=shares["sentiment"], cross=cross)
    speakers = max(2, calls // _CALLS_PER_SPEAKER) if speakers is None else speakers
    _check(calls, speakers, noise)
    prosody.lengths(seconds, wording.SHORTEST)
    voice = Voice.shared()  # initialised here once, so that every worker inherits the same state
    planned = plan(rule, shares["scenario"], calls=calls, callers=speakers, seed=seed)
    chosen = {"calls": calls, "seed": seed, "seconds": list(seconds), "noise": noise}
    chosen |= {"cross": cross, "proportions": shares, "speakers": speakers}
    with staged(destination, overwrite=overwrite) as folder:
        (folder / "audio").mkdir()
        options = Options(rule=rule, seconds=seconds, noise=noise, folder=folder)
        rows = _render_all(planned, options, workers)
        cues = pl.DataFrame([{"id": r["id"], **r.pop("cues")} for r in rows])
        write_parquet(cues, folder / "cues.parquet")
        sounds = sounds_table([(r["id"], r.pop("sound")) for r in rows])
        spec = _spec(rule, chosen, voice.version, speakers)
        table = pl.DataFrame(rows, infer_schema_length=None)
        write_tables(folder, spec, table, sounds=sounds)
    return Corpus.open(destination)


def _shares(given: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """The wanted proportions, those of the public corpus where nothing is said."""
    strange = set(given) - set(PROPORTIONS)
    if strange:
        raise MalsoriError(
            f"proportions of {min(strange)!r}", hint=f"there are {', '.join(PROPORTIONS)}"
        )
    shares = {name: dict(given.get(name, default)) for name, default in PROPORTIONS.items()}
    check_proportions(shares["scenario"], "scenario", SCENARIOS)
    return shares


def _check(calls: int, speakers: int, noise: float) -> None:
    if calls < 10:
        raise MalsoriError(f"{calls} calls", hint="generate at least 10")
    if not 1 <= speakers <= calls:
        raise MalsoriError(
            f"{speakers} speakers for {calls} calls", hint="at least one, at most one a call"
        )
    if not math.isfinite(noise):
        raise MalsoriError(f"noise of {noise} dB", hint="give a signal-to-noise ratio, such as 20")


def _render_all(
    calls: Sequence[Call], options: Options, workers: int | None
) -> list[dict[str, Any]]:
    outcomes = parallel_map(Render(options), calls, workers=workers)
    rows = []
    for outcome in progress(outcomes, label="speak", total=len(calls), unit="call"):
        if outcome.value is None:
            raise MalsoriError(f"call {calls[outcome.index].id}: {outcome.error}")
        rows.append(outcome.value)
    return rows


def _spec(rule: Rule, options: Mapping[str, Any], version: str, speakers: int) -> CorpusSpec:
    """All of `corpus.yaml`."""
    return CorpusSpec(
        # The folder's name would make the bytes depend on the place.
        name=f"generated-119-seed-{options['seed']}",
        adapter="synth",
        tasks=TASKS,
        audio_root=".",
        counts={"speakers": speakers},
        provenance={
            "options": dict(options),
            "rule": _declared(rule),
            "espeak_ng": version,
            "licence": _LICENCE_NOTE,
            "caveat": _CAVEAT,
        },
        bounds=rule.bounds,
    )


def _declared(rule: Rule) -> dict[str, Any]:
    """The rule in words and numbers, enough to enumerate it again."""
    given = rule.conditionals
    return {
        "cues": {name: list(levels) for name, levels in CUES.items()},
        "known": {condition: list(cues) for condition, cues in CONDITIONS.items()},
        "labels": rule.labels.tolist(),
        "given_urgency": {cue: given[cue].tolist() for cue in ("severity", "effort")},
        "given_sentiment": {cue: given[cue].tolist() for cue in ("feeling", "mood")},
        "agreement": rule.agreement.tolist(),
    }
