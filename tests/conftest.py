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
