"""What every check does: quiet on healthy corpora of any size, finds the fault planted beside it.

A new check is held to it by itself: its companion ``checks/test_<id>.py`` has a function
``plant(toy)`` that makes a healthy corpus ill in the way that the check looks for.
"""

import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import pytest

from malsori.corpus.audit import CHECKS
from malsori.errors import MalsoriError
from malsori.findings import SEVERITIES, Finding
from malsori.registry import ComponentConfig
from malsori.vectors import CHECKS as OF_VECTORS
from malsori.words import LANGS, Words

HERE = Path(__file__).parent / "checks"
every_check = pytest.mark.parametrize("check", CHECKS.kinds())


def planted(check, toy):
    file = HERE / f"test_{check}.py"
    if not file.exists():
        pytest.fail(f"no companion of check {check}: write {file.name} with plant(toy)")
    spec = importlib.util.spec_from_file_location(f"companion_of_{check}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.plant(toy)


@every_check
def test_it_finds_the_fault_that_is_planted_beside_it(check, toy):
    found = planted(check, toy).examine(check)
    assert found, f"{check} did not see its planted fault"
    for finding in found:
        assert isinstance(finding, Finding)
        assert finding.check == check == CHECKS.build(ComponentConfig(kind=check)).id
        assert finding.severity in SEVERITIES
        assert finding.subject
        assert finding.numbers, "a finding carries its numbers"
        assert finding.stage == CHECKS.load(check).stage
        assert finding.prescription is not None
        assert set(finding.examples) <= set(planted(check, toy).rows["id"])
        json.dumps(finding.data())


@every_check
@pytest.mark.parametrize("lang", LANGS)
def test_all_of_it_is_said_in_every_language(check, lang, toy):
    words = Words(lang)
    for finding in planted(check, toy).examine(check):
        data = finding.data(words.say)
        done = data["prescription"]
        said = [data["message"], data["cause"], data["expected"], done["action"]]
        said += data["otherwise"]
        for text in filter(None, said):
            assert not set("{}|") & set(text), text
            assert (re.search("[가-힣]", text) is not None) or lang == "en"
            assert "(은/는)" not in text
        assert re.search(r"\d|all|모두", data["message"])
        assert Finding.of(finding.data()).data() == finding.data()


@every_check
def test_it_is_quiet_in_order(check, toy, split_by_speaker):
    audited = split_by_speaker(toy).audit(check)
    assert not audited.skipped
    assert not audited.findings


@every_check
@pytest.mark.parametrize("rows", [0, 1, 2, 5])
def test_it_bears_the_smallest_corpora(check, rows, make_toy):
    toy = make_toy(max(rows, 1))
    cut = toy.__class__(toy.rows[:rows], toy.sounds[:rows])
    assert not [f for f in cut.audit(check).findings if f.severity == "serious"]


@every_check
def test_it_bears_a_corpus_that_knows_nothing(check, toy):
    bare = toy.__class__(toy.rows.select("id"), toy.sounds[:0], ())
    assert not [f for f in bare.audit(check).findings if f.severity != "note"]


@every_check
def test_examining_twice_finds_the_same(check, toy):
    ill = planted(check, toy)
    assert ill.examine(check) == ill.examine(check)


@pytest.mark.parametrize("rows", [60, 200, 600])
@pytest.mark.parametrize("seed", range(1, 9))
def test_healthy_corpora_of_any_size_have_no_warning(rows, seed, make_toy, split_by_speaker):
    toy = make_toy(rows, seed, speakers=rows // 6)
    loud = [f for f in split_by_speaker(toy, seed).audit().findings if f.severity != "note"]
    assert not loud


def test_an_unknown_check_is_named(toy):
    with pytest.raises(MalsoriError, match="bandwidht"):
        toy.audit("bandwidht")


def test_the_vectors_of_a_corpus_are_asked_for_too(toy):
    same = toy.with_vectors(np.ones((400, 32)))
    found = same.audit(*OF_VECTORS.kinds()).findings
    assert [(f.check, f.severity, f.subject) for f in found] == [("constant", "serious", "voice")]
    assert "constant" in toy.audit().skipped
    healthy = toy.with_vectors(np.random.default_rng(0).normal(size=(400, 32)))
    assert not healthy.audit(*OF_VECTORS.kinds()).findings
