import importlib
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
SHARED = ("_cross_validation", "reference_svm", "emotiontts", "mosi", "augmentation", "encoders",
          "families", "_tiny_models")  # fmt: skip


@pytest.fixture(scope="module")
def example_named():
    """Imports an example as its own script would, and forgets it and what it imports after."""
    sys.path.insert(0, str(EXAMPLES))
    before = {name: sys.modules.pop(name, None) for name in SHARED}
    yield importlib.import_module
    sys.path.remove(str(EXAMPLES))
    for name in SHARED:
        sys.modules.pop(name, None)
    sys.modules.update({name: module for name, module in before.items() if module})
