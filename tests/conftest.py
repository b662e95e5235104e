"""What tests of several rooms need."""

import importlib.util
import runpy
import sys
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent / "corpus" / "adapters" / "fixtures"


def _generator(kind):
    name = f"adapter_fixtures_{kind}"
    if name not in sys.modules:
        place = FIXTURES / f"{kind}.py"
        if not place.is_file():
            pytest.fail(f"adapter {kind} has no fixture generator: write {place}")
        spec = importlib.util.spec_from_file_location(name, place)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def generator():
    """The module that writes an adapter's source as its publisher does, by the adapter's kind.

    Each has ``write(folder) -> path of the source``, with some rows that are broken.
    """
    return _generator


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """The folder of a tiny pretrained model, by its name in `tests/encoders/tiny.py`."""
    save = runpy.run_path(str(Path(__file__).parent / "encoders" / "tiny.py"))["save"]
    folder, made = tmp_path_factory.mktemp("tiny"), {}

    def of(name):
        if name not in made:
            made[name] = str(save(name, folder / name))
        return made[name]

    return of


@pytest.fixture
def add_kind(tmp_path_factory, monkeypatch):
    """Installs a package that adds a kind to a family, for the time of a test.

    ``add_kind("malsori.fusions", "gated", "gated:Gated", folder)``: the class `Gated` of
    `gated.py` in that folder. Without a folder the module has to be there, or is missing.
    """
    modules = []

    def add(group, kind, value, folder=None, package="another"):
        site = tmp_path_factory.mktemp("site")
        info = site / f"{package}-1.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.5\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{kind} = {value}\n")
        for place in [site, *([folder] if folder else [])]:
            monkeypatch.syspath_prepend(place)
        modules.append(value.partition(":")[0])

    yield add
    for name in modules:
        if not name.startswith("malsori"):
            sys.modules.pop(name, None)
