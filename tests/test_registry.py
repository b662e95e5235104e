import sys

import pytest

from malsori.errors import MalsoriError
from malsori.registry import ComponentConfig, Registry

PART = '''
from typing import Literal

class {name}:
    """A component."""

    def __init__(self, dims: list[int], *, dim: int = 8, pool: Literal["mean", "max"] = "mean",
                 share: float | None = None) -> None:
        self.dims, self.dim, self.pool, self.share = dims, dim, pool, share

    @staticmethod
    def small():
        return {{"dim": 2}}
'''
# Two components in one: `inner` by default, `spare` if it is said; `inner` has one itself.
OUTER = """
from typing import Annotated, Any
from malsori.registry import Nested

class Outer:
    def __init__(self, dims: list[int], *,
                 inner: Annotated[Any, Nested("parts_of_a_test", "inner")],
                 spare: Annotated[Any, Nested("parts_of_a_test")] = None, depth: int = 1) -> None:
        self.dims, self.inner, self.spare, self.depth = dims, inner, spare, depth
"""
INNER = """
from typing import Annotated, Any
from malsori.registry import Nested

class Inner:
    def __init__(self, name: str, *, rate: float = 0.5,
                 deepest: Annotated[Any, Nested("parts_of_a_test", "early")]) -> None:
        self.name, self.rate, self.deepest = name, rate, deepest
"""


@pytest.fixture
def parts(tmp_path, monkeypatch):
    package = tmp_path / "parts_of_a_test"
    package.mkdir()
    for name, text in {
        "__init__": "",
        "base": "raise RuntimeError('base is no kind')",
        "_private": "raise RuntimeError('private is no kind')",
        "early": PART.format(name="Early"),
        "broken": "raise RuntimeError('imported without need')",
        "two": PART.format(name="One") + PART.format(name="Two"),
        "outer": OUTER,
        "inner": INNER,
    }.items():
        (package / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield Registry("parts_of_a_test")
    for name in [m for m in sys.modules if m.startswith("parts_of_a_test")]:
        del sys.modules[name]


def test_kinds_are_files_found_without_importing_them(parts):
    assert parts.kinds() == ["broken", "early", "inner", "outer", "two"]


def test_what_a_recipe_says_comes_after_what_the_program_gives(parts):
    part = parts.build(ComponentConfig(kind="early", dim="16"), [1, 2])
    assert (part.dims, part.dim, part.pool, part.share) == ([1, 2], 16, "mean", None)


def test_validation_fills_in_the_defaults(parts):
    full = parts.validate(ComponentConfig(kind="early", pool="max"), "fusion")
    assert full.options == {"dim": 8, "pool": "max", "share": None}
    assert parts.validate(ComponentConfig(dim=3), "fusion", default="early").kind == "early"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"kind": "erly"}, r"fusion\.kind: no kind 'erly' \(did you mean 'early'\?\)"),
        ({"kind": "base"}, r"fusion\.kind: no kind 'base'"),
        ({"dim": 3}, r"fusion\.kind: is missing \(there is: broken, early"),
        ({"kind": "early", "dmi": 3}, r"fusion\.dmi: no such option \(did you mean 'dim'\?\)"),
        ({"kind": "early", "dims": [3]}, r"fusion\.dims: no such option"),
        ({"kind": "early", "pool": "median"}, r"fusion\.pool: .*'mean' or 'max'.*'median'"),
        ({"kind": "outer", "inner": "early"}, r"fusion\.inner: write a mapping.*'early'"),
        ({"kind": "outer", "inner": {"kind": "iner"}}, r"fusion\.inner\.kind: .*'inner'"),
        ({"kind": "outer", "inner": {"raet": 1}}, r"fusion\.inner\.raet: .*'rate'"),
        ({"kind": "outer", "spare": {"rate": 1}}, r"fusion\.spare\.kind: is missing"),
        (
            {"kind": "outer", "inner": {"deepest": {"pool": "median"}}},
            r"fusion\.inner\.deepest\.pool: .*'mean' or 'max'",
        ),
    ],
)
def test_a_wrong_component_names_its_path_and_the_nearest(parts, config, message):
    with pytest.raises(MalsoriError, match=message):
        parts.validate(ComponentConfig(**config), "fusion")


def test_a_file_with_two_classes_is_the_authors_mistake(parts):
    with pytest.raises(TypeError, match="exactly one public class"):
        parts.load("two")


def test_an_example_is_small_if_its_class_says_how(parts):
    assert parts.example("early") == ComponentConfig(kind="early", dim=2)
    assert parts.example("outer") == ComponentConfig(kind="outer")


def test_nested_components_are_filled_in_at_any_depth(parts):
    full = parts.validate(ComponentConfig(kind="outer", inner={"rate": 0.1}), "fusion")
    assert full.options == {
        "inner": {
            "kind": "inner",
            "rate": 0.1,
            "deepest": {"kind": "early", "dim": 8, "pool": "mean", "share": None},
        },
        "spare": None,
        "depth": 1,
    }
    assert parts.validate(full, "fusion") == full


def test_nested_components_are_built_with_what_they_name_of_the_context(parts):
    config = ComponentConfig(kind="outer", inner={"deepest": {"dim": 4}}, spare={"kind": "early"})
    outer = parts.build(config, [7], name="a task")
    assert (outer.dims, outer.inner.name, outer.inner.rate) == ([7], "a task", 0.5)
    assert (outer.inner.deepest.dims, outer.inner.deepest.dim) == ([7], 4)
    assert (outer.spare.dims, outer.spare.dim) == ([7], 8)
    with pytest.raises(TypeError, match="'name'"):
        parts.build(config, [7])
    with pytest.raises(TypeError, match="not 2 things"):
        parts.build(config, [7], "a task")


def test_an_option_without_a_type_is_named(add_kind, tmp_path):
    code = "from malsori.nn.fusion import Fusion\n\n\nclass Untyped(Fusion):\n"
    code += "    def __init__(self, dims, *, dim=64):\n        super().__init__(dims)\n"
    code += "    def forward(self, tokens):\n        raise NotImplementedError\n"
    (tmp_path / "untyped_fusion.py").write_text(code, "utf-8")
    add_kind("malsori.fusions", "untyped", "untyped_fusion:Untyped", tmp_path)
    with pytest.raises(MalsoriError, match="its option 'dim' has no type"):
        Registry("malsori.nn.fusion").config_model("untyped")
