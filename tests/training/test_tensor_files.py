import struct

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from malsori.errors import MalsoriError
from malsori.training.tensor_files import read_tensors, write_tensors


def same(a, b):
    """Whether two values are of the same types and the same bits, in the same order."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return same(list(a.items()), list(b.items()))
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, torch.Tensor):
        flat = [t.contiguous().reshape(-1).view(torch.uint8) for t in (a, b)]
        return a.dtype == b.dtype and a.shape == b.shape and torch.equal(*flat)
    if isinstance(a, np.ndarray | np.generic):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return struct.pack("d", a) == struct.pack("d", b) if isinstance(a, float) else a == b


def odd_numbers():
    return torch.tensor([float("nan"), float("inf"), -0.0, 1e-45])


STATE = {
    "plain": [None, True, 0, -(2**70), "말", "", 0.1, -0.0, float("nan"), float("-inf")],
    "empty": [{}, [], (), {"": {}}],
    "keys": {0: 1, None: 2, True: 3, "0": 4, (1, "a"): 5, 2.5: 6},
    "kinds": {"dict": [["a", 1]], "tensor": "x", "tuple": ({"float": "nan"},)},
    "tensors": [
        odd_numbers(),
        odd_numbers().to(torch.bfloat16),
        torch.tensor(7),
        torch.arange(6, dtype=torch.int64).reshape(2, 3).T,
        torch.zeros(0, 3),
        torch.tensor([True, False]),
        torch.arange(300).to(torch.uint8)[7:9],
    ],
    "arrays": [np.arange(6.0).reshape(2, 3)[:, ::-1], np.array(3, np.int16), np.float32("nan")],
    "a.b": torch.ones(1),
    "a": {"b": torch.zeros(1)},
}


def test_everything_comes_back_as_it_was(tmp_path):
    write_tensors(tmp_path / "a", STATE)
    assert same(read_tensors(tmp_path / "a"), STATE)
    assert not same(read_tensors(tmp_path / "a"), {**STATE, "a": {"b": torch.full((1,), -0.0)}})


def test_an_optimizer_goes_on_to_the_same_bits(tmp_path):
    def made():
        torch.manual_seed(0)
        model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 1))
        return model, torch.optim.AdamW(model.parameters(), lr=0.1, amsgrad=True)

    def step(model, optimizer):
        optimizer.zero_grad()
        model(torch.ones(2, 3)).sum().backward()
        optimizer.step()

    (model, optimizer), (other, continued) = made(), made()
    step(model, optimizer)
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    write_tensors(tmp_path / "a", state)
    found = read_tensors(tmp_path / "a")
    assert same(found["optimizer"], optimizer.state_dict())
    other.load_state_dict(found["model"])
    continued.load_state_dict(found["optimizer"])
    for _ in range(3):
        step(model, optimizer)
        step(other, continued)
    assert same(list(model.parameters()), list(other.parameters()))


def test_tensors_that_share_memory_are_written_each(tmp_path):
    tied = torch.arange(4.0)
    write_tensors(tmp_path / "a", {"one": tied, "other": tied, "part": tied[1:]})
    assert same(read_tensors(tmp_path / "a"), {"one": tied, "other": tied, "part": tied[1:]})


def test_others_can_read_the_tensors(tmp_path):
    write_tensors(tmp_path / "a.safetensors", {"weights": {"trunk.0.bias": torch.ones(2)}})
    assert load_file(tmp_path / "a.safetensors")["weights.trunk.0.bias"].tolist() == [1, 1]


def test_the_same_data_is_the_same_bytes(tmp_path):
    for name in "ab":
        write_tensors(tmp_path / name, STATE)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_every_flipped_bit_and_every_cut_is_noticed(tmp_path):
    file = tmp_path / "a"
    write_tensors(file, {"step": 3, "w": torch.arange(5.0), "nan": float("nan")})
    whole = file.read_bytes()
    for at in range(len(whole)):
        for damaged in (
            whole[:at],
            whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :],
        ):
            file.write_bytes(damaged)
            with pytest.raises(MalsoriError, match="a: was changed or damaged"):
                read_tensors(file)


def test_what_is_no_data_is_refused_and_nothing_is_left(tmp_path):
    with pytest.raises(TypeError, match=r"model\.0: a file of tensors holds no set"):
        write_tensors(tmp_path / "a", {"model": [{1}]})
    with pytest.raises(MalsoriError, match="a: no such file"):
        read_tensors(tmp_path / "a")
    assert not list(tmp_path.iterdir())
