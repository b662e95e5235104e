"""`malsori corpus split`: divide a corpus so that nothing leaks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer

from malsori.cli._shared import CORPUS, JSON, LANG, print_json
from malsori.words import Lang

if TYPE_CHECKING:
    from malsori.corpus.corpus import Corpus
    from malsori.corpus.splits import SplitInfo

_LISTED = 12


def _list_presets(wanted: bool) -> None:
    if wanted:
        from malsori.console import show
        from malsori.corpus.splits import preset_table

        show(preset_table())
        raise typer.Exit


def split(
    corpus: Path = CORPUS,
    name: str | None = typer.Option(
        None, "--name", help="What the split is called; a preset has a name of its own."
    ),
    preset: str | None = typer.Option(
        None, "--preset", metavar="NAME", help="Divide as is usual: kemdy20/session5, for one."
    ),
    _presets: bool = typer.Option(
        False, "--presets", is_eager=True, callback=_list_presets, help="List the presets."
    ),
    by: list[str] = typer.Option(
        [],
        "--by",
        metavar="COLUMN",
        help="A column whose values stay together, such as speaker; also near_text and near_audio "
        "(what is nearly the same). Given several times: training shares no value of any of them "
        "with test; rows in between are dropped.",
    ),
    stratify: str | None = typer.Option(None, "--stratify", help="A task whose shares are kept."),
    test: float | None = typer.Option(
        None, "--test", help="Share of test rows.", show_default="0.25"
    ),
    validation: float | None = typer.Option(
        None, "--validation", help="Share of the other rows.", show_default="0.15"
    ),
    folds: int | None = typer.Option(None, "--folds", min=2, help="Save NAME-0 … NAME-(k-1)."),
    leave_one_out: str | None = typer.Option(
        None,
        "--leave-one-out",
        metavar="COLUMN",
        help="Save NAME-0, NAME-1 …: each tests one value of this column, such as one speaker.",
    ),
    inner_folds: int | None = typer.Option(
        None,
        "--inner-folds",
        min=2,
        help="Also save NAME-0.0 … to choose settings by, inside what NAME-0 does not test.",
    ),
    column: str | None = typer.Option(None, "--column", help="Take the publisher's split."),
    seed: int = typer.Option(0, "--seed", min=0),
    allow: list[str] = typer.Option(
        [],
        "--allow-leak",
        metavar="KIND",
        help="Accept leaks and record it: group (a speaker, a call …), audio, text, near-audio "
        "(one recording, cut or at another level) or near-text.",
    ),
    strict: bool = typer.Option(
        False, "--strict", help="Refuse nearly the same text too, instead of a warning."
    ),
    allow_ungrouped: bool = typer.Option(
        False, "--allow-ungrouped", help="Accept that more than half of the rows have no COLUMN."
    ),
    min_text: int = typer.Option(
        4, "--min-text", min=1, help="Texts of fewer letters may stand in two parts."
    ),
    overwrite: bool = typer.Option(False, "--overwrite", help="Replace splits of that name."),
    lang: Lang = LANG,
    as_json: bool = JSON,
) -> None:
    """Split a corpus so that nothing leaks, and save the split under a name."""
    from malsori.console import show
    from malsori.corpus.corpus import Corpus
    from malsori.corpus.splits import split_table
    from malsori.words import Words

    words = Words(lang)
    common: dict[str, Any] = {
        "inner_folds": inner_folds,
        "seed": seed,
        "allow_leaks": allow,
        "strict": strict,
        "min_text": min_text,
        "overwrite": overwrite,
    }
    if validation is not None:
        common["validation"] = validation
    own = {
        "--by": by,
        "--stratify": stratify,
        "--test": test,
        "--folds": folds,
        "--leave-one-out": leave_one_out,
        "--column": column,
        "--allow-ungrouped": allow_ungrouped,
    }
    given = {key: value for key, value in own.items() if value not in (None, [], False)}
    if test == 0:  # equals False, and is refused for what it is
        given["--test"] = test
    make = _by_preset if preset is not None else _by_options
    infos = make(Corpus.open(corpus), name, preset, given, common)
    if as_json:
        print_json([info.data(words.say) for info in infos])
        return
    show(split_table(infos, words))
    names = [info.name for info in infos]
    if len(names) > _LISTED:
        names = [*names[: _LISTED - 2], f"… {names[-1]}"]
    print(f"saved: {', '.join(names)}")


def _by_preset(
    corpus: Corpus, name: str | None, preset: str | None, given: dict[str, Any], common: Any
) -> list[SplitInfo]:
    from malsori.corpus.splits import load_preset, make_preset

    if given:
        raise typer.BadParameter(
            f"the preset says that; leave out {' and '.join(given)}", param_hint="--preset"
        )
    return make_preset(corpus, load_preset(cast(str, preset), corpus), name, **common)


def _by_options(
    corpus: Corpus, name: str | None, _: str | None, given: dict[str, Any], common: Any
) -> list[SplitInfo]:
    from malsori.corpus.splits import make_split

    if name is None:
        raise typer.BadParameter("what shall the split be called?", param_hint="--name")
    asked = {key.removeprefix("--").replace("-", "_"): value for key, value in given.items()}
    return make_split(corpus, name, **asked, **common)
