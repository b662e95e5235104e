"""`malsori corpus import`: a data set as it is on disk becomes a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from malsori.cli._once import OnceCommand
from malsori.cli._shared import (
    CODES,
    DESTINATION,
    JSON,
    OVERWRITE,
    PATTERN,
    WORKERS,
    adapter_of,
    pairs,
    show_report,
    together,
)


class ImportCommand(OnceCommand):
    """The command, whose help ends with a line for each kind of source that is installed."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Lists the kinds from their files, without loading them."""
        from malsori.registry import Registry

        adapters: Registry[Any] = Registry("malsori.corpus.adapters")
        with formatter.section("Kinds"):
            formatter.write_dl([(k, adapters.about(k)) for k in adapters.kinds()])
        super().format_epilog(ctx, formatter)


def run(
    adapter: str = typer.Argument(
        ..., metavar="KIND", help="What the source is: one of the kinds below."
    ),
    source: Path = typer.Argument(
        ...,
        metavar="SOURCE",
        help="The file or folder to read; zip archives are read without unpacking.",
    ),
    destination: Path = DESTINATION,
    mapping: list[str] = typer.Option(
        [],
        "--map",
        metavar="NAME=COLUMN",
        help="Which column is what. NAME: id, audio, text, speaker, call, role, dialogue, turn, "
        "split (the published one), start, end (seconds in the audio file), channel (of the audio "
        "file, from 0), a task's name, or meta.ANY to keep it. Embeddings: speech=ARRAY makes an "
        "array of vectors that modality.",
    ),
    tasks: list[str] = typer.Option(
        [],
        "--task",
        metavar="NAME=KIND[:CLASSES]",
        help="Declare a task: urgency=ordinal:하,중,상 or emotion=nominal. Default: inferred.",
    ),
    audio_root: str | None = typer.Option(
        None, "--audio-root", metavar="FOLDER", help="Where audio paths begin, if not at the table."
    ),
    encoding: str | None = typer.Option(
        None, "--encoding", metavar="NAME", help="Of the table; default: UTF-8, then CP949."
    ),
    pattern: str | None = PATTERN,
    codes: list[str] = CODES,
    options: list[str] = typer.Option(
        [],
        "--option",
        metavar="KEY=VALUE",
        help="A further option of the kind, such as unit=utterance (aihub119) or table=FILE "
        "(embeddings). One that it does not have is answered with those that it has. All with "
        "audio: channel=0 hears one channel (from 0), channel=each makes a row of each.",
    ),
    name: str | None = typer.Option(None, "--name", help="The corpus' name."),
    min_seconds: float = typer.Option(0.1, "--min-seconds", min=0, help="Shorter is too short."),
    copy_audio: bool = typer.Option(False, "--copy-audio", help="Copy the audio beside it."),
    keep_text: bool = typer.Option(
        False, "--keep-text", help="Keep a row whose audio is broken as text only."
    ),
    overwrite: bool = OVERWRITE,
    workers: int | None = WORKERS,
    as_json: bool = JSON,
) -> None:
    """Read a data set as it is on disk; broken rows go to quarantine with their reason.

    Interrupted, the same command continues where it stopped.
    """
    from malsori.corpus.importing import import_corpus

    named = {
        "audio_root": audio_root,
        "encoding": encoding,
        "tasks": tasks,
        "columns": pairs(mapping, "--map"),
        "pattern": pattern,
        "codes": codes,
    }
    given = together(named, pairs(options, "--option"))
    channel = given.pop("channel", None)
    report = import_corpus(
        adapter_of(adapter, source, given),
        destination,
        name=name,
        min_seconds=min_seconds,
        copy_audio=copy_audio,
        keep_text=keep_text,
        channel=channel,
        workers=workers,
        overwrite=overwrite,
    )
    show_report(report, destination, as_json)
