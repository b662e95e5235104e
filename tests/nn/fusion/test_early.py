import numpy as np
import pytest
import torch

from malsori.nn.fusion.early import Early


def test_view_holds_all_modalities():
    assert Early({"speech": 3, "text": 2}, dim=16).view_dims == {"early": 32}


def xor(count, rng):
    """Which of two voices and which of two wordings; the answer is whether they differ."""
    voice, words = rng.integers(0, 2, (2, count))
    speech = rng.normal(size=(count, 8, 40))
    text = rng.normal(size=(count, 5, 30))
    speech[:, :, :6] += 0.6 * (2 * voice - 1)[:, None, None]
    text[:, :, :6] += 0.6 * (2 * words - 1)[:, None, None]
    features = {"speech": speech, "text": text}
    return {n: torch.tensor(v, dtype=torch.float32) for n, v in features.items()}, voice ^ words


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "lowest", "highest"), [("early", 0.95, 1.0), ("late", 0.4, 0.6)])
def test_only_early_fusion_learns_an_interaction(make_model, kind, lowest, highest):
    from malsori.nn.batches import Batch
    from malsori.schema import Task

    rng = np.random.default_rng(0)
    task = Task(name="urgency", kind="ordinal", classes=("low", "high"))
    model = make_model(kind, (task,), {"speech": 40, "text": 30})
    features, target = xor(1900, rng)
    held_out, truth = xor(600, rng)

    def batch(chosen, rows):
        values = {n: v[rows] for n, v in chosen.items()}
        masks = {n: torch.ones(v.shape[:2], dtype=torch.bool) for n, v in values.items()}
        return Batch(values, masks, {})

    torch.manual_seed(0)
    model.set_priors({"urgency": np.array([0.5, 0.5])})
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
    for _ in range(6):
        for rows in torch.randperm(1900).split(64):
            output = model(batch(features, rows))
            loss = model.loss(output, {"urgency": torch.from_numpy(target)[rows]})
            optimizer.zero_grad()
            loss["urgency"].mean().backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        answer = model(batch(held_out, slice(None))).probabilities["urgency"].argmax(-1)
    assert lowest <= (answer.numpy() == truth).mean() <= highest
