"""What every pretrained encoder must satisfy beyond the contract of all encoders."""

import pickle
import runpy
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.signal import resample_poly
from torch import nn

from malsori.encoders import ENCODERS, Encoder
from malsori.encoders.pretrained import cores, precision
from malsori.errors import MalsoriError
from malsori.parallel import parallel_map
from malsori.registry import ComponentConfig
from malsori.signals.audio import Audio

TINY = runpy.run_path(str(Path(__file__).parents[1] / "tiny.py"))
NAMES, SPEECH, LAYERS = list(TINY["KIND_OF"]), TINY["SPEECH"], TINY["LAYERS"]
TEXTS = ["불이 났어요! 빨리 와 주세요.", "네", "여기 삼 층 인데요 " * 12, "where are you"]


@pytest.fixture
def build(tiny_model):
    """Builds the encoder of a tiny model, in float32 if nothing else is said."""

    def make(name, **options) -> Encoder:
        if name == "kobert":
            pytest.importorskip("sentencepiece")
        options = {"model": tiny_model(name), "precision": "float32", **options}
        return ENCODERS.build(ComponentConfig(kind=TINY["KIND_OF"][name], **options))

    return make


def voice(seed: int, seconds: float, rate: int = 16000) -> Audio:
    """A tone with overtones below 3 kHz that rises, and a little noise."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    phase = 2 * np.pi * (150 + 30 * seed + 10 * time) * time
    wave = sum(np.sin(k * phase) / k for k in range(1, 9)) * (1 + np.sin(5 * time))
    return Audio((0.1 * wave + 1e-3 * rng.normal(size=len(time))).astype(np.float32), rate)


def signals(encoder: Encoder) -> list:
    if encoder.signal == "text":
        return TEXTS
    return [voice(i, seconds) for i, seconds in enumerate((1.3, 0.4, 2.6, 1.3))]


def relative(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


def trained(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def batch(features: list[np.ndarray], extra: int = 0):
    longest = max(map(len, features)) + extra
    values = torch.zeros(len(features), longest, 1, dtype=torch.from_numpy(features[0]).dtype)
    mask = torch.zeros(len(features), longest, dtype=torch.bool)
    for i, found in enumerate(features):
        values[i, : len(found)] = torch.from_numpy(found)
        mask[i, : len(found)] = True
    return values, mask


def calm(module: nn.Module) -> nn.Module:
    """Without dropout; layer drop and masking are off already."""
    for part in module.modules():
        if isinstance(part, nn.Dropout):
            part.p = 0.0
        for name in ("dropout", "attention_dropout", "activation_dropout", "dropout_prob"):
            if isinstance(getattr(part, name, None), float):
                setattr(part, name, 0.0)
    return module


class TestFrozen:
    @pytest.mark.parametrize("layers", ["mean", "1", "weighted"])
    @pytest.mark.parametrize("name", NAMES)
    def test_layers_are_those_of_the_model(self, build, name, layers):
        encoder = build(name, layers=layers)
        found = encoder.prepare(signals(encoder)[0])
        size = TINY["WIDTH"] * (LAYERS + 1 if layers == "weighted" else 1)
        assert found.shape[1] == size == encoder.width
        every = build(name, layers="weighted").prepare(signals(encoder)[0])
        every = every.reshape(len(found), LAYERS + 1, -1)
        expected = {"mean": every.mean(1), "1": every[:, 1], "weighted": every.flatten()}
        np.testing.assert_allclose(
            found.reshape(expected[layers].shape), expected[layers], atol=1e-5
        )
        if layers == "1":  # as a person writes it
            np.testing.assert_array_equal(build(name, layers=1).prepare(signals(encoder)[0]), found)
        if not name.endswith("layer-norm"):  # theirs normalise once more behind the last layer
            last = build(name).prepare(signals(encoder)[0])
            np.testing.assert_allclose(every[:, -1], last, atol=1e-5)

    @pytest.mark.parametrize("name", NAMES)
    def test_threads_change_nothing(self, build, name, monkeypatch):
        found = []
        for count in (1, 3):
            for module in (precision, cores):
                monkeypatch.setattr(module, "cores", lambda count=count: count)
            encoder = build(name)
            ready = [encoder.ready(signal) for signal in signals(encoder) * 3]
            found.append(dict(encoder.prepare_many(ready)))
        for i, one in found[0].items():
            assert relative(found[1][i], one) < 1e-5

    @pytest.mark.parametrize("name", NAMES)
    def test_bfloat16_is_near(self, build, name):
        encoder = build(name)
        exact = encoder.prepare(signals(encoder)[0])
        rough = build(name, precision="bfloat16").prepare(signals(encoder)[0])
        assert rough.dtype == np.float32
        assert 0 < relative(rough, exact) < 0.05

    @pytest.mark.parametrize("name", NAMES)
    def test_another_folder_with_the_same_weights_is_the_same(self, build, name, tmp_path):
        encoder = build(name)
        shutil.copytree(encoder.model, tmp_path / "copy")
        copy = build(name, model=str(tmp_path / "copy"))
        assert copy.fingerprint() == encoder.fingerprint()
        signal = signals(encoder)[0]
        np.testing.assert_array_equal(copy.prepare(signal), encoder.prepare(signal))

    @pytest.mark.parametrize("name", ["wav2vec2", "electra"])
    def test_other_weights_have_another_fingerprint(self, build, name, tmp_path):
        from safetensors.torch import load_file, save_file

        encoder = build(name)
        shutil.copytree(encoder.model, tmp_path / "other")
        weights = load_file(tmp_path / "other" / "model.safetensors")
        next(iter(weights.values())).add_(1e-3)
        save_file(weights, tmp_path / "other" / "model.safetensors", {"format": "pt"})
        other = build(name, model=str(tmp_path / "other"))
        assert other.fingerprint() != encoder.fingerprint()

    @pytest.mark.parametrize("name", NAMES)
    def test_workers_make_signals_ready(self, build, name):
        encoder = build(name)
        encoder.prepare(signals(encoder)[0])  # weights are loaded, but do not travel
        assert len(pickle.dumps(encoder)) < 200_000
        here = [encoder.ready(signal) for signal in signals(encoder)]
        there = list(parallel_map(encoder.ready, signals(encoder), workers=2))
        for outcome, expected in zip(there, here, strict=True):
            np.testing.assert_array_equal(outcome.value, expected)


class TestSampleRate:
    @pytest.mark.parametrize("name", SPEECH)
    def test_telephone_audio_is_heard_at_its_own_speed(self, build, name):
        encoder = build(name, tokens=4)
        narrow = voice(1, 1.5, rate=8000)
        wide = resample_poly(narrow.samples.astype(np.float64), 2, 1, window=("kaiser", 10.0))
        found = encoder.prepare(narrow)
        expected = encoder.prepare(Audio(wide.astype(np.float32), 16000))
        wrong = encoder.prepare(Audio(narrow.samples, 16000))  # what nobody resampled
        assert found.shape == expected.shape
        assert len(wrong) < len(found)
        assert 3 * relative(found, expected) < relative(wrong, expected[: len(wrong)])
        assert relative(found, expected) < 0.05

    @pytest.mark.parametrize("name", SPEECH)
    def test_a_recipe_that_would_not_resample_is_refused(self, build, name):
        with pytest.raises(MalsoriError, match="hears at 16000 Hz, not 8000"):
            build(name, sample_rate=8000).prepare(voice(0, 1.0, rate=8000))
        with pytest.raises(MalsoriError, match="hears at 16000 Hz, not 8000"):
            build(name, sample_rate=8000).fingerprint()  # so also where features are stored
        assert build(name, sample_rate=16000).rate == 16000


class TestTuned:
    @pytest.mark.parametrize("tune", ["all", "last:1", "lora:2"])
    @pytest.mark.parametrize("name", NAMES)
    def test_without_learning_it_equals_the_frozen_model(self, build, name, tune):
        torch.manual_seed(0)
        frozen, tuned = build(name), build(name, tune=tune)
        stored = [frozen.prepare(signal) for signal in signals(frozen)]
        given = [tuned.prepare(signal) for signal in signals(tuned)]
        reference = frozen.module(stored[0].shape[1])
        reference.fit(stored)
        module = calm(tuned.module(1))
        module.fit(given)
        optimizer = torch.optim.AdamW(
            [p for p in module.parameters() if p.requires_grad], lr=0.0, weight_decay=0.1
        )
        module.train()
        for _ in range(2):
            optimizer.zero_grad()
            module(*batch(given)).values.square().mean().backward()
            optimizer.step()
        tokens = module(*batch(given, extra=400))  # training mode, and more padding
        for i, values in enumerate(stored):
            expected = reference(
                torch.from_numpy(values)[None], torch.ones(1, len(values), dtype=torch.bool)
            ).values[0]
            found = tokens.values[i][tokens.mask[i]]
            assert relative(found.detach().numpy(), expected.numpy()) < 1e-4

    @pytest.mark.parametrize("name", NAMES)
    def test_trained_parameters_are_counted_right(self, build, name):
        frozen = build(name)
        assert trained(frozen.module(frozen.width)) == 0
        whole = build(name, tune="all").module(1)
        front = sum(
            p.numel()
            for key, p in whole.named_parameters()
            if any(f".{part}." in key for part in TINY["FRONT"])
        )
        assert trained(whole) == sum(p.numel() for p in whole.parameters()) - front
        assert (front > 0) == (name in SPEECH)
        body = whole.hearing if name in SPEECH else whole.reading
        layer = sum(p.numel() for p in body.transformer[-1].parameters())
        assert trained(build(name, tune="last:1").module(1)) == layer
        width, rank = TINY["WIDTH"], 3
        # Two matrices of D x rank for queries and for values, in each layer.
        assert trained(build(name, tune="lora:3").module(1)) == LAYERS * 2 * 2 * width * rank

    @pytest.mark.parametrize("tune", ["all", "last:1", "lora:2"])
    @pytest.mark.parametrize("name", SPEECH)
    def test_no_gradient_passes_through_the_front(self, build, name, tune):
        encoder = build(name, tune=tune)
        module = encoder.module(1).train()
        asked = {}

        def look(key):
            return lambda _, __, found: asked.update({key: found.requires_grad})

        for key, part in module.named_modules():
            if key.rpartition(".")[2] in TINY["FRONT"] and "position" not in key:
                part.register_forward_hook(look(key))
        tokens = module(*batch([encoder.prepare(voice(0, 1.0))]))
        assert tokens.values.requires_grad
        assert asked
        assert not any(asked.values())

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("tune", ["all", "last:1", "lora:2"])
    def test_only_what_is_trained_changes(self, build, name, tune):
        torch.manual_seed(0)
        encoder = build(name, tune=tune)
        module = encoder.module(1)
        before = {key: p.detach().clone() for key, p in module.named_parameters()}
        given = batch([encoder.prepare(signal) for signal in signals(encoder)[:2]])
        optimizer = torch.optim.SGD([p for p in module.parameters() if p.requires_grad], lr=1e-2)
        for _ in range(2):  # LoRA's second factor is zero at first
            optimizer.zero_grad()
            (module(*given).values * torch.arange(module.dim)).sum().backward()
            optimizer.step()
        changed = {key for key, p in module.named_parameters() if not torch.equal(p, before[key])}
        wanted = {key for key, p in module.named_parameters() if p.requires_grad}
        assert changed <= wanted
        assert len(changed) > 0.7 * len(wanted)  # biases of keys have no gradient

    @pytest.mark.parametrize("name", ["hubert", "roberta"])
    def test_its_rate_is_its_own(self, build, name):
        assert build(name, tune="last:1").module(1).lr == 1e-5
        assert build(name, tune="lora:2").module(1).lr == 1e-4
        assert build(name, tune="all", lr=3e-6).module(1).lr == 3e-6
        assert build(name).module(32).lr is None

    def test_more_layers_than_there_are_is_refused(self, build):
        with pytest.raises(MalsoriError, match="the model has 2 layers"):
            build("electra", tune="last:3").module(1)


class TestRefused:
    def test_pooling_what_the_model_does_not_have_is_told_before_anything_is_encoded(
        self, build, tmp_path
    ):
        from transformers import AutoTokenizer

        encoder = build("electra")
        shutil.copytree(encoder.model, tmp_path / "bare")
        tokenizer = AutoTokenizer.from_pretrained(encoder.model)
        tokenizer.backend_tokenizer.post_processor = None
        tokenizer.save_pretrained(tmp_path / "bare")
        bare = build("electra", model=str(tmp_path / "bare"))
        with pytest.raises(MalsoriError, match="no token that stands for the whole text"):
            bare.fingerprint()
        mean = build("electra", model=str(tmp_path / "bare"), pool="mean")
        assert mean.prepare(TEXTS[0]).shape == (1, TINY["WIDTH"])

    @pytest.mark.parametrize("name", ["wav2vec2", "electra"])
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"layers": "7"}, r"0 to 2"),
            ({"layers": "top"}, "no choice of layers"),
            ({"tune": "half"}, "not understood"),
        ],
    )
    def test_wrong_options_are_named(self, build, name, options, message):
        signal = signals(build(name))[0]
        with pytest.raises(MalsoriError, match=message):
            build(name, **options).prepare(signal)

    def test_another_architecture_is_named(self, build, tiny_model):
        with pytest.raises(MalsoriError, match="'hubert', not wav2vec2"):
            build("wav2vec2", model=tiny_model("hubert")).prepare(voice(0, 0.5))

    @pytest.mark.parametrize("name", ["wav2vec2", "electra"])
    def test_missing_weights_are_not_replaced_by_chance(self, build, name, tmp_path):
        from safetensors.torch import load_file, save_file

        encoder = build(name)
        shutil.copytree(encoder.model, tmp_path / "part")
        weights = load_file(tmp_path / "part" / "model.safetensors")
        dropped = next(key for key in weights if "layer" in key and "weight" in key)
        weights.pop(dropped)
        save_file(weights, tmp_path / "part" / "model.safetensors", {"format": "pt"})
        with pytest.raises(MalsoriError, match="lacks 1 of its weights"):
            build(name, model=str(tmp_path / "part")).prepare(signals(encoder)[0])

    @pytest.mark.parametrize("name", ["wav2vec2", "electra"])
    def test_a_folder_without_a_model_is_named(self, build, name, tmp_path):
        with pytest.raises(MalsoriError, match=r"needs config\.json"):
            build(name, model=str(tmp_path)).fingerprint()

    @pytest.mark.parametrize("name", ["wav2vec2", "electra"])
    def test_a_model_that_cannot_be_fetched_is_named(self, build, name, monkeypatch):
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        with pytest.raises(MalsoriError, match="'nobody/none' is not a folder here"):
            build(name, model="nobody/none").fingerprint()
