"""An engine and a sharing of other packages train together; loop and model know neither."""

from pathlib import Path

from malsori.training import train

TESTS = Path(__file__).parents[1]


def test_an_engine_without_a_cut_trains_a_sharing_without_one(add_kind, make_recipe, tmp_path):
    add_kind("malsori.sharings", "tests_mmoe", "mmoe:MMoE", TESTS / "nn/sharing", package="one")
    add_kind(
        "malsori.engines", "tests_exact", "exact:Exact", TESTS / "balance/engines", package="two"
    )
    balance = {
        "engine": {"kind": "tests_exact"},
        "solver": {"kind": "pcgrad"},
        "weighting": {"kind": "norm_matched"},
        "monitor": {"every": 3},
    }
    run = train(make_recipe(sharing={"kind": "tests_mmoe"}, balance=balance), tmp_path / "run")
    assert run.state["best_validation_skill"] > 0.1
