import json

import pytest

from malsori.cli import main
from malsori.errors import MalsoriError
from malsori.report.writing import write_report
from malsori.training import Run


def test_three_files_that_are_the_same_every_time(make):
    run, out = make.run(), make.folder / "deep" / "out.html"
    files = [out, out.with_suffix(".md"), out.with_suffix(".json")]
    write_report([run], out, resamples=20)
    first = [f.read_bytes() for f in files]
    write_report([run], out, resamples=20)
    assert [f.read_bytes() for f in files] == first


def test_no_file_of_somebody_else_is_overwritten(make):
    run = make.run()
    before = (run / "run.json").read_bytes()
    with pytest.raises(MalsoriError, match="is no report"):
        write_report([run], run / "run.html", resamples=20)
    assert (run / "run.json").read_bytes() == before
    assert not (run / "run.html").exists()
    (make.folder / "README.md").write_text("mine")
    with pytest.raises(MalsoriError, match=r"README\.md"):
        write_report([run], make.folder / "README.html", resamples=20)
    with pytest.raises(MalsoriError, match=r"an \.html file"):
        write_report([run], make.folder / "out.pdf", resamples=20)


def test_transcripts_need_the_corpus_of_the_run(make):
    with pytest.raises(MalsoriError, match="--include-text needs the corpus") as error:
        write_report([make.run()], make.folder / "out.html", include_text=True, resamples=20)
    assert "--corpus" in error.value.hint


def test_a_corpus_that_has_changed_is_refused(make):
    from malsori.corpus import CorpusSpec, write_corpus

    spec = CorpusSpec(name="other", adapter="table", tasks=(make.urgency,))
    import polars as pl

    other = write_corpus(make.folder / "corpus", spec, pl.DataFrame({"id": ["a"]}))
    with pytest.raises(MalsoriError, match="another corpus"):
        write_report(
            [make.run()],
            make.folder / "out.html",
            include_text=True,
            corpus=other.path,
            resamples=20,
        )


@pytest.fixture
def malsori(monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr("sys.argv", ["malsori", *map(str, words)])
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code or 0
        out, err = capsys.readouterr()
        return status, out, err

    return run


def test_the_command(malsori, make):
    runs = [make.run("a"), make.run("b", seed=1)]
    status, out, err = malsori("report", *runs, "--lang", "ko", "--baseline", runs[1])
    assert (status, err) == (0, "")
    assert (runs[0] / "report.html").exists()
    assert str(runs[0] / "report.html") in out
    status, out, _ = malsori("report", runs[0], "--out", make.folder / "x.html", "--json")
    assert status == 0
    assert {k: v.rpartition("/")[2] for k, v in json.loads(out).items()} == {
        "html": "x.html", "md": "x.md", "json": "x.json"}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "is no run"),
        (["{run}", "--lang", "fr"], "'fr' is not one of 'en', 'ko'"),
        (["{run}", "--baseline", "nowhere"], "is none of the runs"),
        (["{run}", "--out", "report.pdf"], "is an .html file"),
    ],
)
def test_wrong_use_ends_with_2_and_a_message(malsori, make, words, said):
    run = str(make.run())
    status, _, err = malsori("report", *[w.replace("{run}", run) for w in words])
    assert status == 2
    assert said in err
    assert "Traceback" not in err


def test_no_id_leaves_where_no_mistake_is_listed(make, tmp_path):
    run = make.run()
    ids = set(Run.open(run).predictions()["id"])
    said = {}
    for most in (8, 0):
        page = write_report([run], tmp_path / f"{most}.html", mistakes=most, resamples=20)
        texts = [page.with_suffix(f".{k}").read_text("utf-8") for k in ("html", "md", "json")]
        said[most] = [
            any(f">{i}<" in t or f'"{i}"' in t or f"| {i} |" in t for i in ids) for t in texts
        ]
    assert said == {8: [True] * 3, 0: [False] * 3}
