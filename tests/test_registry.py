import sys

import pytest

from malsori.errors import MalsoriError
from malsori.registry import ComponentConfig, Registry

PART = '''
from typing import Literal

class {name}:
    """A part."""

    def __init__(self, dims: list[int], *, dim: int = 8, pool: Literal["mean", "max"] = "mean",
                 share: float | None = None) -> None:
        self.dims, self.dim, self.pool, self.share = dims, dim, pool, share
'''


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
    }.items():
        (package / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield Registry("parts_of_a_test")
    for name in [m for m in sys.modules if m.startswith("parts_of_a_test")]:
        del sys.modules[name]


def test_kinds_are_files_found_without_importing_them(parts):
    assert parts.kinds() == ["broken", "early", "two"]


def test_what_a_recipe_says_comes_after_what_the_program_gives(parts):
    part = parts.build(ComponentConfig(kind="early", dim="16"), [1, 2])
    assert (part.dims, part.dim, part.pool, part.share) == ([1, 2], 16, "mean", None)


def test_validation_fills_in_the_defaults(parts):
    full = parts.validate(ComponentConfig(kind="early", pool="max"), "fusion")
    assert full.options == {"dim": 8, "pool": "max", "share": None}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"kind": "erly"}, r"fusion\.kind: no kind 'erly' \(did you mean 'early'\?\)"),
        ({"kind": "base"}, r"fusion\.kind: no kind 'base'"),
        ({"kind": "early", "dmi": 3}, r"fusion\.dmi: no such option \(did you mean 'dim'\?\)"),
        ({"kind": "early", "dims": [3]}, r"fusion\.dims: no such option"),
        ({"kind": "early", "pool": "median"}, r"fusion\.pool: .*'mean' or 'max'.*'median'"),
    ],
)
def test_a_wrong_component_names_its_path_and_the_nearest(parts, config, message):
    with pytest.raises(MalsoriError, match=message):
        parts.validate(ComponentConfig(**config), "fusion")


def test_a_file_with_two_classes_is_the_authors_mistake(parts):
    with pytest.raises(TypeError, match="exactly one public class"):
        parts.load("two")
