"""Labels out of file names."""

import re
import zipfile

import pytest

from malsori.corpus.adapters._file_pattern import Pattern
from malsori.corpus.adapters._pattern_example import fitting
from malsori.corpus.adapters.files import Files
from malsori.corpus.adapters.table import Table
from malsori.corpus.importing import import_corpus
from malsori.corpus.splits import make_split
from malsori.errors import MalsoriError


@pytest.fixture
def made(generator, tmp_path):
    (tmp_path / "acted").mkdir()
    generator("files").write(tmp_path / "acted")
    return generator("files"), tmp_path / "acted"


@pytest.mark.parametrize(
    ("pattern", "path", "said"),
    [
        (
            "Actor_{speaker}/{_}-{_}-{emotion}-{intensity}-{statement}-{repetition}-{speaker}.wav",
            "Actor_01/03-01-06-01-02-01-01.WAV",
            {"speaker": "01", "emotion": "06", "intensity": "01", "statement": "02",
             "repetition": "01"},
        ),
        (
            "{speaker:2}{statement:3}{emotion:1}{version:1}",
            "03a01Fa.wav",
            {"speaker": "03", "statement": "a01", "emotion": "F", "version": "a"},
        ),
        (
            "{speaker}_{statement}_{emotion}_{level}.wav",
            "1001_DFA_ANG_XX.wav",
            {"speaker": "1001", "statement": "DFA", "emotion": "ANG", "level": "XX"},
        ),
        ("{speaker}_{word}_{emotion}", "OAF_back_angry.wav",
         {"speaker": "OAF", "word": "back", "emotion": "angry"}),
        ("{speaker}_{emotion:a}{n:d}", "DC_sa01.wav",
         {"speaker": "DC", "emotion": "sa", "n": "01"}),
        ("**/{화자}반{감정}", "가/나/김반슬픔.flac", {"화자": "김", "감정": "슬픔"}),
        ("{a}x{b}", "1x2.wav", {"a": "1", "b": "2"}),
    ],
)  # fmt: skip
def test_what_names_of_known_corpora_say(pattern, path, said):
    assert Pattern(pattern).read(path) == said


@pytest.mark.parametrize(
    ("pattern", "path", "why"),
    [
        ("{a}_{b}", "1_2_3.wav", "fits in several ways, 1, 2_3 and 1_2, 3"),
        ("{a}x{b}", "1x2x3.wav", "fits in several ways"),
        ("{a}_{b:2}{c}", "x_1_yzz.wav", "fits in several ways"),
        ("{a}-{a}", "1-2.wav", "says both '1' and '2' for a"),
        ("{a}/{b}-{c}", "x/y_z.wav", "fits as far as '{a}/{b}', but no '-' follows"),
        ("{a:2}", "123.wav", "fits as far as '{a:2}', but '123' goes on"),
        ("{a:d}", "x.wav", "does not begin with '{a:d}'"),
        ("{a}.wav", "1.flac", "ends in '.flac', not in '.wav'"),
        ("{a}", "x/y.wav", "goes on"),
        ("{a}-{b}-{c}-{d}-{e}-{f}-{g}-{h}", "-" * 200 + ".wav", "fits in several ways"),
    ],
)  # fmt: skip
def test_what_does_not_fit_says_why(pattern, path, why):
    assert why in Pattern(pattern).read(path)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("calls.wav", "has no field"),
        ("{_}-{_:3}", "has no field"),
        ("{a}{b}", "nothing says where {a} ends and {b} begins"),
        ("{a:a}{b:2}{c:d}", "nothing says where {a:a} ends"),
        ("{a}{b:2}{c}", "nothing says where {a} ends"),
        ("{a:0}", "'0' is no width"),
        ("{a:x}", "'x' is no width and no class"),
        ("{}-{a}", "has no usable name"),
        ("{a}-{b", "a lone '{'"),
    ],
)
def test_a_pattern_that_says_nothing_certain_is_refused(pattern, why):
    with pytest.raises(MalsoriError) as error:
        Pattern(pattern)
    assert why in error.value.message
    assert error.value.hint.startswith("write a field")


def test_names_become_a_corpus_to_leave_speakers_out_of(made, tmp_path):
    module, folder = made
    report = import_corpus(Files(folder, **module.OPTIONS), tmp_path / "c", workers=1)
    assert (report.read, report.kept) == (11, 8)
    assert report.quarantined == {"no-record": 2, "unknown-label": 1}
    told = dict(report.corpus.quarantine.select("id", "detail").rows())
    assert "says both '01' and '02' for speaker" in told["Actor_01/03-01-01-02"]
    assert "fits as far as 'Actor_{speaker}/{_}', but no '-'" in told["Actor_02/take two"]
    rows = report.corpus.utterances
    assert report.corpus.tasks["mood"].classes == ("calm", "cross")
    assert rows["text"].drop_nulls().to_list() == ["아이들이 말해요"]
    assert rows["meta.statement"].to_list() == ["01", "02"] * 4
    notes = " ".join(report.notes)
    assert "mood: 1 row has a code that is in no map, left out: '03' (1 row)" in notes
    assert "text is what is written beside 1 recording" in notes
    assert "1 file is no recording, left alone: .md 1" in notes
    assert "the names say: speaker, task mood, meta.statement" in notes
    assert len(make_split(report.corpus, "each", leave_one_out="speaker", validation=0)) == 2
    further = {"test": 0.5, "validation": 0, "allow_leaks": ["group"]}
    make_split(report.corpus, "sentences", by=["statement"], **further)


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        (["mood=nominal"], "left out: '03' (1 row)"),
        (["mood=nominal:calm,cross,03"], "kept as it is: '03' (1 row)"),
        (["statement=nominal"], "kept as it is: '03' (1 row)"),  # mood is no task then
    ],
)
def test_what_becomes_of_a_code_in_no_map_is_what_is_told(made, tmp_path, tasks, said):
    module, folder = made
    report = import_corpus(Files(folder, **module.OPTIONS, tasks=tasks), tmp_path / "c", workers=1)
    assert any(f"mood: 1 row has a code that is in no map, {said}" in n for n in report.notes)
    assert report.quarantined.get("unknown-label", 0) == said.startswith("left out")


def test_without_a_pattern_one_that_fits_is_shown(made):
    _, folder = made
    for adapter in (Files, Table):
        with pytest.raises(MalsoriError) as refused:
            adapter(folder).read()
        shown = re.search(r"--pattern '(.+?)' fits (\S+)", refused.value.hint)
        assert (folder / shown[2]).is_file()
        assert Pattern(shown[1]).read(shown[2])


@pytest.mark.parametrize(
    ("paths", "pattern"),
    [
        (["a/x_1.wav", "a/x_2.wav", "odd.wav"], "a/x_{a}.wav"),
        (["03a01Fa.flac"], "{a}.flac"),
        (["{odd}.wav", "two.wav"], "{a}.wav"),
        (["a.txt/in {two words} 1.wav", "a.txt/in {two words} 2.wav"], ""),
        ([], ""),
    ],
)
def test_a_pattern_is_made_of_what_differs(paths, pattern):
    assert fitting(paths) == pattern


def test_an_archive_is_read_as_its_folder(made, tmp_path):
    module, folder = made
    with zipfile.ZipFile(tmp_path / "acted.zip", "w") as archive:
        for file in folder.rglob("*.*"):
            archive.write(file, file.relative_to(folder))
    packed = Files(tmp_path / "acted.zip", **module.OPTIONS).read().rows
    unpacked = Files(folder, **module.OPTIONS).read().rows
    assert packed.drop("audio").equals(unpacked.drop("audio"))
    inside = Files(tmp_path, pattern="acted/" + module.OPTIONS["pattern"]).read()
    assert inside.read == 22


def test_one_recording_is_no_folder(made):
    module, folder = made
    with pytest.raises(MalsoriError, match="is one recording"):
        Files(next(folder.rglob("*.wav")), **module.OPTIONS).read()


def test_where_nothing_fits_the_first_names_are_shown(made):
    module, folder = made
    with pytest.raises(MalsoriError) as error:
        Files(folder.parent, **module.OPTIONS).read()
    assert "none of 11 recordings" in error.value.message
    assert "acted/Actor_01/03-01-01-01.wav: does not begin with 'Actor_'" in error.value.message
    assert "--pattern '**/Actor_{speaker}/" in error.value.hint


def test_which_fields_are_tasks(made, tmp_path):
    _, folder = made
    pattern = "Actor_{speaker}/{_}-{mood}-{statement}-{_}"

    def tasks(**options):
        read = Files(folder, pattern=pattern, **options).read()
        return {task.name: task.classes for task in read.tasks}

    assert tasks() == {"mood": ("01", "02", "03")}, "a statement is no class to learn"
    assert tasks(tasks=["statement=nominal"]) == {"statement": ("01", "02")}
    codes = tmp_path / "codes.yaml"
    codes.write_text("{mood: {01: calm, 02: cross, 03: sad, 04: glad}}", "utf-8")
    assert tasks(codes=[str(codes)]) == {"mood": ("calm", "cross", "sad")}
    both = tasks(codes=[str(codes)], tasks=["mood=ordinal:sad,calm,cross"])
    assert both == {"mood": ("sad", "calm", "cross")}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, "--pattern says"),
        ({"pattern": "{audio}"}, "the audio is the file itself"),
        ({"pattern": "{mood}", "tasks": ["mod=nominal"]}, "task 'mod' is no field"),
        ({"pattern": "{mood}", "codes": ["mod:1=a"]}, "codes of 'mod'"),
        ({"pattern": "{mood}", "codes": ["1=a"]}, "are not understood"),
        ({"pattern": "{mood}", "codes": ["mood:1=a,1=b"]}, "means both 'a' and 'b'"),
        ({"pattern": "{mood}", "codes": ["nowhere.yaml"]}, "there is no such file"),
    ],
)
def test_wrong_options_are_refused_at_once(tmp_path, options, why):
    with pytest.raises(MalsoriError) as error:
        Files(tmp_path, **options)
    assert why in error.value.message


def test_times_beside_a_recording_are_no_transcript(made):
    module, folder = made
    (folder / "Actor_01/03-01-01-01.txt").unlink()
    (folder / "Actor_01/03-01-01-01.lab").write_text("0 1000 sil\n1000 2000 a\n", "utf-8")
    source = Files(folder, **module.OPTIONS).read()
    assert "text" not in source.rows.columns
    assert any("is no transcript" in note for note in source.notes)
