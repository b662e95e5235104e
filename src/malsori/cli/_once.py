"""Commands that are told each thing once: of an option that takes one value, none is dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import typer
from typer.core import TyperCommand

from malsori.errors import said_twice


class OnceCommand(TyperCommand):
    """A command that refuses an option said twice; the parser would keep the last silently."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Looks for such options, then reads the line as usual."""
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        for n, param in enumerate(order):
            if param in order[:n] and _single(param):
                raise said_twice(max(param.opts, key=len), *_said(args, param))
        return super().parse_args(ctx, args)


class App(typer.Typer):
    """Commands, each of which is an `OnceCommand` unless it says otherwise."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """As of `typer.Typer`."""
        return super().command(name, **{"cls": OnceCommand, **options})


def _single(param: Any) -> bool:
    """Whether it is an option with one value; a switch without a counterpart may be repeated."""
    if param.param_type_name != "option" or param.multiple or param.count:
        return False
    return not param.is_flag or bool(param.secondary_opts)


def _said(args: Sequence[str], param: Any) -> tuple[str, str]:
    """The first two values of an option; of a switch, its two sides as they were written."""
    said = []
    for n, word in enumerate(args):
        flag, equals, value = word.partition("=")
        if flag in (*param.opts, *param.secondary_opts):
            following = " ".join(args[n + 1 : n + 1 + param.nargs])
            said.append(flag if param.is_flag else value if equals else following)
    return said[0], said[1]
