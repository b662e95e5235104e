"""What malsori says, in English and in Korean, with the particles that Korean needs.

A file `en/TOPIC.yaml` and its twin `ko/TOPIC.yaml` hold the strings of one topic; what is decided
elsewhere is only which key is said, with which numbers. How a field is written is the string's
business. Beside Python's formats there are

- `{share:.0f%}`: a share in per cent, 0.5 as 50 % (and `g%`);
- `{n:row has|rows have}`: the words that agree with a number, for 1 and for others;
- `{column:@column}`: a name in the string's language, where `column.NAME` is a string;
- `[[ ({example})]]`: what quotes the corpus, which pages leave out (`malsori.words.quotes`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from malsori.errors import MalsoriError
from malsori.io import read_yaml
from malsori.notes import Note
from malsori.words.quotes import chosen, plain

Lang = Literal["en", "ko"]
LANGS: Final[tuple[Lang, ...]] = ("en", "ko")

# Around a marked number while its sentence is put together; taken out of everybody's text.
_OPEN, _CLOSE, _BETWEEN = "\ue000", "\ue001", "\ue002"
_MARKS: Final = re.compile(f"[{_OPEN}{_CLOSE}{_BETWEEN}]")
_MARKED: Final = re.compile(f"{_OPEN}(\\d+){_BETWEEN}([^{_CLOSE}]*){_CLOSE}")

_HEAD: Final = re.compile(r"^(\w+):", re.MULTILINE)

_PARTICLES: Final = {
    "(은/는)": ("은", "는"),
    "(이/가)": ("이", "가"),
    "(을/를)": ("을", "를"),
    "(과/와)": ("과", "와"),
    "(으로/로)": ("으로", "로"),
}
_PARTICLE: Final = re.compile("|".join(re.escape(p) for p in _PARTICLES))
_SILENT: Final = f"\"'”’」)]}}» {_OPEN}{_CLOSE}"
_DIGITS_WITH_FINAL: Final = "013678"  # 영 일 삼 육 칠 팔
_LETTERS_WITH_FINAL: Final = "lmnLMNR"  # read as Korean reads them: 엘, 엠, 엔, 알


@dataclass(frozen=True)
class Mark:
    """A number in a text, with where it comes from.

    Attributes:
        text: As it is read.
        where: What names its origin: metric, run, task, condition, split ….

    Example:
        >>> Mark("0.612", {"metric": "skill"}).text
        '0.612'
    """

    text: str
    where: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text


Text = tuple[str | Mark, ...]
"""A sentence in pieces: plain words and marked numbers."""


class Words:
    """The strings of one language.

    Args:
        lang: `en` or `ko`.

    Raises:
        MalsoriError: There are no words in this language.

    Example:
        >>> Words("en")("unit.rows", n=3), Words("ko")("unit.rows", n=3)
        ('3 rows', '3개 행')
    """

    def __init__(self, lang: str = "en") -> None:
        if lang not in LANGS:
            raise MalsoriError(
                f"there are no words in language {lang!r}", hint=f"one of {', '.join(LANGS)}"
            )
        self.lang: Lang = lang

    def __call__(self, key: str, **fields: object) -> str:
        """The string of a key, with its fields filled in.

        Raises:
            KeyError: There is no such key, or a field is missing.
        """
        return self.say(Note(key, fields))

    def text(self, key: str, **fields: object) -> Text:
        """The same in pieces: a field that is a `Mark` stays one."""
        return self._text(Note(key, fields), None)

    def say(self, note: Note | str) -> str:
        """The sentence of a note, and of the notes inside it; what is no note is said as it is.

        A list inside a note is joined as a sentence does it.

        Raises:
            KeyError: There is no such key, or a field is missing.

        Example:
            >>> Words("ko").say(Note("unit.rows", {"n": 3}))
            '3개 행'
        """
        if isinstance(note, str):
            return note
        return "".join(str(piece) for piece in self._text(note, None))

    def marked(self, note: Note, **where: str) -> Text:
        """The same in pieces, every number of the note a `Mark`.

        Its origin is `where`, the names that stand in the note, and as `metric` the field's name.

        Example:
            >>> Words().marked(Note("unit.rows", {"n": 3}), run="a")
            (Mark(text='3', where={'metric': 'n', 'run': 'a'}), ' rows')
        """
        return self._text(note, where)

    def _text(self, note: Note, where: Mapping[str, str] | None) -> Text:
        marks: list[Mark] = []
        filled = self._filled(note, marks, where)
        return tuple(_pieces(_with_particles(filled), marks))

    def _filled(self, note: Note, marks: list[Mark], where: Mapping[str, str] | None) -> str:
        """The string of a note; its marks are added to those given, and stand in it as numbers."""
        if where is not None:
            where = {**where, **{k: v for k, v in note.fields.items() if isinstance(v, str)}}

        def keep(mark: Mark) -> str:
            marks.append(mark)
            return f"{_OPEN}{len(marks) - 1}{_BETWEEN}{_plain(mark.text)}{_CLOSE}"

        def fill(name: str, value: object) -> object:
            if isinstance(value, Mark):
                return keep(value)
            if isinstance(value, str):
                return _Name(_plain(value), self)
            if isinstance(value, Note):
                return _Name(self._filled(value, marks, where), self)
            if isinstance(value, (list, tuple)):
                return _List((fill(name, each) for each in value), self)
            origin = None if where is None else {"metric": name, **where}
            return _Number(value, lambda text: text if origin is None else keep(Mark(text, origin)))

        fields = {name: fill(name, value) for name, value in note.fields.items()}
        return chosen(self._string(note.key), fields).format(**fields)

    def unquoted(self, note: Note) -> Note:
        """The same note without what it quotes of a corpus: names, ids, what somebody said.

        Example:
            >>> Words().unquoted(Note("audit.text.same.seen", {"text": "hm", "transcripts": "9"}))
            Note(key='audit.text.same.seen', fields={'transcripts': '9'})
        """
        kept = plain(self._string(note.key))

        def bare(value: Any) -> Any:
            if isinstance(value, (list, tuple)):
                return [bare(each) for each in value]
            return self.unquoted(value) if isinstance(value, Note) else value

        return Note(note.key, {name: bare(v) for name, v in note.fields.items() if name in kept})

    def has(self, key: str) -> bool:
        """Whether there is a string of this key."""
        return key in _topic(self.lang, key)

    def named(self, family: str, name: str) -> str:
        """A known name in this language; any other as it is.

        Example:
            >>> Words("ko").named("part", "test"), Words("ko").named("part", "fold-1")
            ('테스트', 'fold-1')
        """
        key = f"{family}.{name}"
        return _topic(self.lang, key).get(key, name)

    def listed(self, names: list[str]) -> str:
        """Names one after the other, joined as a sentence does it.

        Example:
            >>> Words("en").listed(["a", "b", "c"]), Words("ko").listed(["하", "중", "상"])
            ('a, b and c', '하, 중, 상')
        """
        if len(names) < 2:
            return "".join(names)
        key = "list" if len(names) > 2 else "list_two"
        head = ", ".join(names[:-1])
        return _with_particles(self._string(key).format(head=head, last=names[-1]))

    def _string(self, key: str) -> str:
        return _topic(self.lang, key)[key]


class _Name(str):
    """A name in a string."""

    words: Words

    def __new__(cls, text: str, words: Words) -> _Name:
        made = super().__new__(cls, text)
        made.words = words
        return made

    def __format__(self, spec: str) -> str:
        if spec.startswith("@"):
            return self.words.named(spec[1:], str(self))
        return format(str(self), spec)


class _List(list[object]):
    """Names or numbers in a string, one after the other; each has the format of all."""

    def __init__(self, items: Iterable[object], words: Words) -> None:
        super().__init__(items)
        self.words = words

    def __format__(self, spec: str) -> str:
        return self.words.listed([format(item, spec) for item in self])


@dataclass(frozen=True)
class _Number:
    """A number in a string."""

    value: Any
    keep: Callable[[str], str]

    def __format__(self, spec: str) -> str:
        if "|" in spec:
            one, several = spec.split("|")
            return one if self.value == 1 else several
        if spec.endswith(("f%", "g%")):
            return self.keep(f"{format(100 * self.value, spec[:-1])} %")
        return self.keep(format(self.value, spec))


def strings(lang: Lang) -> dict[str, str]:
    """Key → string of one language, of all topics.

    Raises:
        ValueError: Two files have the same key.

    Example:
        >>> strings("ko").keys() == strings("en").keys()
        True
    """
    found: dict[str, str] = {}
    for files in _files(lang).values():
        found |= _strings_in(files)
    return found


def _topic(lang: Lang, key: str) -> dict[str, str]:
    """The strings among which a key is, if there is one: most commands say little."""
    return _strings_in(_files(lang).get(key.partition(".")[0], ()))


@cache
def _files(lang: Lang) -> dict[str, tuple[Path, ...]]:
    """Head of a key → the files that have it, which are not parsed for it."""
    found: dict[str, tuple[Path, ...]] = {}
    for file in sorted((Path(__file__).parent / lang).glob("*.yaml")):
        for head in _HEAD.findall(file.read_text("utf-8")):
            found[head] = (*found.get(head, ()), file)
    return found


@cache
def _strings_in(files: tuple[Path, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in files:
        for key, string in _in_file(file).items():
            if key in found:
                raise ValueError(f"{file}: {key} is said twice")
            found[key] = string
    return found


@cache
def _in_file(file: Path) -> dict[str, str]:
    return dict(_flat(read_yaml(file)))  # in which a key that is there twice is an error


def _flat(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{key}.")
        else:
            yield key, str(value)


def _plain(text: str) -> str:
    return _MARKS.sub("", text)


def _pieces(filled: str, marks: list[Mark]) -> Iterator[str | Mark]:
    end = 0
    for found in _MARKED.finditer(filled):
        if found.start() > end:
            yield filled[end : found.start()]
        yield marks[int(found[1])]
        end = found.end()
    if end < len(filled):
        yield filled[end:]


def _with_particles(text: str) -> str:
    """Picks the particle that goes with the sound before it: 긴급도(은/는) → 긴급도는."""

    def pick(found: re.Match[str]) -> str:
        final, none = _PARTICLES[found[0]]
        before = text[: found.start()].rstrip(_SILENT)
        if found[0] == "(으로/로)" and _ends_in_rieul(before):
            return none
        return final if _has_final(before) else none

    return _PARTICLE.sub(pick, text)


def _has_final(text: str) -> bool:
    """Whether the last sound of a text is a consonant, as a Korean reads it."""
    last = text[-1:]
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28 > 0
    return last in _DIGITS_WITH_FINAL + _LETTERS_WITH_FINAL if last else False


def _ends_in_rieul(text: str) -> bool:
    last = text[-1:]
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28 == 8
    return last in "178lLR" if last else False
