"""The commands as a person types them."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml

from malsori import __version__


@pytest.fixture
def table(tmp_path):
    """80 clips of 8 speakers: a high or a low tone, and a text that says nothing of it."""
    rng = np.random.default_rng(0)
    folder = tmp_path / "calls"
    folder.mkdir()
    lines = ["file,script,mood,speaker"]
    for i in range(80):
        high = i % 2
        time = np.arange(4000) / 8000
        tone = 0.3 * np.sin(2 * np.pi * (300 + 500 * high) * time) + rng.normal(0, 0.01, 4000)
        soundfile.write(folder / f"{i}.wav", tone, 8000)
        lines.append(f"{i}.wav,불이 났어요 {i} 번째,{'calm' if high else 'cross'},s{i // 10}")
    (folder / "calls.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder / "calls.csv"


@pytest.fixture
def tiny_run(malsori, recipe, tmp_path):
    assert malsori("train", recipe, "--out", tmp_path / "run")[0] == 0
    return tmp_path / "run"


def test_own_data_from_a_table_to_a_prediction(malsori, table, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mapping = ["--map", "audio=file", "--map", "text=script"]
    status, out, err = malsori(
        "corpus", "import", "table", table, "mine", *mapping, "--task", "mood=nominal"
    )
    assert status == 0, err
    assert "80" in out
    status, out, err = malsori("corpus", "split", "mine", "--name", "by-speaker", "--by", "speaker")
    assert status == 0, err
    assert "saved: by-speaker" in out

    status, out, err = malsori("corpus", "show", "mine", "--split", "by-speaker", "--json")
    assert status == 0, err
    assert json.loads(out)["rows"] == 80
    status, out, err = malsori("corpus", "show", "mine", "--figure", "mine.svg")
    assert status == 0, err
    assert (tmp_path / "mine.svg").read_text("utf-8").startswith("<svg ")

    changes = ["corpus.path=mine", "tasks=[mood]", "training.epochs=8", "training.threads=1",
               "training.batch_size=16", "training.optimizer.lr=0.01"]  # fmt: skip
    options = [word for change in changes for word in ("--set", change)]
    status, out, err = malsori("embed", "demo", *options, "--json")
    assert status == 0, err
    assert json.loads(out)["speech"]["done"] == 80
    status, out, err = malsori("train", "demo", *options, "--out", "run", "--json")
    assert status == 0, err
    found = [r for r in json.loads(out)["evaluation"]["results"] if r["split"] == "test"]
    assert {r["condition"] for r in found} == {"speech+text", "speech", "text"}
    assert (
        next(r for r in found if r["condition"] == "speech")["numbers"]["accuracy"]["value"] > 0.8
    )

    status, out, err = malsori("evaluate", "run")
    assert status == 0, err
    assert "skill" in out
    wav = table.parent / "0.wav"
    status, out, err = malsori("predict", "run", wav, "--text", "불이 났어요", "--json")
    assert status == 0, err
    answer = json.loads(out)[0]
    assert answer["labels"] == {"mood": "cross"}
    assert answer["modalities"] == ["speech", "text"]
    wav.with_suffix(".txt").write_text("불이 났어요", "utf-8")
    assert json.loads(malsori("predict", "run", wav, "--json")[1])[0] == answer


def test_own_data_in_one_command(malsori, table, tmp_path):
    out = tmp_path / "first"
    words = ["start", table, "--out", out, "--map", "audio=file", "--map", "text=script",
             "--task", "mood=nominal", "--set", "training.epochs=3", "--lang", "ko"]  # fmt: skip
    status, said, err = malsori(*words)
    assert status == 0, err
    assert "테스트: 무엇을 배웠나" in said
    assert "결론" in (out / "report.html").read_text("utf-8")
    status, said, err = malsori(*words)
    assert status == 0, err
    assert "which is there already" in said
    assert malsori("train", out / "recipe.yaml", "--out", out / "run")[0] == 0
    before = (out / "run" / "run.json").read_text("utf-8")

    status, said, err = malsori(*words, "--task", "mood=nominal:calm,cross")
    assert status == 2
    assert "was begun with another --task" in err
    content = table.read_text("utf-8")
    table.write_text(content.replace("cross", "kross").replace("calm", "cross"), "utf-8")
    status, said, err = malsori(*words)
    assert status == 2, "numbers of another table were shown for this one"
    assert f"{out}: was begun with another SOURCE\n  hint: choose another --out, or --fresh" in err
    assert (out / "run" / "run.json").read_text("utf-8") == before
    status, said, err = malsori(*words, "--fresh")
    assert status == 0, err
    assert "kross" in said
    assert malsori(*words)[0] == 0


def test_own_data_of_every_kind_in_one_command(malsori, tmp_path):
    rng = np.random.default_rng(0)
    words = {"열": "열이 나요", "통증": "배가 아파요", "구토": "토했어요"}
    lines = []
    for i in range(160):
        has = [name for name in words if rng.random() < 0.4]
        hurry = int(rng.integers(1, 6))
        text = " ".join([*(words[name] for name in has), "빨리요 " * hurry, f"{i}번지"])
        lines.append({"id": f"c{i:03}", "speaker": f"s{i // 4}", "text": text, "symptom": has,
                      "hurry": hurry, "urgency": "상" if hurry > 3 else "하"})  # fmt: skip
    file = tmp_path / "calls.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    tasks = ["symptom=multilabel", "hurry=regression:1..5", "urgency=ordinal:하,상"]
    status, said, err = malsori(
        "start", file, "--out", tmp_path / "out", *(w for t in tasks for w in ("--task", t)),
        "--set", "training.epochs=15", "--set", "training.batch_size=16",
        "--set", "training.optimizer.lr=0.01",
    )  # fmt: skip
    assert status == 0, err
    for part in ("learned (multilabel)", "learned (regression)", "CCC", "average precision"):
        assert part in said
    assert "predicted for which label" in (tmp_path / "out/report.html").read_text("utf-8")
    note = tmp_path / "note.txt"
    note.write_text("배가 아파요 열이 나요 빨리요 빨리요 빨리요 빨리요 빨리요", "utf-8")
    status, said, err = malsori("predict", tmp_path / "out/run", note, "--json")
    assert status == 0, err
    labels = json.loads(said)[0]["labels"]
    assert labels["symptom"] == ["열", "통증"]
    assert 3 < labels["hurry"] <= 5
    assert labels["urgency"] == "상"
    status, said, err = malsori("predict", tmp_path / "out/run", note)
    assert status == 0, err
    assert "symptom 열 + 통증" in said
    assert "each class by itself" in said


def test_one_command_without_speakers_says_what_is_missing(malsori, table, tmp_path):
    status, _, err = malsori(
        "start", table, "--out", tmp_path / "x", "--map", "audio=file", "--task", "mood=nominal",
        "--by", "spaeker",
    )  # fmt: skip
    assert status == 2
    assert "did you mean 'speaker'" in err


def test_one_bad_file_loses_no_answer(malsori, tiny_run, tmp_path):
    good, bad = tmp_path / "good.txt", tmp_path / "bad.wav"
    good.write_bytes("빨리 와 주세요".encode("cp949"))
    status, out, err = malsori("predict", tiny_run, good, bad, tmp_path, "--json")
    assert status == 2
    answers = json.loads(out)
    assert answers[0]["labels"]["urgency"] in {"하", "상"}
    assert [Path(a["file"]).name for a in answers[1:]] == ["bad.wav", tmp_path.name]
    assert "bad.wav: no such file" in err
    assert "is a folder" in err


def test_the_middle_of_an_ordinal_answer_is_explained(malsori, tiny_run, tmp_path, monkeypatch):
    from malsori.training import Answer, Predictor

    shares = {"urgency": {"하": 0.45, "중": 0.1, "상": 0.45}}
    answer = Answer("a.txt", ["text"], {"urgency": "중"}, shares)
    monkeypatch.setattr(Predictor, "predict_each", lambda *_, **__: [answer])
    _, out, _ = malsori("predict", tiny_run, "a.txt")
    assert "urgency is ordinal: the answer is the middle of its distribution" in out
    assert [line.split()[1] for line in out.splitlines()[2:5]] == ["하", "중", "상"]


def test_a_split_that_is_not_there_and_other_peoples_folders(malsori, recipe, tmp_path):
    status, _, err = malsori("train", recipe, "--set", "corpus.split=nope", "--out", tmp_path / "x")
    assert status == 2
    assert "it has by-speaker" in err
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("…")
    status, _, err = malsori("train", recipe, "--out", tmp_path / "mine")
    assert status == 2
    assert "holds other things than a run ('thesis.tex'" in err
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("encoders.text.dim=0", "dim"),
        ("balance.weighting.weights={urgensy: 1}", "did you mean 'urgency'?"),
        ("tasks=[urgensy]", "did you mean 'urgency'?"),
        ("corpus.split=nope", "it has by-speaker"),
        ("tasks={urgency: 1}", "write a list"),
        ("training.device=gpu", "training.device: 'gpu' cannot be used here"),
    ],
)
def test_validate_refuses_what_training_would_refuse(malsori, recipe, change, said):
    assert malsori("recipe", "validate", recipe)[0] == 0
    status, _, err = malsori("recipe", "validate", recipe, "--set", change)
    assert status == 2
    assert said in err


def test_vectors_are_read_by_the_encoder_that_the_hint_names(malsori, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    y = np.array(["a", "b"] * 40)
    np.savez(
        "f.npz",
        id=[f"u{i}" for i in range(80)],
        mood=y,
        speaker=[f"s{i // 8}" for i in range(80)],
        speech=rng.normal(size=(80, 4)) + (y == "a")[:, None],
    )
    status, _, err = malsori(
        "corpus", "import", "embeddings", "f.npz", "c", "--task", "mood=nominal"
    )
    assert status == 0, err
    assert malsori("corpus", "split", "c", "--name", "by-speaker", "--by", "speaker")[0] == 0
    options = ["--set", "corpus.path=c", "--set", "tasks=[mood]", "--set", "encoders.text=null"]
    status, _, err = malsori("train", "demo", *options)
    assert status == 2
    hint = "--set encoders.speech.kind=precomputed"
    assert hint in err
    more = [*hint.split(), "--set", "training.epochs=2", "--out", "run"]
    assert malsori("train", "demo", *options, *more)[0] == 0


def test_ctrl_c_says_that_nothing_is_lost():
    code = (
        "import os, signal\nimport malsori.cli.recipe as r\n"
        "def stop(*_): os.kill(os.getpid(), signal.SIGINT)\n"
        "import malsori.recipe_schema\nmalsori.recipe_schema.json_schema = stop\n"
        "import sys; sys.argv = ['malsori', 'recipe', 'schema']\n"
        "from malsori.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr.strip() == "interrupted; the same command continues where it stopped"


def test_links_in_a_circle_and_files_in_the_way_are_one_message(malsori, table, tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    for place, hint in (("loop/x", "links lead round"), ("calls.csv/x", "name another folder")):
        (tmp_path / "calls.csv").touch()
        status, _, err = malsori("corpus", "import", "table", table, tmp_path / place)
        assert status == 2
        assert place.partition("/")[0] in err
        assert hint in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_words_that_cannot_be_written_change_nothing():
    code = "import sys; sys.argv = ['malsori', 'recipe', 'show', 'nope']\n"
    code += "from malsori.cli import main; main()"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", code], stderr=full, check=False)
        assert done.returncode == 2
        code = code.replace("'nope'", "'demo'")
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("error: standard output: No space left")


def test_what_was_left_out_is_listed(malsori, table, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    moved = table.rename(tmp_path / "moved.csv")
    status, _, err = malsori("corpus", "import", "table", moved, "mine")
    assert status == 2
    assert "80 of 80 audio files are not below" in err
    assert "say --audio-root" in err
    (table.parent / "7.wav").write_bytes(b"")
    moved.write_text(moved.read_text("utf-8").replace("불이", "펑!"), "cp949")
    status, out, err = malsori(
        "corpus", "import", "table", moved, "mine",
        "--audio-root", table.parent, "--encoding", "cp949",
    )  # fmt: skip
    assert status == 0, err
    assert "79" in out
    status, out, err = malsori("corpus", "show", "mine", "--quarantine")
    assert status == 0, err
    assert "7.wav" in out
    assert "has 0 bytes" in out
    rows = json.loads(malsori("corpus", "show", "mine", "--quarantine", "--json")[1])
    (row,) = rows["quarantine_rows"]
    assert (row["row"], row["id"], row["file"], row["reason"]) == (9, "7", "7.wav", "empty")
    assert "quarantine_rows" not in json.loads(malsori("corpus", "show", "mine", "--json")[1])


def test_recipes_are_shown_checked_and_described(malsori, tmp_path):
    status, out, _ = malsori("recipe", "show", "demo", "--set", "training.epochs=3")
    assert status == 0
    assert yaml.safe_load(out)["training"]["epochs"] == 3
    assert malsori("recipe", "validate", "demo")[0] == 0
    assert json.loads(malsori("recipe", "schema")[1])["title"] == "Recipe"
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(out.replace("weight_decay", "wieght_decay"), "utf-8")
    status, out, err = malsori("recipe", "validate", wrong)
    assert status == 2
    assert "training.optimizer.wieght_decay: no such key (did you mean 'weight_decay'?)" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "nope.yaml"], "nope.yaml: no such file"),
        (["evaluate", "nope"], "is no run"),
        (["predict", "nope", "a.wav"], "is no run"),
        (["corpus", "show", "nope"], "is not a corpus"),
        (["corpus", "import", "tabel", "a", "b"], "did you mean 'table'?"),
        (["corpus", "import", "table", "nope.csv", "b"], "nope.csv"),
        (["corpus", "import", "table", "a", "b", "--map", "x"], "write it as name=value"),
        (["corpus", "synth", "b", "--proportions", "urgency=상"], "write it as CLASS:SHARE"),
        (["corpus", "split", "nope", "--name", "x"], "is not a corpus"),
        (["train"], "Missing argument"),
    ],
)
def test_wrong_use_ends_with_2_and_a_message(malsori, words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, _, err = malsori(*words)
    assert status == 2
    assert said in " ".join(err.replace("│", " ").split())
    assert "Traceback" not in err


def test_help_names_every_verb_and_loads_nothing_heavy():
    code = (
        "import sys; sys.argv = ['malsori', '--help']\n"
        "from malsori.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'transformers', 'polars', 'matplotlib', 'sklearn', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for verb in (
        "demo",
        "start",
        "corpus",
        "embed",
        "train",
        "evaluate",
        "predict",
        "report",
        "recipe",
    ):
        assert f"  {verb} " in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version_is_told(malsori):
    assert malsori("--version")[:2] == (0, f"{__version__}\n")


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("ENOSPC", "make room"),
        ("EACCES", "choose a place"),
        ("ENAMETOOLONG", "choose a shorter"),
        ("EIO", "mend that"),
    ],
)
def test_what_the_machine_refuses_is_one_message(malsori, recipe, monkeypatch, code, hint):
    number = getattr(errno, code)

    def refuse(*_):
        raise OSError(number, os.strerror(number), "run/last.safetensors")

    monkeypatch.setattr("malsori.training.checkpoints.write_tensors", refuse)
    status, _, err = malsori("train", recipe, "--out", recipe.parent / "run")
    assert status == 2
    assert f"error: run/last.safetensors: {os.strerror(number)}\n  hint: {hint}" in err
    monkeypatch.undo()


def test_other_errors_of_the_system_are_not_hidden(malsori, recipe, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EBADF, "of our own making")

    monkeypatch.setattr("malsori.training.checkpoints.write_tensors", refuse)
    with pytest.raises(OSError, match="of our own making"):
        malsori("train", recipe, "--out", recipe.parent / "run")


@pytest.mark.parametrize("encoding", ["ascii", "cp949", "latin-1"])
def test_an_output_of_few_letters_ends_no_job(encoding):
    code = "from malsori.cli import main; main()"
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    asked = [sys.executable, "-c", code, "recipe", "show", "demo"]
    shown = subprocess.run(asked, capture_output=True, env=environment, check=False)
    assert shown.returncode == 0, shown.stderr
    assert b"demo" in shown.stdout


def test_json_is_whole_in_any_encoding(tmp_path):
    code = "from malsori.cli._shared import print_json; print_json({'하': '−'})"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment, check=True
    )
    assert json.loads(done.stdout) == {"하": "−"}


def test_a_closed_output_swallows_what_is_said():
    code = "import sys; sys.stdout = None; from malsori.cli import main; main()"
    asked = [sys.executable, "-c", code, "recipe", "kinds"]
    done = subprocess.run(asked, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_folder_that_is_gone_is_named_before_libraries_end_the_process(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    code = "import os; os.rmdir(os.getcwd()); from malsori.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "predict", "run"],
        cwd=gone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: the folder in which this was started is not there any more" in done.stderr
