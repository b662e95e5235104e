"""An engine from outside: the gradients of the shared parameters themselves, one task a pass."""

import torch

from malsori.balance.engines import Engine
from malsori.balance.gramians import gramian_of


class Exact(Engine):
    """K backward passes; needs no cut."""

    needs_cut = False

    def backward(self, losses, shared=None, penalty=None):
        """Balances on the shared parameters; each task's own parameters get their gradient."""
        total = self.total(losses)
        tasks = [k for k, task in enumerate(self.tasks) if task in losses]
        parameters = [p for group in (shared or {}).values() for p in group]
        before = [None if p.grad is None else p.grad.clone() for p in parameters]
        rows = [
            # With one task alone there is nothing that is shared.
            torch.autograd.grad(
                losses[self.tasks[k]] * self._stated[k],
                parameters,
                retain_graph=True,
                allow_unused=True,
            )
            for k in tasks
            if parameters
        ]
        total.backward(retain_graph=penalty is not None)
        if len(rows) > 1:
            weights = self.balance(tasks, gramian_of(rows))
            for p, old, *own in zip(parameters, before, *rows, strict=True):
                new = sum(
                    w * g for w, g in zip(weights.tolist(), own, strict=True) if g is not None
                )
                p.grad = new if old is None else old + new
        if penalty is not None:
            penalty.backward()
        return self.last
