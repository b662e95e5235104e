import threading

import pytest
import torch

from malsori.encoders.pretrained import cores
from malsori.encoders.pretrained.cores import side_by_side


@pytest.fixture(params=[1, 3])
def count(request, monkeypatch):
    monkeypatch.setattr(cores, "cores", lambda: request.param)
    return request.param


def test_results_come_in_order_without_gradients(count):
    weight = torch.ones(2, requires_grad=True)
    found = list(side_by_side(lambda x: (weight * x).sum(), [1, 2, 3, 4, 5]))
    assert [float(x) for x in found] == [2, 4, 6, 8, 10]
    assert not any(x.requires_grad for x in found)
    assert not torch.is_inference_mode_enabled()


def test_each_is_computed_by_one_thread_and_the_caller_keeps_its_own(count):
    before = torch.get_num_threads()
    here = threading.get_ident()
    found = list(side_by_side(lambda _: (torch.get_num_threads(), threading.get_ident()), [0] * 6))
    if count > 1:
        assert {threads for threads, _ in found} == {1}
        assert here not in {thread for _, thread in found}
    assert torch.get_num_threads() == before
    later: list[int] = []
    thread = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert later == [before]


def test_one_alone_is_computed_here(count):
    assert list(side_by_side(lambda _: threading.get_ident(), [0])) == [threading.get_ident()]
    assert list(side_by_side(str, [])) == []


def test_errors_come_through(count):
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda x: 1 // x, [1, 0, 1]))


def test_who_stops_early_does_not_wait_for_the_rest(count):
    seen: list[int] = []

    def slow(x):
        seen.append(x)
        threading.Event().wait(0.005)
        return x

    results = side_by_side(slow, list(range(1000)))
    assert next(results) == 0
    results.close()
    assert len(seen) < 1000
