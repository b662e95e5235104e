import re
from pathlib import Path
from string import Formatter

import pytest

import malsori
from malsori.errors import MalsoriError
from malsori.notes import Note
from malsori.words import Mark, Words, strings
from malsori.words.quotes import chosen

SOURCES = sorted(Path(malsori.__file__).parent.rglob("*.py"))
SAME = {"malsori", "python", "torch", "numpy", "polars"}


def placeholders(string: str) -> set[str]:
    """The names of the fields that a string shows; one that only chooses a form is none."""
    return {name for _, name, spec, _ in Formatter().parse(string) if name and "|" not in str(spec)}


def test_both_languages_say_the_same_things():
    english, korean = strings("en"), strings("ko")
    assert english.keys() == korean.keys()
    for key, string in english.items():
        assert placeholders(string) == placeholders(korean[key]), key


def test_korean_is_korean():
    bare = re.compile(r"\{[^}]*\}")
    for key, string in strings("ko").items():
        if re.search("[A-Za-z]{5,}", bare.sub("", string)) and key.split(".")[-1] not in SAME:
            assert re.search("[가-힣]", string), key


def test_every_key_that_the_code_names_exists():
    named = re.compile(r'\b(?:words(?:\.text)?|Note)\(\s*"([a-z0-9_-]+\.[a-z0-9_.-]+)"')
    found = {key for path in SOURCES for key in named.findall(path.read_text("utf-8"))}
    assert len(found) > 80
    assert found <= strings("en").keys()


def test_every_note_that_the_code_makes_has_words():
    made = re.compile(r'\b(?:Note|found)\(\s*"([a-z0-9_.]+)"')
    found = {key for path in SOURCES for key in made.findall(path.read_text("utf-8"))}
    assert len(found) > 50
    known = strings("en").keys()
    assert {k for k in found if k not in known and f"{k}.do" not in known} == set()


def test_a_form_is_chosen_by_a_number():
    words = Words("en")
    assert words("noun.row", n=1) == "row"
    assert words("noun.row", n=2) == "rows"
    assert words("noun.labelled_row", n=0) == "labelled rows"


@pytest.mark.parametrize(
    ("name", "topic", "joined", "towards"),
    [
        ("긴급도", "긴급도는", "긴급도와", "긴급도로"),
        ("감정", "감정은", "감정과", "감정으로"),
        ("서울", "서울은", "서울과", "서울로"),
        ("0.583", "0.583은", "0.583과", "0.583으로"),
        ("run 7", "run 7은", "run 7과", "run 7로"),
        ("both", "both는", "both와", "both로"),
        ("norm", "norm은", "norm과", "norm으로"),
        ("[0.1, 0.2]", "[0.1, 0.2]는", "[0.1, 0.2]와", "[0.1, 0.2]로"),
        ("감정 (부)", "감정 (부)는", "감정 (부)와", "감정 (부)로"),
    ],
)
def test_particles_follow_the_sound(name, topic, joined, towards):
    from malsori.words import _with_particles

    assert _with_particles(f"{name}(은/는)") == topic
    assert _with_particles(f"{name}(과/와)") == joined
    assert _with_particles(f"{name}(으로/로)") == towards


def test_a_marked_number_stays_one_and_decides_the_particle():
    text = Words("ko").text(
        "modalities.less", task="긴급도", missing="음성", left="텍스트",
        both=Mark("0.3", {"metric": "a"}), alone=Mark("0.1"), difference=Mark("0.2"),
    )  # fmt: skip
    assert Mark("0.3", {"metric": "a"}) in text
    assert "음성이 없으면 스킬이 0.3에서 0.1로" in "".join(map(str, text))


def test_fields_cannot_forge_marks_or_fields():
    words = Words("en")
    text = words.text("caution.of", task="\ue0000\ue002x\ue001{task}", caution="{n:a|b}")
    assert text == ("0x{task}: {n:a|b}",)


class TestANoteInPieces:
    """Its numbers, names and the notes inside it."""

    NOTE = Note(
        "split.made_grouped", {"column": "split", "share": 0.12, "by": ["speaker", "meta.film"]}
    )

    def test_numbers_are_marked_and_names_are_translated(self):
        text = Words("ko").marked(self.NOTE, run="r")
        where = {"metric": "share", "run": "r", "column": "split"}
        assert [p for p in text if isinstance(p, Mark)] == [Mark("12 %", where)]
        assert "화자와 meta.film별로" in "".join(map(str, text))

    @pytest.mark.parametrize(("n", "said"), [(1, "1 row has"), (0, "0 rows have"), (2, "2 rows")])
    def test_words_agree_with_their_number(self, n, said):
        note = Note("split.dropped", {"n": n, "column": "call"})
        assert Words().say(note).startswith(said)

    def test_a_note_inside_keeps_the_names_of_the_one_around_it(self):
        inside = Note("leak.text", {"column": "text", "leak": 1, "leak_rows": 2})
        text = Words("en").marked(Note("split.allowed", {"leak": inside}), run="r")
        where = {"run": "r", "column": "text"}
        assert [p for p in text if isinstance(p, Mark)] == [
            Mark("1", {"metric": "leak", **where}), Mark("2", {"metric": "leak_rows", **where}),
        ]  # fmt: skip

    def test_particles_follow_a_marked_number(self):
        note = Note("caution.accuracy_equals",
                    {"accuracy_value": 0.583, "majority_accuracy_value": 0.583})  # fmt: skip
        assert "정확도 0.583은" in Words("ko").say(note)
        assert "0.583은" in "".join(map(str, Words("ko").marked(note)))


def test_another_language_is_refused():
    with pytest.raises(MalsoriError, match="'fr'"):
        Words("fr")


PLAIN = set(
    re.findall(
        r"\w+",
        "at attribute beyond by by_chance channel class classes column counted few folds kind "
        "labelled leak limit long made_for measure median medians metric modality n name "
        "named names of of_what other pairs part parts preset rates_of reach recordings "
        "recordings_of rows_of scored share shares short side split task transcripts "
        "unit value values warned what where why",
    )
)
"""Fields of findings that hold no name, id or sentence of anybody: what holds one is a quote."""


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_a_finding_quotes_is_marked(lang):
    told = ("audit", "split", "leak", "features")
    for key, string in strings(lang).items():
        if key.startswith("split.") or (key.split(".")[0] in told and key.endswith(".seen")):
            bare = {n for _, n, spec, _ in Formatter().parse(chosen(string, ())) if n and not spec}
            assert bare <= PLAIN, key
        english = placeholders(chosen(strings("en")[key], ()))
        assert placeholders(chosen(string, ())) == english, key


def test_a_quote_is_told_or_left_out():
    words, fields = Words("en"), {"transcripts": "9 transcripts", "text": "'hm'"}
    note = Note("audit.text.same.seen", fields)
    assert words.say(note) == "9 transcripts have the same text ('hm')"
    assert words.say(words.unquoted(note)) == "9 transcripts have the same text"
    kind = Note("audit.shift.kind.of_column", {"value": "[[x]]"})
    assert words.say(kind) == "[[x]]"
    assert words.say(words.unquoted(kind)) == "one of the values"
