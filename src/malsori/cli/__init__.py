"""The command line: one file a verb, each of which imports its rooms only when it runs."""

from __future__ import annotations

import errno
import gc
import io
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import typer

from malsori.cli import corpus, demo, embed, evaluate, predict, recipe, report, start, train
from malsori.cli._once import App
from malsori.errors import MalsoriError

app = App(
    name="malsori",
    help="Train models that hear how something is said and read what is said.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo", short_help="Everything once, on generated calls.")(demo.run)
app.command("start", short_help="Own data, from a table to a report.")(start.run)
app.add_typer(corpus.app, name="corpus", short_help="Import, generate, show, split corpora.")
app.add_typer(embed.app, name="embed", short_help="Encode every utterance once.")
app.command("train", short_help="Train a recipe, or continue it.")(train.run)
app.command("evaluate", short_help="A run's scores against its priors.")(evaluate.run)
app.command("predict", short_help="What a run says about files.")(predict.run)
app.command("report", short_help="One page about runs.")(report.run)
app.add_typer(recipe.app, name="recipe", short_help="Show, check, describe recipes.")

_AGAIN = "then the same command continues where it stopped"
# What no program can mend, and what a person does about it.
_OF_THE_MACHINE = {
    errno.ENOSPC: f"make room on that disk; {_AGAIN}",
    errno.EDQUOT: f"make room in your quota; {_AGAIN}",
    errno.EROFS: "choose a place that can be written",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ENOENT: "a folder of that path is not there, or nothing can be made in it: check it",
    errno.ENOTDIR: "a part of that path is a file where a folder should be: choose another place",
    errno.EEXIST: "something else is there already: choose another place",
    errno.EISDIR: "that is a folder where a file should be: choose another name",
    errno.ELOOP: "links lead round in a circle there: name the real folder",
    errno.EMFILE: "allow this process more open files (ulimit -n), or give fewer --workers",
    errno.EACCES: "choose a place that you may read and write, or have its permissions changed",
    errno.EPERM: "choose a place that you may read and write, or have its permissions changed",
}


def _version(value: bool) -> None:
    if value:
        from malsori import __version__

        print(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    """Train models that hear how something is said and read what is said."""
    del version


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Ctrl-C: says that nothing is lost, once, and ends."""
    if multiprocessing.parent_process() is None:
        print("\ninterrupted; the same command continues where it stopped", file=sys.stderr)
    sys.exit(130)


class _Output:
    """Standard output, whose errors name it; or standard error, whose errors end no job."""

    def __init__(self, stream: io.TextIOWrapper, name: str, *, forgiving: bool) -> None:
        self._stream, self._name, self._forgiving = stream, name, forgiving

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        with self._told():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with self._told():
            self._stream.flush()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._close()
            if not self._forgiving:
                error.filename = error.filename or self._name
                raise

    def _close(self) -> None:
        """What is still held goes nowhere: Python would fail again with it when it ends."""
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


def _always_printable() -> None:
    """What a terminal or pipe cannot show must not end a job that has done its work.

    A console in CP949 has no "−" and gets a "?"; an output that was closed swallows all.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
            setattr(sys, name, nowhere)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
            words = f"standard {'error' if name == 'stderr' else 'output'}"
            setattr(sys, name, _Output(stream, words, forgiving=name == "stderr"))


def prepare() -> None:
    """Sets up the process of a command."""
    signal.signal(signal.SIGINT, _stop)
    _always_printable()
    # Imports make 100,000 objects that stay; looking through all of them for garbage, again and
    # again, is a fifth of the time before anything happens.
    gc.set_threshold(100_000, 50, 100)


def _stand_somewhere() -> None:
    """Paths begin at the folder where a command is given; libraries end the process without it."""
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise MalsoriError(
            "the folder in which this was started is not there any more",
            hint="go to one that is (cd)",
        ) from error


def main() -> None:
    """Runs the command line; bad input ends with one message and exit status 2."""
    prepare()
    try:
        _stand_somewhere()
        try:
            app()
        finally:
            sys.stdout.flush()  # here, where what goes wrong with it can be said
    except MalsoriError as error:
        print(f"error: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  hint: {error.hint}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)  # the reader of a pipe, `head` say, has seen enough
    except RuntimeError as error:
        if "Symlink loop" not in str(error):  # what pathlib says for ELOOP before Python 3.13
            raise
        print(f"error: {error}\n  hint: {_OF_THE_MACHINE[errno.ELOOP]}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        if error.errno not in _OF_THE_MACHINE and not error.filename:
            raise  # of no file, and nothing that a person could mend: a fault of ours
        place = f"{error.filename}: " if error.filename else ""
        print(f"error: {place}{error.strerror or error}", file=sys.stderr)
        hint = _OF_THE_MACHINE.get(error.errno or 0, f"mend that; {_AGAIN}")
        print(f"  hint: {hint}", file=sys.stderr)
        sys.exit(2)
