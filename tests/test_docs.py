"""What the pages for people point at is there, and the newcomer's walk is the way a run takes."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import malsori
from malsori.cli import main
from malsori.recipe import Recipe
from malsori.training.tiny import tiny_corpus

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/*/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
STOP = re.compile(r"^\d+\. \[`(?P<file>[^`]+)`\]\((?P<link>[^)]+)\) `(?P<function>\w+)`", re.M)
WALK = ROOT / "docs" / "walk.md"


def linked(page):
    """The files of this repository that a page links."""
    links = (link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8")))
    return [link for link in links if link and "://" not in link]


def walk():
    """The walk's stops: file and function, in order."""
    return [(stop["file"], stop["function"]) for stop in STOP.finditer(WALK.read_text("utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_linked_file_is_there(page):
    assert [link for link in linked(page) if not (page.parent / link).exists()] == []


def test_decisions_are_numbered_without_gap():
    numbers = [int(page.name[:4]) for page in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_decision_bears_its_number():
    for page in (ROOT / "docs/decisions").glob("*.md"):
        assert page.read_text("utf-8").startswith(f"# {int(page.name[:4])}. "), page.name


def test_contributing_lists_the_rooms_as_they_are_linted():
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    listed = page.partition("## The rooms")[2].split("```")[1].split("\n")
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = [layer.replace("malsori.", "") for layer in lint["contracts"][0]["layers"]]
    assert [line for line in listed if line] == layers


def test_both_readmes_have_the_same_sections_links_and_numbers():
    english, korean = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.ko.md"))
    for pattern in (r"^#+ ", r"^```", r"^- ", r"^> ", r"^\| .*\d.*$"):
        found = [len(re.findall(pattern, page, re.M)) for page in (english, korean)]
        assert found[0] == found[1], pattern
    links = [{x for x in LINK.findall(page) if "README" not in x} for page in (english, korean)]
    assert links[0] == links[1]
    scores = [re.findall(r"\d\.\d{3}", page) for page in (english, korean)]
    assert scores[0] == scores[1]


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_recipe_of_a_readme_is_one(name):
    blocks = (ROOT / name).read_text("utf-8").split("```yaml\n")[1:]
    whole = [block.partition("```")[0] for block in blocks if block.startswith("corpus:")]
    assert len(whole) == 1
    assert Recipe.parse(yaml.safe_load(whole[0])).heads["sentiment"].options


def test_the_walk_has_at_most_twelve_files_each_once():
    files = [file for file, _ in walk()]
    assert len(files) == len(set(files))
    assert 0 < len(files) <= 12


def test_a_stop_links_the_file_it_names():
    for stop in STOP.finditer(WALK.read_text("utf-8")):
        assert stop["link"] == f"../src/malsori/{stop['file']}"


def test_training_passes_the_stops_of_the_walk_in_their_order(tmp_path, monkeypatch):
    file = tmp_path / "tiny.yaml"
    file.write_text(yaml.safe_dump(tiny_corpus(tmp_path / "corpus").data()), "utf-8")
    monkeypatch.setattr(sys, "argv", ["malsori", "train", str(file), "--out", str(tmp_path / "r")])
    places = {str(Path(malsori.__file__).parent / file): file for file, _ in walk()}
    stops, passed = set(walk()), []

    def watch(frame, event, _):
        if event == "call" and frame.f_code.co_filename in places:
            place = (places[frame.f_code.co_filename], frame.f_code.co_name)
            if place in stops and place not in passed:
                passed.append(place)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        with pytest.raises(SystemExit) as end:
            main()
    finally:
        sys.setprofile(before)
    assert not end.value.code
    assert passed == walk()
