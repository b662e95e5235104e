"""Same threads, same order of sums, same bits; and no compiler that nobody asked for."""

from __future__ import annotations

import os
import sys

import torch
import torch._compile


def settle(threads: int) -> None:
    """Makes this process compute the same bits each time."""
    torch.set_num_threads(threads)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # determinism on CUDA needs it
    # Not `use_deterministic_algorithms`, which does the same and imports the compiler for it.
    torch.set_deterministic_debug_mode("error")
    without_compiler()


def without_compiler() -> None:
    """Keeps optimizers from importing `torch.compile`'s machinery at their first call.

    PyTorch marks some of their methods as not to be compiled, and imports the whole compiler
    (1.5–2.3 s) to do so. Where it is not imported nothing is compiled, and no mark is needed.
    """
    if "torch._dynamo" in sys.modules:
        return
    for method in vars(torch.optim.Optimizer).values():
        code, plain = getattr(method, "__code__", None), getattr(method, "__wrapped__", None)
        if code is not None and plain is not None and code.co_filename == torch._compile.__file__:
            plain.__dict__.setdefault("__dynamo_disable", plain)  # as `_disable_dynamo` looks for
