"""What a page says of those who speak is what it says it says."""

import json
import re

import pytest
from typer.testing import CliRunner

from malsori.cli import app
from malsori.report import writing
from malsori.words import Words

TELLING = [f"Actor_{i % 9:02}/cross/{i}" for i in range(60)]
KINDS = ("html", "md", "json")


@pytest.fixture
def write(tmp_path):
    def write(run, **how):
        page = writing.write_report([run], tmp_path / "page.html", resamples=20, **how)
        return {kind: page.with_suffix(f".{kind}").read_text("utf-8") for kind in KINDS}

    return write


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_ids_that_tell_become_numbers_that_their_owner_finds(make, write, lang):
    run = make.run(ids=TELLING)
    told = write(run, lang=lang)
    for kind in KINDS:
        assert "Actor" not in told[kind]
        assert "cross/" not in told[kind]
    words = Words(lang)
    said = words.listed([words.named("told", what) for what in ("path", "sentiment")])
    assert words("foot.private_numbers", told=said) in told["md"]
    first = json.loads(told["json"])["subject"]["errors"]["urgency"]["mistakes"][0]["id"]
    assert first in told["html"]
    asked = ["evaluate", str(run), "--row", first.removeprefix("#"), "--json"]
    found = json.loads(CliRunner().invoke(app, asked).stdout)
    assert found["id"] == sorted(TELLING)[int(first.removeprefix("#")) - 1]
    shown = json.loads(write(run, include_ids=True)["json"])
    assert shown["subject"]["errors"]["urgency"]["mistakes"][0]["id"] == found["id"]


def test_the_page_says_what_is_in_it(make, write):
    run, opaque = make.run(ids=TELLING), make.run("opaque")
    assert (
        "these hold a path and sentiment: mind who may see it" in write(run, include_ids=True)["md"]
    )
    assert "No row is named, and no speaker." in write(run, mistakes=0)["md"]
    page = write(opaque)["md"]
    assert "Rows are called by their ids, which hold no path" in page
    assert "--row" not in page


def test_what_the_run_knows_of_its_corpus_counts(make, write):
    """Speakers are not in the predictions of a split by text."""
    run = make.run(changes={"told_by_ids": ["speaker"]})
    told = write(run)
    assert re.search(r"\| #\d+ \|", told["md"].replace("\\", ""))
    assert "t00" not in told["md"]


def test_a_number_that_no_row_has(make):
    found = CliRunner().invoke(app, ["evaluate", str(make.run()), "--row", "61"])
    assert "test has 60 predicted rows" in str(found.exception)
