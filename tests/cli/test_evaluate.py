import json
import re

import pytest

from malsori.training import Run


@pytest.fixture
def closed(malsori, recipe, tmp_path):
    """A run whose test rows were not predicted."""
    status, out, err = malsori("train", recipe, "--out", tmp_path / "run", "--no-open-test")
    assert status == 0, err
    assert "validation: " in out
    assert "The test rows of this run are closed" in " ".join(out.split())
    return tmp_path / "run"


def test_a_run_whose_test_rows_are_closed_says_how_to_open_them(malsori, closed):
    status, out, err = malsori("evaluate", closed, "--lang", "ko")
    assert status == 0, err
    assert "테스트 행은 아직 열지 않았습니다" in " ".join(out.split())
    status, _, err = malsori("evaluate", closed, "--split", "test")
    assert status == 2
    assert f"`malsori evaluate {closed} --open-test` predicts the test rows" in err
    assert json.loads(malsori("evaluate", closed, "--json")[1])["test_opened"] is None


def test_they_are_opened_once_and_it_is_said_when(malsori, closed, tmp_path):
    status, out, err = malsori("evaluate", closed, "--open-test")
    assert status == 0, err
    when = Run(closed).state["test_opened"]
    assert f"its test rows were opened at {when}" in err
    assert "test: " in out
    assert "validation: " not in out
    assert f"opened at {when}" in malsori("evaluate", closed, "--open-test")[2]
    told = json.loads(malsori("evaluate", closed, "--json")[1])
    assert told["test_opened"] == when
    assert told["evaluation"]["results"][0]["split"] == "test", "as on the screen"


def test_a_recipe_has_one_digest_wherever_it_is_shown(malsori, recipe, closed):
    digest = json.loads(malsori("recipe", "validate", recipe, "--json")[1])["digest"]
    assert f"digest {digest})" in malsori("recipe", "validate", recipe)[1]
    assert Run(closed).state["recipe_digest"] == digest
    assert Run(closed).recipe.digest() == digest, "its corpus has an absolute path there"
    malsori("report", closed)
    assert f"| recipe | {digest} |" in (closed / "report.md").read_text("utf-8")


def test_the_report_says_that_they_were_not_opened(malsori, closed):
    assert malsori("report", closed)[0] == 0
    said = (closed / "report.md").read_text("utf-8")
    assert re.search(r"The \d+ test rows of run run were not opened", said)
    assert malsori("report", closed, "--lang", "ko")[0] == 0
    assert "아직 열지 않았습니다" in (closed / "report.md").read_text("utf-8")
    assert malsori("evaluate", closed, "--open-test")[0] == 0
    assert malsori("report", closed)[0] == 0
    assert "were not opened" not in (closed / "report.md").read_text("utf-8")


def test_what_is_said_after_training_is_in_the_language_asked_for(malsori, recipe, tmp_path):
    status, out, err = malsori("train", recipe, "--out", tmp_path / "run", "--lang", "ko")
    assert status == 0, err
    assert "테스트: 무엇을 배웠나" in out
    assert malsori("train", recipe, "--lang", "xx")[0] == 2
