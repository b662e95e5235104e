"""`malsori start`: one command, and never the numbers of something else."""

import json
import shlex

import numpy as np
import pytest
import soundfile

QUICK = ["--set", "training.epochs=1", "--set", "balance.monitor=null"]


@pytest.fixture
def calls(tmp_path):
    """Texts of 24 speakers from six regions, each region's in one call centre."""
    lines = ["id,who,region,text,mood"]
    for i in range(96):
        mood = ("calm", "cross")[i % 2]
        word = "고마워요" if mood == "calm" else "화가 나요"
        said = f"{word} {'가나다라마바사아자차카타'[i // 8]}{i}번"
        lines.append(f"u{i},s{i // 4},r{i // 16},{said},{mood}")
    file = tmp_path / "calls.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


@pytest.fixture
def start(malsori, calls, tmp_path):
    def run(*words, source=calls, mapping=("--map", "speaker=who")):
        said = ["start", source, "--out", tmp_path / "out", "--task", "mood=nominal", *QUICK]
        return malsori(*said, *mapping, *words)

    return run


def state_of(folder):
    return json.loads((folder / "run.json").read_text("utf-8"))


def test_another_grouping_is_another_run(start, tmp_path, malsori, monkeypatch):
    out = tmp_path / "out"
    status, said, err = start()
    assert status == 0, err
    assert "In order: " in said, "the audit was not shown"
    page = (out / "report.html").read_bytes()
    status, said, err = start("--by", "who", "--by", "region", "--allow-leak", "group")
    assert (status, (out / "report.html").read_bytes()) == (2, page)
    assert "no column 'who' to group by" in err
    status, said, err = start("--by", "region", "--by", "meta.region")
    assert "--by is said twice: region and meta.region" in err
    status, said, err = start("--by", "region")
    assert status == 0, err
    assert state_of(out / "run-by-region")["split"]["by"] == ["meta.region"]
    assert state_of(out / "run")["split"]["by"] == ["speaker"]
    assert (out / "report.html").read_bytes() == page
    assert f"report: {out}/report-by-region.html" in said

    monkeypatch.chdir(tmp_path.parent)  # the recipe means the same from anywhere
    line = said.strip().splitlines()[-1]
    assert line.strip().startswith(f"malsori train {out}/recipe-by-region.yaml --out {out}/run2")
    status, said, err = malsori(*shlex.split(line)[1:])
    assert status == 0, err
    assert (
        state_of(out / "run2")["recipe_digest"] == state_of(out / "run-by-region")["recipe_digest"]
    )

    recipe = (out / "recipe.yaml").read_bytes()
    status, said, err = start("--set", "training.seed=4")
    assert status == 2
    assert "holds a run of another recipe: training.seed: 0 → 4" in err
    assert (out / "recipe.yaml").read_bytes() == recipe, "the recipe is not the run's any more"

    status, said, err = start("--fresh", mapping=("--map", "speaker=region"))
    assert status == 0, err
    assert not (out / "run-by-region").exists()
    assert not (out / "report-by-region.html").exists()
    assert (out / "run2").exists(), "start did not make it"


def test_what_stays_together_has_to_be_said(start, tmp_path):
    status, _, err = start(mapping=())
    assert status == 2
    assert "no column says who speaks" in err
    assert "add --map speaker=COLUMN" in err
    assert "--by who (24 of them); --by region (6 of them); --by text" in err
    status, said, err = start()  # nothing was trained, so nothing has to be deleted first
    assert status == 0, err
    assert "is imported anew: it is of another --map" in said
    status, _, err = start(mapping=("--map", "speaker=region"))
    assert status == 2
    assert "was begun with another --map" in err


def test_leaks_are_accepted_by_name_only(start, calls):
    content = calls.read_text("utf-8").replace("u95,s23,r5", "u95,s23,r0")
    calls.write_text(content, "utf-8")
    status, _, err = start("--by", "region")
    assert status == 2
    assert "the same speaker in several parts" in err
    assert "--allow-leak group" in err
    accepted = ["--by", "region", "--allow-leak", "group"]
    status, said, err = start(*accepted)
    assert status == 0, err
    assert "The audit found 1 serious thing in this corpus" in said
    assert "leaks (by-region)" in said
    assert start(*accepted)[0] == 0
    status, _, err = start("--by", "region")
    assert status == 2
    assert "the split 'by-region' that is there accepts leaks (group)" in err


def test_other_recordings_under_the_same_names_are_seen(malsori, tmp_path):
    rng = np.random.default_rng(0)
    for i in range(24):
        (tmp_path / "acted" / f"s{i // 4}").mkdir(parents=True, exist_ok=True)
        name = f"acted/s{i // 4}/{i}-{('calm', 'cross')[i % 2]}.wav"
        soundfile.write(tmp_path / name, rng.normal(0, 0.1, 4000), 8000)
    words = ["start", tmp_path / "acted", "--pattern", "{speaker}/{_}-{mood}", "--out",
             tmp_path / "out", "--workers", "1", *QUICK]  # fmt: skip
    status, said, err = malsori(*words)
    assert status == 0, err
    assert "the names say: speaker, task mood" in said
    assert malsori(*words)[0] == 0
    soundfile.write(tmp_path / "acted/s0/0-calm.wav", rng.normal(0, 0.1, 5000), 8000)
    status, _, err = malsori(*words)
    assert status == 2
    assert "was begun with another SOURCE and another length of a recording" in err
    status, _, err = malsori(*words, "--codes", "mood:calm=quiet,cross=loud")
    assert "another --codes" in err


@pytest.fixture
def published(calls):
    """The same calls, of which the source says who is tested."""
    head, *lines = calls.read_text("utf-8").splitlines()
    part = ["Train"] * 56 + ["dev"] * 16 + ["test"] * 24
    rows = [f"{line},{name}" for line, name in zip(lines, part, strict=True)]
    calls.write_text("\n".join([f"{head},split", *rows]) + "\n", "utf-8")
    return calls


def test_a_published_split_is_the_one_that_is_made(start, published, tmp_path, malsori):
    status, said, err = start()
    assert status == 0, err
    said = " ".join(said.split())
    assert "(column split: training 56, validation 16, test 24); --by COLUMN makes" in said
    run = state_of(tmp_path / "out" / "run")
    assert run["rows"] == {"train": 56, "validation": 16, "test": 24}
    assert run["split"]["name"] == "published"
    shown = malsori("corpus", "show", tmp_path / "out" / "corpus")[1]
    assert "published split (corpus split" not in shown, "one is made from it"
    status, said, err = start()
    assert (status, "using " in said) == (0, True), err
    assert state_of(tmp_path / "out" / "run")["split"] == run["split"]

    status, said, err = start("--by", "who", "--lang", "ko", mapping=())
    assert status == 2, "the map is another"
    status, said, err = start("--by", "speaker")
    assert status == 0, err
    assert "is not used: --by asks for another" in " ".join(said.split())
    assert state_of(tmp_path / "out" / "run-by-speaker")["split"]["by"] == ["speaker"]


def test_a_published_split_that_leaks_is_refused_with_both_ways_out(start, published):
    text = published.read_text("utf-8")
    published.write_text(text.replace("u95,s23", "u95,s0"), "utf-8")
    status, _, err = start()
    assert status == 2
    assert "the same speaker in several parts" in err
    assert "--by speaker in place of the published one" in " ".join(err.split())
    assert "--allow-leak group" in err
    status, _, err = start("--allow-leak", "group")
    assert status == 0, err


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("test", "dev"), "is not used: it has no test rows"),
        (("Train", "fold 1"), "is not used: it also holds 'fold 1', no part of a split"),
    ],
)
def test_a_published_split_that_cannot_be_used_is_told(start, published, tmp_path, change, why):
    published.write_text(published.read_text("utf-8").replace(f",{change[0]}", f",{change[1]}"))
    status, said, err = start()
    assert status == 0, err
    assert why in " ".join(said.split())
    assert state_of(tmp_path / "out" / "run")["split"]["name"] == "by-speaker"
