import torch

from malsori.encoders.tokens import Tokens
from malsori.nn.fusion.late import Late


def test_each_modality_is_a_view_that_sees_nothing_of_the_others():
    torch.manual_seed(0)
    late = Late({"speech": 3, "text": 2}, dim=4).eval()
    mask = torch.tensor([[True], [False]])
    speech = Tokens(torch.randn(2, 1, 3), mask)
    text = Tokens(torch.randn(2, 1, 2), torch.ones_like(mask))
    one = late({"speech": speech, "text": text})
    two = late({"speech": speech, "text": Tokens(text.values + 1, text.mask)})
    assert one.present.tolist() == [[True, True], [False, True]]
    assert torch.equal(one.views[0], two.views[0])
    assert not torch.equal(one.views[1], two.views[1])
