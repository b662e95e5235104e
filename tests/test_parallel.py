import os
import signal
import subprocess
import sys

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from malsori.errors import MalsoriError
from malsori.parallel import parallel_map


def _half(x: int) -> int:
    if x % 7 == 3:
        raise ValueError(f"{x} is broken")
    return x // 2


def _die(x: int) -> int:
    if x == 5:
        os._exit(1)
    return x


@pytest.mark.parametrize("workers", [1, 2])
def test_order_is_kept_and_failures_belong_to_their_rows(workers):
    outcomes = list(parallel_map(_half, range(50), workers=workers, chunk=3))
    assert [o.index for o in outcomes] == list(range(50))
    assert [o.value for o in outcomes if o.ok] == [x // 2 for x in range(50) if x % 7 != 3]
    assert outcomes[10].error == "ValueError: 10 is broken"


def _threads(_) -> list[int]:
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


@pytest.mark.parametrize("workers", [1, 2])
def test_matrix_products_have_one_thread_while_an_item_is_computed(workers):
    import numpy as np

    assert np.eye(2).sum() == 2  # loads its threads
    with threadpool_limits(2, user_api="blas"):
        before = _threads(0)
        found = [outcome.value for outcome in parallel_map(_threads, range(4), workers=workers)]
        assert found == [[1] * len(before)] * 4
        assert _threads(0) == before
        assert 2 in before


def test_nothing_to_do():
    assert list(parallel_map(_half, [], workers=2)) == []


def test_a_dead_worker_is_an_error_that_names_its_items():
    with pytest.raises(MalsoriError, match="a worker process died in items"):
        list(parallel_map(_die, range(8), workers=2, chunk=2))


def test_a_reader_may_stop_early():
    for outcome in parallel_map(_half, range(1000), workers=2):
        if outcome.index == 2:
            break
    assert outcome.value == 1


def test_workers_end_with_a_parent_that_is_killed():
    code = (
        "import os, time\n"
        "from malsori.parallel import parallel_map\n"
        # One write is one piece of the pipe, whoever else writes; `print` makes two of it.
        "def wait(x):\n    os.write(1, b'here\\n')\n    time.sleep(600)\n"
        "list(parallel_map(wait, range(8), workers=2, chunk=1))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"here\n"
    process.send_signal(signal.SIGKILL)
    # The workers hold the pipe too: it ends when the last of them has ended.
    process.communicate(timeout=60)
