"""Encoding speech with wav2vec 2.0, against the plain loop that everybody writes.

    python benchmarks/speech_encoder.py [--quick] [--json FILE] [--precision float32]
                                        [--size base|large]

Weights are random (none can be fetched here), the size is the real one: 95 million parameters,
or 317 million, which is the default where there is a GPU. The plain loop is the feature extractor
and the model in float32, one clip at a time, on the same device. Both use every core and take
turns over the same clips; the ratio is the median over the turns.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from _claims import claim, parser, write

from malsori.encoders.kinds.wav2vec2 import Wav2Vec2
from malsori.encoders.pretrained.loading import load_model
from malsori.encoders.pretrained.precision import best_device
from malsori.parallel import cores
from malsori.signals.audio import Audio
from malsori.signals.telephone import add_noise

RATE = 16_000
DEVICE = best_device()
# What differs from the base model, as in facebook/wav2vec2-large-lv60.
SIZES: dict[str, dict[str, Any]] = {
    "base": {},
    "large": {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16,
              "intermediate_size": 4096, "feat_extract_norm": "layer", "conv_bias": True,
              "do_stable_layer_norm": True},
}  # fmt: skip


def main() -> None:
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--precision", default="auto", help="auto, float32 or bfloat16")
    options.add_argument("--size", choices=SIZES, default="large" if DEVICE == "cuda" else "base")
    given = options.parse_args()
    count, rounds = (18, 3) if given.quick else (300, 10)
    torch.manual_seed(0)
    torch.set_num_threads(cores())
    with tempfile.TemporaryDirectory() as folder:
        save(folder, given.size)
        clips = [clip(i) for i in range(count)]
        rows = measure(folder, clips, rounds, given.precision)
    write(rows, given.json)


def save(folder: str, size: str) -> None:
    """A wav2vec 2.0 with random weights, as its authors' configuration has it."""
    from transformers import Wav2Vec2Config, Wav2Vec2FeatureExtractor, Wav2Vec2Model
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    Wav2Vec2Model(Wav2Vec2Config(**SIZES[size])).save_pretrained(folder)
    Wav2Vec2FeatureExtractor().save_pretrained(folder)


def clip(seed: int) -> Audio:
    """2 to 8 seconds of a buzzing voice in noise; its pitch is one of two, for the probe."""
    rng = np.random.default_rng(seed)
    time_ = np.arange(round(rng.uniform(2, 8) * RATE)) / RATE
    pitch = (110, 220)[seed % 2] * (1 + 0.1 * np.sin(2 * np.pi * 3 * time_))
    voice = np.sign(np.sin(2 * np.pi * np.cumsum(pitch) / RATE)) * (np.sin(9 * time_) > -0.3)
    return add_noise(Audio((0.1 * voice).astype(np.float32), RATE), 5.0, rng)


def measure(folder: str, clips: list[Audio], rounds: int, precision: str) -> list[dict]:
    from transformers import Wav2Vec2FeatureExtractor

    extractor = Wav2Vec2FeatureExtractor.from_pretrained(folder)
    plain = load_model(folder).to(DEVICE)
    ours = Wav2Vec2(model=folder, precision=precision)  # type: ignore[arg-type]

    def loop(part: list[Audio]) -> list[np.ndarray]:
        found = []
        with torch.inference_mode():
            for one in part:
                values = extractor(one.samples, sampling_rate=RATE, return_tensors="pt")
                frames = plain(values.input_values.to(DEVICE)).last_hidden_state[0]
                found.append(frames.mean(0).cpu().numpy())
        return found

    def fast(part: list[Audio]) -> list[np.ndarray]:
        ready = [ours.ready(one) for one in part]
        found = dict(ours.prepare_many(ready))
        return [found[i] for i in range(len(part))]

    loop(clips[:2]), fast(clips[:2])  # warm
    parts = [clips[i::rounds] for i in range(rounds)]
    times = [(timed(loop, part), timed(fast, part)) for part in parts]
    seconds = sum(one.duration for one in clips)
    peak = matrix_peak(ours.fingerprint()["precision"])
    took = sum(after for _, after in times)
    share = seconds * flops_a_second(plain.config) / took / peak
    rows = [
        claim("plain loop, fp32", seconds / sum(a for a, _ in times), "x real time"),
        claim(f"malsori, {ours.fingerprint()['precision']}", seconds / took, "x real time"),
        claim(
            "malsori / plain loop (median of the turns)",
            statistics.median(a / b for a, b in times),
            "x",
            2.0,
            "at least",
        ),
        claim("matrix product peak in that precision", peak / 1e9, "GFLOP/s"),
        claim("share of that peak", 100 * share, "%", 60 if DEVICE == "cpu" else 50, "at least"),
    ]
    return rows + what_it_costs(folder, clips)


def timed(job: Callable[[list[Audio]], object], part: list[Audio]) -> float:
    begin = time.perf_counter()
    job(part)
    return time.perf_counter() - begin


def matrix_peak(precision: str) -> float:
    """FLOP/s of a matrix product, the best of twenty; on a GPU one large enough to fill it."""
    kind = getattr(torch, precision)
    rows, inner, columns = (1024, 768, 3072) if DEVICE == "cpu" else (8192, 8192, 8192)
    a = torch.randn(rows, inner, dtype=kind, device=DEVICE)
    b = torch.randn(columns, inner, dtype=kind, device=DEVICE)
    best = np.inf
    with torch.inference_mode():
        for _ in range(20):
            wait()
            begin = time.perf_counter()
            torch.nn.functional.linear(a, b)
            wait()
            best = min(best, time.perf_counter() - begin)
    return 2 * rows * inner * columns / best


def wait() -> None:
    """Until a GPU has done what it was told."""
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def flops_a_second(config: Any) -> float:
    """Floating-point operations that a wav2vec 2.0 needs for a second of audio.

    Convolutions and matrix products only; attention between frames of a clip of 5 s.
    """
    rate, total, width = float(RATE), 0.0, 1
    for channels, kernel, stride in zip(
        config.conv_dim, config.conv_kernel, config.conv_stride, strict=True
    ):
        rate /= stride
        total += 2 * rate * channels * width * kernel
        width = channels
    size, inner = config.hidden_size, config.intermediate_size
    groups = config.num_conv_pos_embedding_groups
    total += 2 * rate * width * size
    total += 2 * rate * size * (size // groups) * config.num_conv_pos_embeddings
    layer = 4 * size * size + 2 * size * inner
    return total + config.num_hidden_layers * 2 * rate * (layer + 2 * size * 5 * rate)


def what_it_costs(folder: str, clips: list[Audio]) -> list[dict]:
    """The error of the machine's own precision, and what a probe makes of it."""
    found = {}
    for precision in ("float32", "auto"):
        encoder = Wav2Vec2(model=folder, per="utterance", precision=precision)  # type: ignore[arg-type]
        some = dict(encoder.prepare_many([encoder.ready(one) for one in clips[:100]]))
        found[precision] = np.concatenate([some[i] for i in range(len(some))])
    exact, near = found["float32"], found["auto"]
    error = np.linalg.norm(near - exact, axis=1) / np.linalg.norm(exact, axis=1)
    centred = np.linalg.norm(near - exact, axis=1) / np.linalg.norm(exact - exact.mean(0), axis=1)
    change = probe(near) - probe(exact)
    return [
        claim("relative error of an embedding against fp32, median", 100 * np.median(error), "%"),
        claim("the same, against what differs between clips", 100 * np.median(centred), "%"),
        claim("probe accuracy (two pitches), fp32", 100 * probe(exact), "%"),
        claim("change of the probe's accuracy", 100 * change, "points"),
    ]


def probe(embeddings: np.ndarray) -> float:
    """Held-out accuracy of a logistic regression that tells the two pitches apart."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    labels = np.arange(len(embeddings)) % 2
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
    return float(cross_val_score(model, embeddings, labels, cv=4).mean())


if __name__ == "__main__":
    main()
