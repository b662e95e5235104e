"""What every encoder must satisfy; a new file in encoders/kinds is tested without a line here."""

import inspect
import json
import pickle
import runpy
import typing
from pathlib import Path

import numpy as np
import pytest
import torch

from malsori.encoders import ENCODERS, Encoder, EncoderModule, Store, Tokens
from malsori.errors import MalsoriError
from malsori.registry import ComponentConfig
from malsori.signals.audio import Audio, read_audio, write_audio

KINDS = ENCODERS.kinds()
EXTRAS = {"egemaps": "opensmile", "kobert": "sentencepiece"}  # what may not be installed
TINY = runpy.run_path(str(Path(__file__).with_name("tiny.py")))["KIND_OF"]
TUNED = ("wav2vec2", "wav2vec2-layer-norm", "whisper", "electra", "roberta")
# Kinds that need no model, then each tiny model of the others, then some of them to be trained.
CASES = [
    *(kind for kind in KINDS if kind not in TINY.values()),
    *TINY,
    *(f"{name}, trained" for name in TUNED),
]
SENTENCES = [
    "불이 났어요! 빨리 와 주세요.",
    "네, 알겠습니다",
    "Where ARE you? 3층 303호",
    "어제보다는조금더나아진것같기는한데요정말그런지는모르겠어요",
]


def speech(seed: int, seconds: float, rate: int = 16000) -> Audio:
    """A buzzing voice with syllables and a pause, on the grid of 16 bit: saving is exact."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    buzz = np.sin(np.cumsum(2 * np.pi * (120 + 40 * seed + 20 * np.sin(3 * time)) / rate))
    voice = np.sign(buzz) * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * time)) * (time % 2.0 < 1.5)
    wave = 0.2 * voice + 0.003 * rng.normal(size=len(time))
    return Audio((np.rint(wave * 32768) / 32768).astype(np.float32), rate)


def signals(encoder: Encoder) -> list:
    """Four signals of different lengths, of the kind that an encoder reads."""
    if encoder.signal == "audio":
        return [speech(i, seconds) for i, seconds in enumerate((2.3, 0.7, 4.1, 3.0))]
    if encoder.signal == "text":
        return list(SENTENCES)
    rng = np.random.default_rng(0)
    return [rng.normal(size=(steps, 6)).astype(np.float32) for steps in (3, 1, 5, 4)]


@pytest.fixture(params=CASES)
def config(request, tiny_model) -> ComponentConfig:
    name, _, trained = request.param.partition(", ")
    if name in EXTRAS:
        pytest.importorskip(EXTRAS[name])
    if name not in TINY:
        return ENCODERS.example(name)
    tune = "all" if trained else "frozen"
    model = {"model": tiny_model(name), "precision": "float32", "tune": tune}
    return ComponentConfig(kind=TINY[name], **model)


@pytest.fixture
def encoder(config) -> Encoder:
    return ENCODERS.build(config)


@pytest.fixture
def features(encoder) -> list[np.ndarray]:
    return [encoder.prepare(signal) for signal in signals(encoder)]


@pytest.fixture
def module(encoder, features) -> EncoderModule:
    torch.manual_seed(0)
    made = encoder.module(features[0].shape[1])
    made.fit(features)
    return made.eval()


def batch(features: list[np.ndarray], longest: int | None = None, fill: float = 0):
    """Features padded to the longest (or to `longest`) with `fill`, and the mask."""
    longest = longest or max(len(f) for f in features)
    padded = np.full((len(features), longest, features[0].shape[1]), fill, features[0].dtype)
    mask = np.zeros(padded.shape[:2], bool)
    for row, here, values in zip(padded, mask, features, strict=True):
        row[: len(values)], here[: len(values)] = values, True
    return torch.from_numpy(padded), torch.from_numpy(mask)


def test_there_are_kinds():
    assert {"logmel", "jamo", "precomputed"} <= set(KINDS)
    assert set(TINY.values()) <= set(KINDS)


class TestPrepare:
    def test_gives_rows_of_one_width_and_type(self, encoder, features):
        assert len({(f.shape[1], f.dtype) for f in features}) == 1
        assert encoder.width in {None, features[0].shape[1]}
        assert features[0].dtype in (np.float32, np.int32)
        assert all(f.ndim == 2 and len(f) >= 1 for f in features)

    def test_signals_differ_in_features(self, features):
        assert not any(np.array_equal(features[0], other) for other in features[1:])

    def test_is_deterministic_and_does_not_remember(self, encoder, features):
        again = [encoder.prepare(signal) for signal in reversed(signals(encoder))]
        for first, second in zip(features, reversed(again), strict=True):
            np.testing.assert_array_equal(first, second)

    def test_leaves_the_signal_alone(self, encoder):
        for signal in signals(encoder):
            array = signal.samples if isinstance(signal, Audio) else signal
            if isinstance(array, np.ndarray):
                array.flags.writeable = False
                before = array.copy()
                encoder.prepare(signal)
                np.testing.assert_array_equal(array, before)

    def test_saved_and_read_again_the_signal_has_the_same_features(self, encoder, tmp_path):
        for signal in signals(encoder):
            same = saved_and_read(signal, tmp_path)
            np.testing.assert_array_equal(encoder.prepare(signal), encoder.prepare(same))

    def test_many_at_once_are_as_each_alone(self, encoder, features):
        ready = [encoder.ready(signal) for signal in signals(encoder)]
        if not encoder.cacheable:
            pytest.skip("prepares one at a time")
        together = {}
        for i, values in encoder.prepare_many(ready):
            together[i] = values
            assert not torch.is_inference_mode_enabled()  # what reads along may be training
        assert sorted(together) == list(range(len(features)))
        for i, alone in enumerate(features):
            scale = max(1.0, np.nanmax(np.abs(alone)))
            np.testing.assert_allclose(together[i], alone, rtol=0, atol=1e-5 * scale)

    def test_travels_to_other_processes(self, encoder, features):
        sent = pickle.loads(pickle.dumps(encoder))
        assert sent.fingerprint() == encoder.fingerprint()
        assert len(pickle.dumps(encoder)) < 200_000  # it goes along with every piece of work
        for signal, values in zip(signals(encoder), features, strict=True):
            np.testing.assert_array_equal(sent.prepare(signal), values)

    def test_features_survive_the_store(self, encoder, features, tmp_path):
        store = Store(tmp_path)
        with store.writer(encoder) as writer:
            for i, values in enumerate(features):
                writer.add(f"{i:064x}", values)
        reader = store.reader(encoder)
        for i, values in enumerate(features):
            np.testing.assert_array_equal(reader.get(f"{i:064x}"), values)


def saved_and_read(signal, folder: Path):
    if isinstance(signal, Audio):
        write_audio(folder / "a.wav", signal)
        return read_audio(folder / "a.wav")
    if isinstance(signal, str):
        (folder / "a.txt").write_text(signal, encoding="utf-8")
        return (folder / "a.txt").read_text(encoding="utf-8")
    np.save(folder / "a.npy", signal)
    return np.load(folder / "a.npy", mmap_mode="r")


class TestFingerprint:
    def test_is_json_and_names_kind_and_version(self, encoder, config):
        fingerprint = encoder.fingerprint()
        assert json.loads(json.dumps(fingerprint)) == fingerprint
        assert fingerprint["kind"] in KINDS
        assert isinstance(fingerprint["version"], int)
        assert ENCODERS.build(config).fingerprint() == fingerprint

    def test_changes_with_whatever_changes_the_features(self, encoder, config, features):
        """A store that gave back features of other parameters would be silently wrong."""
        for name, other in variants(encoder, config):
            try:
                changed = [other.prepare(signal) for signal in signals(encoder)]
            except MalsoriError:
                continue  # refused where it is first used
            if not all(map(np.array_equal, features, changed)):
                assert other.fingerprint() != encoder.fingerprint(), name


def variants(encoder: Encoder, config: ComponentConfig):
    """The encoder with one parameter changed, for each that is a number or a choice."""
    constructor = type(encoder).__init__
    hints = typing.get_type_hints(constructor)
    for name, parameter in inspect.signature(constructor).parameters.items():
        value = config.options.get(name, parameter.default)
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY or name in ("model", "revision"):
            continue
        choices = [c for c in typing.get_args(hints[name]) if isinstance(c, str)]
        others = [c for c in choices if c != value] if isinstance(value, str) else numbers(value)
        for other in others:
            try:
                yield name, type(encoder)(**{**config.options, name: other})
            except MalsoriError:
                continue
            break
        else:
            assert not others, f"no other value of {name} is allowed"


def numbers(value: float | bool | tuple | None) -> list:
    """Values to try instead; None stands for a number that is not given."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, tuple):
        return [value[:-1]]
    return [1, 16] if value is None else [value * 2, value + 1, value - 1]


def rows_of(tokens: Tokens) -> list[torch.Tensor]:
    """The tokens that each row has, `[T_i, D]`; a module may make fewer than it was given."""
    return [values[mask] for values, mask in zip(tokens.values, tokens.mask, strict=True)]


def assert_same(tokens: torch.Tensor, expected: torch.Tensor) -> None:
    """Within the rounding of float32 over many layers, by the largest value."""
    scale = max(1.0, float(expected.detach().abs().max()))
    torch.testing.assert_close(tokens, expected, atol=1e-5 * scale, rtol=0)


def tokens_of_rows_come_first(mask: torch.Tensor) -> bool:
    return bool((mask[:, 1:] <= mask[:, :-1]).all())


class TestModule:
    def test_gives_tokens_of_its_dim(self, module, features):
        values, mask = batch(features)
        tokens = module(values, mask)
        assert tokens.values.shape == (*tokens.mask.shape, module.dim)
        assert tokens.present.all()
        assert torch.isfinite(tokens.values).all()

    @pytest.mark.parametrize("extra", [1, 7, 50])
    def test_padding_changes_no_token(self, module, features, extra):
        values, mask = batch(features)
        expected = rows_of(module(values, mask))
        values, mask = batch(features, longest=values.shape[1] + extra)
        for row, same in zip(rows_of(module(values, mask)), expected, strict=True):
            assert_same(row, same)

    def test_what_stands_behind_the_mask_is_not_read(self, module, features):
        values, mask = batch(features)
        expected = rows_of(module(values, mask))
        odd = float("nan") if values.is_floating_point() else 77
        tokens = module(*batch(features, fill=odd))
        for row, same in zip(rows_of(tokens), expected, strict=True):
            torch.testing.assert_close(row, same, atol=0, rtol=0)
        assert torch.isfinite(tokens.values).all()  # 0 · NaN would poison a masked mean

    def test_neighbours_in_the_batch_do_not_matter(self, module, features):
        together = rows_of(module(*batch(features)))
        for alone, same in zip(features, together, strict=True):
            assert_same(rows_of(module(*batch([alone])))[0], same)

    def test_keeps_the_mask_and_accepts_absent_rows(self, module, features):
        values, mask = batch(features)
        complete = module(values, mask)
        assert tokens_of_rows_come_first(complete.mask)
        mask[0] = False
        tokens = module(values, mask)
        assert torch.equal(tokens.mask[1:], complete.mask[1:])
        assert tokens.present.tolist() == [False, True, True, True]
        assert_same(rows_of(tokens)[1], rows_of(complete)[1])
        mask[:] = False
        assert not module(values, mask).present.any()

    def test_fit_changes_buffers_only(self, encoder, features):
        torch.manual_seed(0)
        made = encoder.module(features[0].shape[1])
        before = {name: p.detach().clone() for name, p in made.named_parameters()}
        made.fit(features[:2])
        assert all(torch.equal(p, before[name]) for name, p in made.named_parameters())
        assert all(torch.isfinite(b).all() for b in made.buffers())

    def test_fit_does_not_depend_on_the_order(self, encoder, features):
        one, other = (encoder.module(features[0].shape[1]) for _ in range(2))
        one.fit(features)
        other.fit(features[::-1])
        for a, b in zip(one.buffers(), other.buffers(), strict=True):
            torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-4)

    def test_state_dict_holds_everything(self, encoder, module, features):
        fresh = encoder.module(features[0].shape[1])
        fresh.load_state_dict(module.state_dict(), strict=True)
        values, mask = batch(features)
        assert torch.equal(fresh.eval()(values, mask).values, module(values, mask).values)

    def test_gradients_are_finite_and_come_from_tokens_only(self, module, features):
        values, mask = batch(features)
        made = module(values, mask)
        tokens = made.values
        if not tokens.requires_grad:
            pytest.skip("nothing to train")
        (tokens * ~made.mask[..., None]).sum().backward(retain_graph=True)
        assert all(p.grad is None or not p.grad.any() for p in module.parameters())
        tokens.square().sum().backward()
        grads = [p.grad for p in module.parameters() if p.grad is not None]
        assert grads
        assert all(torch.isfinite(g).all() for g in grads)
        assert any(g.any() for g in grads)
