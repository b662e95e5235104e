import html
import json
import re

import pytest
from justhtml import JustHTML

from malsori.evaluation.intervals import Estimate
from malsori.report.writing import write_report


@pytest.fixture
def page(make):
    runs = [make.run("both"), make.run("again | <i>", seed=2)]
    return write_report(runs, make.folder / "out.html", resamples=20)


def plain(cell):
    return " ".join(html.unescape(re.sub(r"\\(.)", r"\1", cell)).split())


def test_tables_are_those_of_the_page(page):
    tree = JustHTML(page.read_text("utf-8"), sanitize=False)
    shown = [
        [" ".join(c.to_text(separator="", strip=False).split()) for c in row.query("th, td")]
        for row in tree.query("tr")
    ]
    lines = page.with_suffix(".md").read_text("utf-8").splitlines()
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines if line.startswith("| ")]
    told = [[plain(c) for c in row] for row in rows if not set("".join(row)) <= set(" :-")]
    assert told == shown
    assert len(told) > 60


def test_sentences_are_those_of_the_page(page):
    tree = JustHTML(page.read_text("utf-8"), sanitize=False)
    markdown = plain(page.with_suffix(".md").read_text("utf-8"))
    said = [*tree.query("main li"), *tree.query("p.lead"), *tree.query("p.note")]
    assert len(said) > 10
    for sentence in said:
        assert " ".join(sentence.to_text(separator="", strip=False).split()) in markdown


def test_json_says_the_same_numbers(page):
    told = json.loads(page.with_suffix(".json").read_text("utf-8"))
    tree = JustHTML(page.read_text("utf-8"), sanitize=False)
    checked = 0
    for run in (told["subject"], *told["others"]):
        for result in run["results"]:
            for name in ("skill", "macro_f1", "accuracy"):
                found = tree.query(
                    f'span[data-metric="{name}"][data-task="{result["task"]}"]'
                    f'[data-condition="{result["condition"]}"]'
                )
                mine = [s for s in found if s.attrs["data-run"] == run["name"]]
                number = Estimate(**result["numbers"][name])
                # a no-break space holds an interval together
                texts = {s.to_text().replace("\xa0", " ") for s in mine}
                assert texts <= {str(number).replace("-", "−")}
                checked += len(mine)
    assert checked > 20
    assert {d["a"] for d in told["differences"]} == {"again | <i>"}
