import pytest
import torch

from malsori.encoders.base import EncoderModule
from malsori.encoders.tokens import Tokens
from malsori.nn.fusion import FUSIONS
from malsori.nn.heads import HEADS
from malsori.nn.model import Model
from malsori.nn.sharing import SHARINGS
from malsori.registry import ComponentConfig
from malsori.schema import Task

URGENCY = Task(name="urgency", kind="ordinal", classes=("low", "mid", "high"))
SENTIMENT = Task(name="sentiment", kind="nominal", classes=("neg", "neu", "pos", "mixed"))


class Identity(EncoderModule):
    """Features are the tokens."""

    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, features, mask):
        return Tokens(features, mask)


@pytest.fixture
def make_model():
    def make(fusion="early", tasks=(URGENCY, SENTIMENT), dims=None, **options):
        dims = dims or {"speech": 6, "text": 4}
        fused = FUSIONS.build(ComponentConfig(kind=fusion), dims)
        sharings = {
            view: SHARINGS.build(ComponentConfig(kind="hard", dim=16), dim, [t.name for t in tasks])
            for view, dim in fused.view_dims.items()
        }
        heads = {
            view: {t.name: HEADS.build(ComponentConfig(kind=t.kind), 16, t) for t in tasks}
            for view in sharings
        }
        encoders = {name: Identity(dim) for name, dim in dims.items()}
        return Model(encoders, fused, sharings, heads, **options)

    torch.manual_seed(0)
    return make
