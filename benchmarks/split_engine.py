"""What balancing tasks costs, against one plain backward pass of the summed losses.

Run it with:
    python benchmarks/split_engine.py [--quick] [--json FILE]

Floor: zero_grad, forward, `sum(losses).backward()`. Trunk: MLP 768→1024→576→256 (1.5 M
parameters), heads 256→64→4. All candidates take turns within each round, so that a busy machine
slows them alike; with one thread (the default) time is processor time, with more it is wall
clock. A ratio is the median over rounds of a candidate's time by the floor's.
TorchJD's `mtl_backward` with PCGrad runs in the same rounds if it is installed (it is exact in
the parameters, where the engine works on the representation). The optimiser's step is left out,
which makes the ratios larger than those of whole training steps. What the monitor adds is for its
default of one sample in 50 steps.
"""

import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from _claims import claim, parser, write
from torch import Tensor, nn

from malsori.balance.engines.split import Split
from malsori.balance.monitor import GradMonitor
from malsori.balance.solvers.pcgrad import PCGrad
from malsori.balance.weightings.norm_matched import NormMatched
from malsori.balance.weightings.static import Static

GOAL = 1.25
EVERY = 50


class Problem:
    """A trunk, K heads and one batch."""

    def __init__(self, tasks: int, batch: int) -> None:
        torch.manual_seed(0)
        sizes = (768, 1024, 576, 256)
        layers = [nn.Sequential(nn.Linear(a, b), nn.ReLU()) for a, b in zip(sizes, sizes[1:])]  # noqa: B905, RUF007
        self.trunk = nn.Sequential(*layers)
        self.tasks = [f"task{k}" for k in range(tasks)]
        self.heads = nn.ModuleDict(
            {t: nn.Sequential(nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 4)) for t in self.tasks}
        )
        self.x = torch.randn(batch, 768)
        self.y = {t: torch.randint(0, 4, (batch,)) for t in self.tasks}
        self.parameters = [*self.trunk.parameters(), *self.heads.parameters()]

    def clear(self) -> None:
        """Forgets all gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    def losses(self, copies: dict[str, Tensor], reduction: str = "mean") -> dict[str, Tensor]:
        """Cross-entropy by task."""
        return {
            t: nn.functional.cross_entropy(self.heads[t](z), self.y[t], reduction=reduction)
            for t, z in copies.items()
        }


def floor(problem: Problem) -> Callable[[], None]:
    def step() -> None:
        problem.clear()
        shared = problem.trunk(problem.x)
        losses = problem.losses(dict.fromkeys(problem.tasks, shared))
        torch.stack(list(losses.values())).sum().backward()

    return step


def split(problem: Problem, weighting: Any) -> Callable[[], None]:
    engine = Split(problem.tasks, weighting(problem.tasks), PCGrad())

    def step() -> None:
        problem.clear()
        copies = {t: z for t, (z,) in engine.part(problem.trunk(problem.x)).items()}
        engine.total(problem.losses(copies)).backward()

    return step


def sample(problem: Problem) -> Callable[[], None]:
    """One step whose parameters the monitor samples."""
    engine = Split(problem.tasks, Static(problem.tasks), PCGrad())
    monitor = GradMonitor()
    valid = {t: torch.ones(len(problem.x), dtype=torch.bool) for t in problem.tasks}

    def step() -> None:
        problem.clear()
        copies = {t: z for t, (z,) in engine.part(problem.trunk(problem.x)).items()}
        rows = problem.losses(copies, "none")
        monitor.parameters(0, rows, valid, list(problem.trunk.parameters()))
        monitor.take()
        engine.total({t: loss.mean() for t, loss in rows.items()}).backward()

    return step


def torchjd(problem: Problem) -> Callable[[], None] | None:
    try:
        from torchjd.aggregation import PCGrad as Oracle
        from torchjd.autojac import jac_to_grad, mtl_backward
    except ImportError:
        return None
    aggregator = Oracle()

    def step() -> None:
        problem.clear()
        shared = problem.trunk(problem.x)
        losses = problem.losses(dict.fromkeys(problem.tasks, shared))
        mtl_backward(list(losses.values()), features=shared)
        jac_to_grad(list(problem.trunk.parameters()), aggregator)

    return step


def measure(candidates: dict[str, Callable[[], None]], rounds: int) -> dict[str, list[float]]:
    """Seconds by candidate; each round runs all of them once, in a new random order."""
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    rng = np.random.default_rng(0)
    names = list(candidates)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for round_ in range(rounds + 5):
        for index in rng.permutation(len(names)):
            start = clock()
            candidates[names[index]]()
            if round_ >= 5:
                seconds[names[index]].append(clock() - start)
    return seconds


def compare(tasks: int, batch: int, rounds: int) -> list[dict[str, Any]]:
    """Rows of the report for one number of tasks and one batch size."""
    problem = Problem(tasks, batch)
    candidates: dict[str, Callable[[], None] | None] = {
        "floor": floor(problem),
        "split pcgrad": split(problem, Static),
        "split norm_matched + pcgrad": split(problem, NormMatched),
        "torchjd mtl_backward pcgrad": torchjd(problem),
        "sampled step": sample(problem),
    }
    seconds = measure({n: c for n, c in candidates.items() if c is not None}, rounds)
    base = seconds.pop("floor")
    label = f"MLP K={tasks} batch {batch}"
    rows = [claim(f"{label}: floor", 1e3 * statistics.median(base), "ms")]
    for name, found in seconds.items():
        ratio = statistics.median(a / b for a, b in zip(found, base, strict=True))
        if name == "sampled step":
            own = statistics.median(seconds["split pcgrad"]) / statistics.median(base)
            cost = 100 * (ratio - own) / own / EVERY
            rows.append(claim(f"{label}: monitor, one step in {EVERY}", cost, "% of time"))
        else:
            rows.append(
                claim(f"{label}: {name}", ratio, "× floor", GOAL if "split" in name else None)
            )
    return rows


def main() -> None:
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--threads", type=int, default=1)
    chosen = options.parse_args()
    torch.set_num_threads(chosen.threads)
    print(f"torch {torch.__version__}, {chosen.threads} thread(s), {platform.machine()}")
    rounds = 25 if chosen.quick else 300
    rows = [r for tasks in (2, 5) for batch in (32, 256) for r in compare(tasks, batch, rounds)]
    write(rows, chosen.json)


if __name__ == "__main__":
    main()
