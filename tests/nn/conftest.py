import pytest
import torch

from malsori.encoders.base import EncoderModule
from malsori.encoders.tokens import Tokens
from malsori.nn.counts import Counts
from malsori.nn.fusion import FUSIONS
from malsori.nn.heads import HEADS
from malsori.nn.model import TIED, Model
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


def head_of(task, dim):
    counts = Counts(10 * task.width, (10,) * len(task.classes))
    return HEADS.build(ComponentConfig(kind=task.kind), dim=dim, task=task, counts=counts)


@pytest.fixture
def make_model():
    def make(fusion="early", tasks=(URGENCY, SENTIMENT), dims=None, sharing=None, **options):
        dims = dims or {"speech": 6, "text": 4}
        fused = FUSIONS.build(FUSIONS.example(fusion), dims)
        sharing = sharing or ComponentConfig(kind="hard", dim=16)
        sharings = {
            view: SHARINGS.build(sharing, dim, [t.name for t in tasks])
            for view, dim in fused.view_dims.items()
        }
        places = [TIED] if fused.tied else list(sharings)
        size = next(iter(sharings.values())).out_dim
        heads = {place: {t.name: head_of(t, size) for t in tasks} for place in places}
        encoders = {name: Identity(dim) for name, dim in dims.items()}
        return Model(encoders, fused, sharings, heads, **options)

    torch.manual_seed(0)
    return make
