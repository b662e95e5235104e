"""`malsori embed` as a person types it: filling, checking, listing, pruning, refusing."""

import json

import numpy as np
import pytest
import yaml

from malsori.training.tiny import corpus_of_every_kind


@pytest.fixture
def shard(recipe, malsori, tmp_path):
    assert malsori("embed", recipe)[0] == 0
    (found,) = (tmp_path / "corpus").rglob("*.shard")
    return found


def test_a_recipe_needs_no_verb(malsori, recipe):
    status, out, err = malsori("embed", recipe)
    assert status == 0, err
    assert "Embedding store" in out
    status, out, err = malsori("embed", "--json", recipe)
    assert status == 0, err
    assert json.loads(out)["text"] | {"seconds": 0} == {
        "done": 0, "cached": 40, "absent": 0, "shared": 0, "failed": [], "rebuilt": 0,
        "damage": [], "seconds_audio": 0.0, "seconds": 0, "findings": [], "stopped": False,
    }  # fmt: skip
    assert malsori("embed", "run", recipe)[0] == 0


def test_check_finds_and_mends(malsori, recipe, shard):
    whole = shard.read_bytes()
    status, out, _ = malsori("embed", recipe, "--check")
    assert status == 0
    assert "every byte was compared with its checksum" in out
    shard.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    status, out, err = malsori("embed", "--check", recipe)
    assert status == 0, err
    assert "damaged, now made anew" in out
    assert shard.name in out
    assert shard.read_bytes() == whole


def test_list(malsori, recipe, shard, tmp_path, monkeypatch):
    for place in (tmp_path / "corpus", tmp_path / "corpus" / "store"):
        status, out, err = malsori("embed", "list", place)
        assert status == 0, err
        assert "jamo-" in out
        (entry,) = json.loads(malsori("embed", "list", place, "--json")[1])
        assert (entry["signals"], entry["in_this_corpus"]) == (40, 40)
        assert entry["fingerprint"] == {"kind": "jamo", "version": 1}
    monkeypatch.chdir(tmp_path / "corpus")
    assert "jamo-" in malsori("embed", "list")[1]
    shard.write_bytes(b"")
    assert "1 damaged" in malsori("embed", "list")[1]


def test_list_names_the_corpora_and_what_is_damaged(malsori, recipe, shard, tmp_path):
    _, out, _ = malsori("embed", "list", tmp_path / "corpus")
    head, row = out.splitlines()[1:3]
    assert head.split()[-4:] == ["used", "by", "findings", "options"]
    assert " corpus " in row
    (shard.parent / "encoder.json").write_text("{")
    assert "damaged: encoder.json" in malsori("embed", "list", tmp_path / "corpus")[1]
    (entry,) = json.loads(malsori("embed", "list", tmp_path / "corpus", "--json")[1])
    assert entry["damaged"] == ["encoder.json: it does not describe an encoder"]
    assert (entry["fingerprint"], entry["in_this_corpus"]) == ({}, 40)
    status, out, err = malsori("embed", recipe)
    assert status == 0, err
    assert "damaged, now made anew" in out
    assert "encoder.json" in out
    assert "damaged" not in malsori("embed", "list", tmp_path / "corpus")[1]


def test_prune_does_nothing_unless_it_is_told_to(malsori, recipe, shard, tmp_path):
    corpus, keep = tmp_path / "corpus", ["--keep", recipe]
    other = yaml.safe_load(recipe.read_text("utf-8"))
    other["encoders"] = {"text": {"kind": "logmel"}}
    third = tmp_path / "third.yaml"
    third.write_text(yaml.safe_dump(other), "utf-8")
    status, out, err = malsori("embed", "prune", corpus, *keep)
    assert status == 0, err
    assert "nothing is there that is not needed" in out
    status, out, err = malsori("embed", "prune", corpus, "--keep", third)
    assert status == 0, err
    assert "nothing was removed; --yes does it" in out
    assert shard.exists()
    assert malsori("embed", "prune", corpus, "--yes", *keep)[0] == 0
    assert shard.exists()
    told = json.loads(malsori("embed", "prune", corpus, "--keep", third, "--yes", "--json")[1])
    assert (told["removed"], told["removals"][0]["signals"]) == (True, 40)
    assert not shard.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list", "nope"], "neither a corpus nor an embedding store"),
        (["prune", "nope"], "neither a corpus nor an embedding store"),
        (["nope.yaml"], "nope.yaml: no such file"),
        (["--check"], "Missing argument"),
    ],
)
def test_wrong_use(malsori, words, said):
    status, _, err = malsori("embed", *words)
    assert status == 2
    assert said in err


def constant(tmp_path):
    """A recipe whose precomputed vectors are all the same, as those of one study were."""
    recipe = corpus_of_every_kind(tmp_path / "kinds", rows=120)
    file = next((tmp_path / "kinds").rglob("*.npy"))
    np.save(file, np.ones_like(np.load(file)))
    path = tmp_path / "constant.yaml"
    data = recipe.data()
    data["training"]["epochs"] = 1
    path.write_text(yaml.safe_dump(data), "utf-8")
    return path


def test_constant_vectors_end_embed_and_train_unless_allowed(malsori, tmp_path):
    recipe = constant(tmp_path)
    for verb in (["embed", recipe], ["train", recipe, "--out", tmp_path / "run"]):
        status, _, err = malsori(*verb)
        assert status == 2
        assert "encoders.voice: constant: the features of all 120 signals are the same" in err
        assert "--allow constant" in err
        assert "신호 120개의 특징이 모두 같습니다" in malsori(*verb, "--lang", "ko")[2]
        status, _, err = malsori(*verb, "--allow", "constnt")
        assert status == 2
        assert "did you mean 'constant'?" in err
        status, _, err = malsori(*verb, "--allow", "constant")
        assert status == 0, err
        assert "serious: encoders.voice: constant" in err
