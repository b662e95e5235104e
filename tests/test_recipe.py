import json
import subprocess
import sys

import pytest
import yaml

from malsori.errors import MalsoriError
from malsori.overrides import override
from malsori.recipe import BUILT_IN, Recipe
from malsori.recipe_schema import json_schema

SMALL = {
    "corpus": {"path": "calls", "split": "by-speaker"},
    "tasks": ["urgency", "sentiment"],
    "encoders": {"speech": {"kind": "logmel"}, "text": {"kind": "jamo"}},
}
NOISE = {"kind": "noise"}


def changed(**parts):
    return {**SMALL, **parts}


def test_a_parsed_recipe_says_everything_and_reads_back_the_same():
    recipe = Recipe.parse(SMALL)
    data = recipe.data()
    assert data["fusion"]["kind"] == "early"
    assert "dim" in data["fusion"]
    assert Recipe.parse(yaml.safe_load(yaml.safe_dump(data))) == recipe


def test_the_digest_follows_every_entry():
    digests = {
        Recipe.parse(data).digest()
        for data in (
            SMALL,
            changed(training={"seed": 1}),
            changed(training={"optimizer": {"lr": 2e-3}}),
            changed(fusion={"kind": "late"}),
        )
    }
    assert len(digests) == 4
    moved = Recipe.parse(changed(corpus={**SMALL["corpus"], "path": "elsewhere"}))
    assert moved.digest() == Recipe.parse(SMALL).digest(), "a corpus is known by its content"
    assert Recipe.parse(SMALL).digest() == Recipe.parse(changed(training={"seed": 0})).digest()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (changed(fusoin={}), r"fusoin: no such key \(did you mean 'fusion'\?\)"),
        (changed(training={"epoch": 3}), r"training\.epoch: no such key .*'epochs'"),
        (
            changed(training={"optimizer": {"learning_rate": 1}}),
            r"training\.optimizer\.learning_rate: no such key",
        ),
        (changed(training={"stop": {"patiense": 1}}), r"training\.stop\.patiense: .*'patience'"),
        (changed(balance={"solver": {"kind": "pcgrd"}}), r"balance\.solver\.kind: .*'pcgrad'"),
        (changed(encoders={"text": {"kind": "jamo", "bukets": 8}}), r"encoders\.text\.bukets: "),
        (changed(heads={"urgensy": {"kind": "ordinal"}}), r"heads\.urgensy: .*'urgency'"),
        (changed(heads={"urgency": {"hiden": 8}}), r"heads\.urgency\.hiden: .*'hidden'"),
        (
            changed(heads={"urgency": {"loss": {"kind": "logit_adjsted"}}}),
            r"heads\.urgency\.loss\.kind: no kind 'logit_adjsted' .*'logit_adjusted'",
        ),
        (
            changed(
                heads={
                    "sentiment": {"kind": "nominal", "loss": {"kind": "logit_adjusted", "tua": 1}}
                }
            ),
            r"heads\.sentiment\.loss\.tua: no such option .*'tau'",
        ),
        (
            changed(heads={"sentiment": {"loss": {"kind": "logit_adjusted", "tau": -1}}}),
            r"heads\.sentiment\.loss\.tau: .*greater than or equal to 0",
        ),
        (changed(encoders={"text": {}}), r"encoders\.text\.kind: is missing"),
        (
            changed(labels={"urgensy": {"compound": "other_than_neutral"}}),
            r"labels\.urgensy: .*'urgency'",
        ),
        (changed(labels={"urgency": {"compound": "drop"}}), r"labels\.urgency\.compound: "),
        (changed(labels={"urgency": {}}), r"labels\.urgency\.compound: is missing"),
        (changed(balance={"warmup": {"task": "urgensy"}}), r"balance\.warmup\.task: .*'urgency'"),
        (changed(tasks=["urgency", "urgency"]), r"tasks: a task is named twice"),
        (changed(augment={"speach": {"steps": [NOISE]}}), r"augment\.speach: .*'speech'"),
        (
            changed(augment={"speech": {"stpes": [NOISE]}}),
            r"augment\.speech\.stpes: no such key .*'steps'",
        ),
        (
            changed(augment={"speech": {"steps": []}}),
            r"augment\.speech\.steps: one at least is needed",
        ),
        (
            changed(augment={"speech": {"steps": [NOISE, {"kind": "strech"}]}}),
            r"augment\.speech\.steps\.1\.kind: no kind 'strech' .*'stretch'",
        ),
        (
            changed(augment={"speech": {"steps": [{"kind": "noise", "hihg": 1}]}}),
            r"augment\.speech\.steps\.0\.hihg: no such option .*'high'",
        ),
        (
            changed(augment={"speech": {"steps": [{"kind": "noise", "low": 30}]}}),
            r"augment\.speech\.steps\.0: low and high: no range from 30 to 20 dB",
        ),
        (
            changed(augment={"text": {"steps": [NOISE]}}),
            r"augment\.text\.steps\.0\.kind: 'noise' does not change text .*mishear",
        ),
        (
            changed(
                encoders={"voice": {"kind": "precomputed"}}, augment={"voice": {"steps": [NOISE]}}
            ),
            r"augment\.voice: its encoder reads features, which have no transforms",
        ),
        (changed(training={"epochs": 0}), r"training\.epochs: .*greater than or equal to 1"),
        ({"tasks": ["a"]}, r"corpus: is missing\n +encoders: is missing"),
        ([1], "a recipe is a mapping, this is a list"),
        (None, "a recipe is a mapping, this is empty"),
    ],
)
def test_a_wrong_recipe_names_the_key(data, message):
    with pytest.raises(MalsoriError, match=message):
        Recipe.parse(data, source="mine.yaml")


def test_changes_of_training_rows_are_written_out_whole_or_not_at_all():
    assert "augment" not in Recipe.parse(SMALL).data()
    text = {"steps": [{"kind": "mishear", "share": 0.2}], "copies": 2}
    recipe = Recipe.parse(changed(augment={"text": text, "speech": {"steps": [NOISE]}}))
    data = recipe.data()
    assert data["augment"]["speech"]["steps"] == [
        {"kind": "noise", "low": 5.0, "high": 20.0, "colour": 0.0}
    ]
    assert data["augment"]["text"] == {**text, "choose": None, "chance": 0.5, "seed": 0}
    assert Recipe.parse(yaml.safe_load(yaml.safe_dump(data))) == recipe
    assert recipe.digest() != Recipe.parse(SMALL).digest()


def test_null_leaves_changes_out(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(yaml.safe_dump(changed(augment={"speech": {"steps": [NOISE]}})), "utf-8")
    assert Recipe.load(path, ["augment.speech.copies=3"]).augment["speech"].copies == 3
    assert Recipe.load(path, ["augment.speech=null"]) == Recipe.parse(SMALL)


def test_null_takes_a_modality_away_in_a_file_too(tmp_path):
    said = "{corpus: {path: a, split: b}, tasks: [c], encoders: {text: {kind: jamo}, speech: null}}"
    (tmp_path / "r.yaml").write_text(said)
    assert list(Recipe.load(tmp_path / "r.yaml").encoders) == ["text"]


def test_overrides_change_one_entry(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(yaml.safe_dump(changed(fusion={"kind": "early", "dim": 32})), "utf-8")
    recipe = Recipe.load(
        path,
        ["training.optimizer.lr=3e-4", "tasks=[urgency]", "encoders.text=null", "fusion.kind=late"],
    )
    assert recipe.training.optimizer.lr == 3e-4
    assert recipe.tasks == ("urgency",)
    assert list(recipe.encoders) == ["speech"]
    assert recipe.fusion.kind == "late"


def test_a_component_without_a_kind_is_of_the_kind_that_its_place_has():
    recipe = Recipe.parse(changed(fusion={"dim": 32}, balance={"weighting": {}}))
    assert (recipe.fusion.kind, recipe.fusion.options["dim"]) == ("early", 32)
    assert recipe.balance.weighting.kind == "static"


def test_overrides_reach_nested_components_and_another_kind_drops_the_options_of_the_old(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(yaml.safe_dump(SMALL), "utf-8")
    said = ["heads.sentiment.loss.kind=logit_adjusted", "heads.sentiment.loss.tau=0.5"]
    loss = {"kind": "logit_adjusted", "tau": 0.5}
    recipe = Recipe.load(path, said)
    assert recipe.data()["heads"] == {"sentiment": {"loss": loss}}
    assert Recipe.parse(yaml.safe_load(yaml.safe_dump(recipe.data()))) == recipe
    assert Recipe.load(path, said[::-1]) == recipe
    nominal = Recipe.load(path, ["heads.sentiment.kind=nominal", *said]).heads["sentiment"]
    assert nominal.options == {"loss": loss, "target": "hard", "hidden": 0, "dropout": 0.2}
    path.write_text(yaml.safe_dump(recipe.data()), "utf-8")
    other = Recipe.load(path, [cross := "heads.sentiment.loss.kind=cross_entropy"])
    assert other.heads["sentiment"].options["loss"] == {"kind": "cross_entropy"}
    with pytest.raises(MalsoriError, match=r"tau: no such option .*logit_adjusted has it"):
        Recipe.load(path, [said[1], cross])  # what was said is not lost in silence


def test_an_option_that_is_said_before_its_kind_is_kept(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(yaml.safe_dump({**SMALL, "fusion": {"kind": "early", "dim": 3}}), "utf-8")
    late = Recipe.load(path, ["fusion.dropout=0.5", "fusion.kind=late"]).fusion
    assert (late.kind, late.options["dropout"]) == ("late", 0.5)
    assert late.options["dim"] != 3, "an option of the recipe's own kind is dropped"


@pytest.mark.parametrize("said", ["tasks=sentiment", "tasks=sentiment,", "tasks=[sentiment]"])
def test_tasks_may_be_said_without_brackets(tmp_path, said):
    path = tmp_path / "r.yaml"
    path.write_text(yaml.safe_dump(SMALL), "utf-8")
    assert Recipe.load(path, [said]).tasks == ("sentiment",)
    assert Recipe.load(path, ["tasks=sentiment, urgency"]).tasks == ("sentiment", "urgency")


def test_of_an_entry_that_is_said_twice_the_last_counts_and_it_is_told(tmp_path, capsys):
    path = tmp_path / "r.yaml"
    path.write_text(yaml.safe_dump(SMALL), "utf-8")
    said = ["training.epochs=3", "training.seed=1", "training.epochs=4"]
    assert Recipe.load(path, said).training.epochs == 4
    assert "--set training.epochs is said twice, 3 and 4: the last" in capsys.readouterr().err
    assert Recipe.load(path, ["training.epochs=3", "training.epochs= 3"]).training.epochs == 3
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("text", ["training.epochs", "=3", "tasks.first=1", "a=[1"])
def test_an_override_that_makes_no_sense(text):
    with pytest.raises(MalsoriError, match="--set"):
        override(SMALL, text)


def test_the_schema_knows_every_kind_and_refuses_a_typo():
    schema = json_schema()
    kinds = [s["properties"]["kind"]["const"] for s in schema["properties"]["fusion"]["anyOf"]]
    assert {"early", "late"} <= set(kinds)
    steps = schema["$defs"]["Augmentation"]["properties"]["steps"]["items"]["anyOf"]
    assert {"noise", "mishear"} <= {s["properties"]["kind"]["const"] for s in steps}
    assert json.loads(json.dumps(schema)) == schema
    heads = schema["properties"]["heads"]["additionalProperties"]["anyOf"]
    place = next(s for s in heads if s["properties"]["kind"]["const"] == "nominal")
    family = schema["$defs"][place["properties"]["loss"]["$ref"].removeprefix("#/$defs/")]
    losses = {s["properties"]["kind"]["const"]: s for s in family["anyOf"]}
    assert losses["logit_adjusted"]["properties"]["tau"]["minimum"] == 0
    assert losses["logit_adjusted"]["required"] == ["kind"]
    assert losses["cross_entropy"]["required"] == place["required"] == []
    assert all(s["additionalProperties"] is False for s in schema["properties"]["fusion"]["anyOf"])


@pytest.mark.parametrize("path", sorted(BUILT_IN.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_recipe_that_comes_with_malsori_is_valid(path):
    assert Recipe.load(path.stem) == Recipe.load(path)


def test_reading_the_leaves_loads_no_torch():
    code = "import sys, malsori.cli, malsori.recipe; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
