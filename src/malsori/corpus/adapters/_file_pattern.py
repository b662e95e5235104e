"""Patterns of file names: which part of a path says what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from malsori.errors import MalsoriError
from malsori.schema import normal

IGNORED: Final = "_"
FORM: Final = (
    "write a field for each part of the path, such as "
    "'Actor_{speaker}/{_}-{_}-{emotion}-{intensity}.wav'; {name:3} has three letters, {name:a} "
    "letters only, {name:d} digits only; {_} is left out, and **/ in front is any folders"
)
_ANYWHERE: Final = "**/"
_TOKEN: Final = re.compile(r"\{([^{}]*)\}|[^{}]+|[{}]")
_SUFFIX: Final = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_NAME: Final = re.compile(r"[^\W\d][\w.-]*")
_CHARACTERS: Final = {"": "[^/]", "a": r"[^\W\d_]", "d": "[0-9]"}

Values = tuple[str, ...]


@dataclass(frozen=True)
class _Piece:
    """A literal part of a pattern, or a field with what may stand in it."""

    written: str
    name: str | None = None  # None: a literal part
    spec: str = ""

    @property
    def fixed(self) -> bool:
        return self.name is None or self.spec.isdecimal()

    def ends(self, text: str, begin: int) -> Iterator[int]:
        """Where it may end in a text, if it begins there."""
        if self.name is None:
            if text.startswith(self.written, begin):
                yield begin + len(self.written)
            return
        most = int(self.spec) if self.fixed else len(text)
        run = _RUNS["" if self.fixed else self.spec].match(text, begin, begin + most)
        if run:
            yield from range(begin + most if self.fixed else begin + 1, run.end() + 1)


_RUNS: Final = {spec: re.compile(f"{of}+") for spec, of in _CHARACTERS.items()}


class Pattern:
    """A pattern of paths such as ``Actor_{speaker}/{_}-{emotion}.wav``.

    A field stands for one letter or more within one part of the path; one of a name that was
    there before has to say the same again. A path that fits in two ways fits in none: nothing
    would say which is meant.

    Args:
        text: the pattern, with or without the suffix.

    Raises:
        MalsoriError: it has no field, a field without a usable name, or two fields between which
            nothing says where one ends.

    Example:
        >>> pattern = Pattern("Actor_{speaker}/{_}-{emotion}.wav")
        >>> pattern.read("Actor_01/03-05.wav")
        {'speaker': '01', 'emotion': '05'}
        >>> pattern.read("Actor_01/03.wav")
        "fits as far as 'Actor_{speaker}/{_}', but no '-' follows"
        >>> Pattern("{speaker:2}{text:3}{emotion:1}{_:1}").read("03a01Fa.wav")
        {'speaker': '03', 'text': 'a01', 'emotion': 'F'}
        >>> Pattern("{speaker}_{emotion:a}{_:d}").read("DC_sa01.wav")
        {'speaker': 'DC', 'emotion': 'sa'}
    """

    def __init__(self, text: str) -> None:
        self.text = normal(text).removeprefix("./")
        found = _SUFFIX.search(self.text)
        self.suffix = found[0].lower() if found else None
        body = self.text.removesuffix(found[0]) if found else self.text
        self._anywhere = body.startswith(_ANYWHERE)
        body = body.removeprefix(_ANYWHERE)
        self._pieces = [_piece(token, self.text) for token in _TOKEN.finditer(body)]
        self._names = [piece.name for piece in self._pieces if piece.name is not None]
        self.fields = tuple(dict.fromkeys(name for name in self._names if name != IGNORED))
        if not self.fields:
            raise MalsoriError(f"pattern {self.text!r} has no field", hint=FORM)
        self._check_apart()
        self._quick = self._unmistakable()

    def read(self, path: str) -> dict[str, str] | str:
        """What the fields hold in a path below the folder, in NFC; or why it does not fit."""
        found = _SUFFIX.search(path)
        body, suffix = (path[: found.start()], found[0]) if found else (path, "")
        if self.suffix not in (None, suffix.lower()):
            return f"ends in {suffix or body[-4:]!r}, not in {self.suffix!r}"
        quick = self._quick.fullmatch(body) if self._quick else None
        if quick is not None:
            return self._named(quick.groups())
        ways, reached = self._ways(body)
        if not ways:
            return self._stops(body, reached)
        if len(ways) > 1:
            one, other = (", ".join(way) for way in ways[:2])
            return f"fits in several ways, {one} and {other}; say what a field holds, as {{x:d}}"
        return self._named(ways[0])

    def _named(self, values: Values) -> dict[str, str] | str:
        said: dict[str, str] = {}
        for name, value in zip(self._names, values, strict=True):
            if name != IGNORED and said.setdefault(name, value) != value:
                return f"says both {said[name]!r} and {value!r} for {name}"
        return said

    def _ways(self, path: str) -> tuple[list[Values], int]:
        """Two of the ways in which a path fits at the most, and how many pieces fit at best."""
        starts = [0]
        if self._anywhere:
            starts += [i + 1 for i, letter in enumerate(path) if letter == "/"]
        dead: set[tuple[int, int]] = set()
        ways: list[Values] = []
        reached = 0

        def go(piece: int, begin: int, values: Values) -> bool:
            nonlocal reached
            reached = max(reached, piece)
            if piece == len(self._pieces):
                ways.extend([values] if begin == len(path) else [])
                return begin == len(path)
            if (piece, begin) in dead:
                return False
            fits = False
            for end in self._pieces[piece].ends(path, begin):
                more = () if self._pieces[piece].name is None else (path[begin:end],)
                fits = go(piece + 1, end, (*values, *more)) or fits
                if len(ways) > 1:
                    return True
            if not fits:
                dead.add((piece, begin))
            return fits

        for start in starts:
            if len(ways) < 2:
                go(0, start, ())
        return ways, reached

    def _stops(self, path: str, reached: int) -> str:
        """Where a path leaves the pattern."""
        if not reached:
            return f"does not begin with {self._pieces[0].written!r}"
        fits = f"fits as far as {''.join(p.written for p in self._pieces[:reached])!r}"
        if reached == len(self._pieces):
            return f"{fits}, but {path!r} goes on"
        return f"{fits}, but no {self._pieces[reached].written!r} follows"

    def _check_apart(self) -> None:
        """Refuse fields of any length side by side, unless letters stand beside digits."""
        before: _Piece | None = None  # the last field of any length since the last literal part
        touching = False
        for piece in self._pieces:
            if piece.name is None:
                before = None
            elif piece.fixed:
                touching = False
            else:
                apart = before and touching and {before.spec, piece.spec} == {"a", "d"}
                if before is not None and not apart:
                    raise MalsoriError(
                        f"pattern {self.text!r}: nothing says where {before.written} ends and "
                        f"{piece.written} begins",
                        hint=FORM,
                    )
                before, touching = piece, True

    def _unmistakable(self) -> re.Pattern[str] | None:
        """Finds at once what fits in one way: no field holds a sign that stands between fields.

        None where letters stand between fields: they may be part of any field.
        """
        between = {p.written for p in self._pieces if p.name is None and p.written != "/"}
        signs = {c for text in between for c in text if not c.isalnum()}
        flexible = [p for p in self._pieces if not p.fixed]
        if self._anywhere or any(text.isalnum() for text in between) or not flexible:
            return None
        other = "".join(f"(?![{re.escape(sign)}])" for sign in sorted(signs))
        parts = []
        for piece in self._pieces:
            if piece.name is None:
                parts.append(re.escape(piece.written))
                continue
            of = _CHARACTERS["" if piece.fixed else piece.spec]
            parts.append(f"((?:{other}{of}){f'{{{piece.spec}}}' if piece.fixed else '+'})")
        return re.compile("".join(parts))


def _piece(token: re.Match[str], text: str) -> _Piece:
    written = token[0]
    if token[1] is None:
        if written in "{}":
            raise MalsoriError(f"pattern {text!r}: a lone {written!r}", hint=FORM)
        return _Piece(written)
    name, _, spec = (part.strip() for part in token[1].partition(":"))
    if spec not in _CHARACTERS and not (spec.isdecimal() and int(spec)):
        raise MalsoriError(f"pattern {text!r}: {spec!r} is no width and no class", hint=FORM)
    if name != IGNORED and not _NAME.fullmatch(name):
        raise MalsoriError(f"pattern {text!r}: {written} has no usable name", hint=FORM)
    return _Piece(written, name, spec)
