"""What text through a model of KcELECTRA-base's size costs, frozen, against two plain ways.

Transcripts of the generated calls' wording, as long as those of published corpora: most are single
utterances (median 30 characters), some are whole calls. The vocabulary is trained on them and
filled up to KcELECTRA's size. The weights are random, but of the real size: so speeds are real, and
the accuracy of a probe says only what the lower precision changes. The plain loop takes one text at
a time through tokenizer and model in float32. The pipeline of transformers gets its best batch
size: as it is used (float32, texts as they come), and with all that we know (bfloat16, texts sorted
by length). Run it with:
    python benchmarks/text_encoder.py [--quick] [--one-core] [--json FILE]

On a machine with other work, cores wait for each other, which favours us: then take `--one-core`,
which measures the processor's time of a single thread.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from _claims import claim, parser, write

from malsori.corpus.synth.rule import CUES
from malsori.corpus.synth.wording import compose
from malsori.encoders.kinds.transformer import Transformer
from malsori.encoders.pretrained import cores, precision

TEXTS, ROUNDS = 5_000, 3
VOCABULARY = 54_343  # KcELECTRA's
BATCH_SIZES = (1, 8, 32, 128)
CALLS = 0.03  # share of texts that are whole calls

Way = Callable[[list[str]], object]


class Clock:
    """What is measured: time on the wall, or of the processor."""

    now = staticmethod(time.perf_counter)


def transcripts(count: int) -> tuple[list[str], np.ndarray]:
    """Texts, all different, and for each whether its words are those of an urgent call."""
    rng = np.random.default_rng(0)
    texts: dict[str, bool] = {}
    while len(texts) < count:
        cues = {cue: str(rng.choice(levels)) for cue, levels in CUES.items()}
        scenario = str(rng.choice(["구급", "구조", "화재", "기타"]))
        said = compose(scenario, cues, int(rng.integers(90, 360)), rng)
        urgent = cues["severity"] == "상"
        if rng.random() < CALLS * 4:
            texts[" ".join(said)] = urgent
        while said:
            together = int(rng.geometric(0.55))  # sentences in an utterance
            texts[" ".join(said[:together])] = urgent
            said = said[together:]
    return list(texts)[:count], np.array(list(texts.values())[:count])


def save_model(folder: Path, texts: list[str]) -> None:
    """An ELECTRA of base size with random weights, and a WordPiece vocabulary of these texts."""
    from tokenizers import BertWordPieceTokenizer
    from transformers import ElectraConfig, ElectraModel, ElectraTokenizer

    torch.manual_seed(0)
    trained = BertWordPieceTokenizer(lowercase=False, strip_accents=False)
    trained.train_from_iterator(texts, vocab_size=VOCABULARY, min_frequency=2, show_progress=False)
    folder.mkdir()
    pieces = sorted(trained.get_vocab(), key=trained.token_to_id)
    pieces += [f"[unused{i}]" for i in range(VOCABULARY - len(pieces))]
    (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    tokenizer = ElectraTokenizer(vocab=str(folder / "vocab.txt"), do_lower_case=False)
    tokenizer.save_pretrained(folder)
    config = ElectraConfig(
        vocab_size=VOCABULARY, embedding_size=768, hidden_size=768, num_hidden_layers=12,
        num_attention_heads=12, intermediate_size=3072,
    )  # fmt: skip
    ElectraModel(config).save_pretrained(folder)


def encode(encoder: Transformer, texts: list[str]) -> np.ndarray:
    """As the store does: tokenised, then in batches."""
    ready = [encoder.ready(text) for text in texts]
    found = dict(encoder.prepare_many(ready))
    return np.concatenate([found[i] for i in range(len(texts))])


def plain_loop(folder: Path) -> Way:
    """Tokenizer and float32 model, one text at a time, cut at what the model reads."""
    from transformers import AutoModel, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    model.eval()
    cut = {"truncation": True, "max_length": 512}

    def run(texts: list[str]) -> np.ndarray:
        with torch.inference_mode():
            asked = (tokenizer(text, return_tensors="pt", **cut) for text in texts)
            return np.concatenate([model(**a).last_hidden_state[:, 0].numpy() for a in asked])

    return run


def pipelines(folder: Path, dtype: str, *, in_order: bool) -> Iterator[tuple[int, Way]]:
    """The pipeline with several batch sizes."""
    from transformers import pipeline

    made = pipeline("feature-extraction", model=str(folder), dtype=dtype, device="cpu")
    cut = {"truncation": True, "max_length": 512}

    def run(texts: list[str], size: int) -> object:
        texts = sorted(texts, key=len) if in_order else texts
        with torch.inference_mode():
            found = made(texts, batch_size=size, tokenize_kwargs=cut, return_tensors=True)
            return [one[0, 0].float().numpy() for one in found]

    for size in BATCH_SIZES:
        yield size, partial(run, size=size)


def seconds(run: Callable[[Any], object], given: Any) -> float:
    start = Clock.now()
    run(given)
    return Clock.now() - start


def probe(embeddings: np.ndarray, urgent: np.ndarray) -> float:
    """Accuracy of a logistic regression, in five folds."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))
    return float(cross_val_score(model, embeddings, urgent, cv=5).mean())


def main() -> None:
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--one-core", action="store_true", help="one thread, processor time")
    chosen = options.parse_args()
    if chosen.one_core:
        for module in (precision, cores):
            module.cores = lambda: 1
        Clock.now = staticmethod(time.process_time)
    count = 80 if chosen.quick else TEXTS
    texts, urgent = transcripts(count)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "model"
        save_model(folder, texts)
        torch.set_num_threads(precision.cores())
        some = (40, 10) if chosen.quick else (400, 60)
        rows = speeds(folder, texts, *some, rounds=1 if chosen.quick else ROUNDS)
        rows += lower_precision(folder, texts, urgent)
    write(rows, chosen.json)


def speeds(folder: Path, texts: list[str], some: int, few: int, rounds: int) -> list[dict]:
    """Ours on all texts; the others, which are slower, on some of them that are as long."""
    encoder = Transformer(model=str(folder))
    lengths = [encoder.token_length(text) for text in texts]
    low, middle, high = np.percentile(lengths, (5, 50, 95)).astype(int)
    characters = np.median([len(text) for text in texts])
    print(f"{len(texts):,} texts of {low} to {high} tokens (90 %), median {middle}; "
          f"{characters:.0f} characters")  # fmt: skip
    compared, searched = sample(texts, lengths, some), sample(texts, lengths, few)
    ways: dict[str, Way] = {"one text at a time": plain_loop(folder)}
    for name, dtype, in_order in (("as it is used", "float32", False),
                                  ("bfloat16, sorted", "bfloat16", True)):  # fmt: skip
        tried = dict(pipelines(folder, dtype, in_order=in_order))
        for way in tried.values():
            way(searched[:8])
        best = min(tried, key=lambda size: seconds(tried[size], searched))
        ways[f"the pipeline, {name}, batches of {best}"] = tried[best]
    encode(encoder, searched)
    taken = []
    for _ in range(rounds):
        others = {name: seconds(way, compared) / len(compared) for name, way in ways.items()}
        taken.append((seconds(partial(encode, encoder), texts) / len(texts), others))
    ours = statistics.median(mine for mine, _ in taken)
    rows = []
    for name in ways:
        ratio = statistics.median(others[name] / mine for mine, others in taken)
        goal = 4 if name == "one text at a time" else 1
        rows.append(claim(f"against {name}", ratio, "x", goal, "at least"))
    ready = seconds(lambda every: [encoder.ready(text) for text in every], texts) / len(texts)
    rows.append(claim("texts", 1 / ours, "a second"))
    rows.append(claim("tokens", float(np.mean(lengths)) / ours, "a second"))
    rows.append(claim("of it cleaning and tokenising", 100 * ready / ours, "%"))
    rows.append(claim("matrix product, bfloat16 against float32", product_ratio(), "x"))
    return rows


def sample(texts: list[str], lengths: list[int], count: int) -> list[str]:
    """Some texts, in their order, whose lengths are spread as those of all are."""
    by_length = np.argsort(lengths, kind="stable")
    places = np.linspace(0, len(texts) - 1, min(count, len(texts))).round().astype(int)
    return [texts[i] for i in np.sort(by_length[places])]


def product_ratio() -> float:
    """What this processor's bfloat16 is worth by itself."""
    taken = {}
    for dtype in (torch.float32, torch.bfloat16):
        values, weights = torch.randn(2048, 768).to(dtype), torch.randn(3072, 768).to(dtype)
        run = partial(torch.nn.functional.linear, values)
        taken[dtype] = min(seconds(run, weights) for _ in range(20))
    return taken[torch.float32] / taken[torch.bfloat16]


def lower_precision(folder: Path, texts: list[str], urgent: np.ndarray) -> list[dict]:
    """What bfloat16 costs, on as many texts as float32 encodes in reasonable time."""
    some = slice(0, 2_000)
    full = encode(Transformer(model=str(folder), precision="float32", pool="mean"), texts[some])
    half = encode(Transformer(model=str(folder), precision="bfloat16", pool="mean"), texts[some])
    error = np.linalg.norm(half - full, axis=1) / np.linalg.norm(full, axis=1)
    before, after = probe(full, urgent[some]), probe(half, urgent[some])
    return [
        claim("bfloat16: relative error, median", 100 * float(np.median(error)), "%"),
        claim("bfloat16: relative error, largest", 100 * float(error.max()), "%"),
        claim("probe in float32", before, "accuracy"),
        claim("bfloat16 changes the probe's accuracy by", 100 * (after - before), "points"),
        claim("majority", float(max(urgent[some].mean(), 1 - urgent[some].mean())), "accuracy"),
    ]


if __name__ == "__main__":
    main()
