import pytest
import yaml

from malsori.errors import MalsoriError
from malsori.io import read_yaml, write_yaml
from malsori.plain_yaml import parse
from malsori.recipe import Recipe

RECIPE = (
    "corpus: {path: calls, split: by-speaker}\ntasks: [urgency]\nencoders: {text: {kind: jamo}}\n"
)


@pytest.mark.parametrize("word", ["on", "off", "yes", "No", "0012", "1:30", "2024-01-01", "0x1F"])
def test_a_word_stays_the_word_that_was_written(word, tmp_path):
    assert parse(f"name: {word}") == {"name": word}
    assert parse(f"{word}: name") == {word: "name"}
    write_yaml(tmp_path / "a.yaml", {word: word})
    assert read_yaml(tmp_path / "a.yaml") == {word: word}


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("-3", -3), ("0", 0), ("0.5", 0.5), ("true", True), ("False", False), ("~", None),
     (".inf", float("inf")), ("1.5e-3", 0.0015), ("'12'", "12"), ("[1, a]", [1, "a"])],
)  # fmt: skip
def test_numbers_and_truth_values_are_still_what_they_are(text, value):
    assert parse(text) == value


@pytest.mark.parametrize(
    "text", ["a: 1\nb: 2\na: 3\n", "x: {a: 1, a: 1}", "x:\n  - {kind: a,\n     kind: b}\n"]
)
def test_a_key_that_is_there_twice_is_an_error_with_its_line(text, tmp_path):
    with pytest.raises(yaml.YAMLError, match="is there twice"):
        parse(text)
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    with pytest.raises(MalsoriError, match=r"a\.yaml:\d+: not YAML: '\w+' is there twice, first"):
        read_yaml(tmp_path / "a.yaml")


def test_merged_keys_may_be_said_again():
    assert parse("base: &b {x: 1}\nmine: {<<: *b, x: 2}")["mine"] == {"x": 2}


def test_a_recipe_keeps_names_that_look_like_numbers(tmp_path):
    file = tmp_path / "r.yaml"
    file.write_text(RECIPE + "training: {stop: {on: validation.skill, patience: 3}}\n", "utf-8")
    recipe = Recipe.load(file, ["corpus.split=0012", "corpus.path=20240101"])
    assert (recipe.corpus.path, recipe.corpus.split) == ("20240101", "0012")
    assert recipe.training.stop.patience == 3
    file.write_text(RECIPE + "training: {seed: 1}\ntraining: {epochs: 3}\n", "utf-8")
    with pytest.raises(MalsoriError, match="'training' is there twice, first in line 4"):
        Recipe.load(file)
