import numpy as np
import pytest
import torch
import transformers
from transformers import AutoModel, AutoTokenizer

from malsori.encoders.kinds.transformer import Transformer
from malsori.encoders.pretrained import tokenising
from malsori.encoders.pretrained.tokeniser import Tokeniser
from malsori.errors import MalsoriError

SHORT = ["불이 났어요! 빨리 와 주세요.", "네", "where are you 303호"]
LONG = "불이 났어요 연기가 많이 나고 사람이 있어요 " * 20
PLAIN = ("electra", "bert", "roberta", "xlm-roberta")


@pytest.fixture
def build(tiny_model):
    def make(name="electra", **options):
        return Transformer(model=tiny_model(name), **{"precision": "float32", **options})

    return make


def published(folder: str, text: str) -> np.ndarray:
    """The last layer, as the library's own documentation gets it."""
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    with torch.inference_mode():
        return model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].numpy()


class TestPooling:
    @pytest.mark.parametrize("text", SHORT)
    @pytest.mark.parametrize("name", PLAIN)
    def test_of_short_texts_is_what_the_library_gives(self, build, name, text):
        states = published(build(name).model, text)
        expected = {"cls": states[:1], "mean": states.mean(0)[None], "sequence": states[1:-1]}
        for pool, values in expected.items():
            found = build(name, pool=pool).prepare(text)
            np.testing.assert_allclose(found, values, atol=1e-5)

    def test_a_model_without_a_token_for_the_whole_is_refused(self, build, monkeypatch):
        encoder, mean = build(), build(pool="mean")
        known = encoder._tokeniser
        other = Tokeniser(known.ids, (), known.after, None, 0, 40, 40)
        monkeypatch.setattr("malsori.encoders.kinds.transformer.tokeniser_of", lambda *_: other)
        with pytest.raises(MalsoriError, match="pool: mean"):
            encoder.prepare("네")
        assert mean.prepare("네").shape == (1, 32)

    def test_tokens_behind_the_text_may_stand_for_the_whole(self, build, monkeypatch):
        encoder, sequence = build(), build(pool="sequence")
        known = encoder._tokeniser
        last = Tokeniser(known.ids, (), (*known.after, *known.before), -1, 0, 40, 40)
        monkeypatch.setattr("malsori.encoders.kinds.transformer.tokeniser_of", lambda *_: last)
        found = encoder.prepare(SHORT[0])
        ids = [*known.ids(SHORT[0]), *known.after, *known.before]
        model = AutoModel.from_pretrained(encoder.model)
        with torch.inference_mode():
            states = model(torch.tensor([ids])).last_hidden_state[0].numpy()
        np.testing.assert_allclose(found[0], states[-1], atol=1e-5)
        np.testing.assert_allclose(sequence.prepare(SHORT[0]), states[:-2], atol=1e-5)


class TestLongTexts:
    def test_chunks_have_special_tokens_around_and_share_words(self, build):
        """By hand, for 60 tokens where 18 fit between the special ones and neighbours share 4."""
        encoder = build(max_tokens=20)
        ids = np.array(encoder._tokeniser.ids(LONG), np.int64)[:60]
        model = AutoModel.from_pretrained(encoder.model)
        starts, own = [0, 14, 28, 42], [16, 14, 14, 16]
        states = []
        with torch.inference_mode():
            for start in starts:
                chunk = np.concatenate([[2], ids[start : start + 18], [3]])
                states.append(model(torch.from_numpy(chunk)[None]).last_hidden_state[0].numpy())
        ready = ids.astype(np.int32)
        for pool, tokens in (
            ("cls", [s[0] for s in states]),
            ("mean", [s.mean(0) for s in states]),
        ):
            ((_, found),) = build(max_tokens=20, pool=pool).prepare_many([ready])
            np.testing.assert_allclose(found[0], np.average(tokens, 0, weights=own), atol=1e-5)
        ((_, found),) = build(max_tokens=20, pool="sequence").prepare_many([ready])
        kept = [s[1:-1][a:b] for s, (a, b) in zip(
            states, [(0, 16), (2, 16), (2, 16), (2, 18)], strict=True)]  # fmt: skip
        np.testing.assert_allclose(found, np.concatenate(kept), atol=1e-5)

    @pytest.mark.parametrize("name", PLAIN)
    def test_a_sequence_has_each_token_once(self, build, name):
        encoder = build(name, pool="sequence")
        assert len(encoder.prepare(LONG)) == encoder.token_length(LONG) - 2

    @pytest.mark.parametrize("name", PLAIN)
    def test_cut_reads_the_beginning_only(self, build, name):
        cut = build(name, long="cut")
        assert cut.token_length(LONG) > cut.limit == cut.token_limit == 40
        assert len(cut.ready(LONG)) == 38
        words = LONG.split()
        other = " ".join(words[: len(words) // 2]) + " 네" * 30
        assert np.array_equal(cut.prepare(LONG), cut.prepare(other))
        chunks = build(name)
        assert chunks.token_limit is None
        assert not np.allclose(chunks.prepare(LONG), chunks.prepare(other), atol=1e-4)
        assert cut.fingerprint() != chunks.fingerprint()

    def test_trained_models_read_chunks_too(self, build):
        frozen, tuned = build(), build(tune="all")
        ids = tuned.prepare(LONG)
        assert ids.shape == (tuned.token_length(LONG) - 2, 1)
        module = tuned.module(1).eval()
        tokens = module.tokens([torch.from_numpy(ids[:, 0])])[0]
        np.testing.assert_allclose(tokens.detach(), frozen.prepare(LONG), atol=1e-5)
        assert len(build(tune="all", long="cut").prepare(LONG)) == 38


class TestLimits:
    @pytest.mark.parametrize("name", PLAIN)
    def test_is_the_number_of_positions(self, build, name):
        """RoBERTa's table has 42 rows for 40 tokens, and its tokenizer says 10^30."""
        encoder = build(name)
        assert AutoTokenizer.from_pretrained(encoder.model).model_max_length > 10**20
        assert encoder.limit == 40
        encoder.prepare(LONG)

    def test_a_smaller_one_of_the_tokenizer_is_kept_but_may_be_raised(self, build, tmp_path):
        folder = build().model
        AutoTokenizer.from_pretrained(folder, model_max_length=24).save_pretrained(tmp_path)
        AutoModel.from_pretrained(folder).save_pretrained(tmp_path)
        assert Transformer(model=str(tmp_path)).limit == 24
        assert Transformer(model=str(tmp_path), max_tokens=40).limit == 40

    def test_more_than_there_are_positions_for_is_refused(self, build):
        with pytest.raises(MalsoriError, match="positions for 40 tokens, not for 41"):
            build(max_tokens=41).prepare("네")

    def test_too_few_are_refused(self, build):
        with pytest.raises(MalsoriError, match="leaves no room"):
            build(max_tokens=7)

    def test_a_model_that_sets_none_reads_512_at_once(self, build, monkeypatch):
        encoder = build()
        known = encoder._tokeniser
        free = Tokeniser(known.ids, known.before, known.after, 0, 0, None, None)
        monkeypatch.setattr("malsori.encoders.kinds.transformer.tokeniser_of", lambda *_: free)
        assert encoder.limit == 512

    def test_what_a_saved_tokenizer_cuts_and_pads_is_not_cut_and_padded(self, build, tmp_path):
        """Sentence encoders are saved with both switched on."""
        tokenizer = AutoTokenizer.from_pretrained(build().model)
        tokenizer.backend_tokenizer.enable_truncation(6)
        tokenizer.backend_tokenizer.enable_padding(length=30)
        tokenizer.save_pretrained(tmp_path)
        AutoModel.from_pretrained(build().model).save_pretrained(tmp_path)
        saved = Transformer(model=str(tmp_path))
        np.testing.assert_array_equal(saved.ready(LONG), build().ready(LONG))
        np.testing.assert_array_equal(saved.ready("네"), build().ready("네"))


class TestTokenising:
    def test_counts_special_tokens_and_what_is_left_after_cleaning(self, build):
        encoder = build(clean=["masks", "spaces"])
        assert encoder.token_length("네 [개인정보]") == encoder.token_length("네") == 3
        assert encoder.token_length(" [개인정보] ") == 0

    @pytest.mark.parametrize("text", ["", " \n", "[개인정보]", "\u200b"])
    @pytest.mark.parametrize("tune", ["frozen", "all"])
    def test_nothing_left_is_absent(self, build, text, tune):
        encoder = build(clean=["masks", "spaces"], tune=tune)
        assert encoder.prepare(text) is None
        if tune == "frozen":
            given = [encoder.ready(one) for one in ("네", text, "네")]
            found = dict(encoder.prepare_many(given))
            assert found[1] is None
            np.testing.assert_array_equal(found[0], found[2])
            assert dict(encoder.prepare_many([None])) == {0: None}
            assert dict(encoder.prepare_many([])) == {}

    def test_steps_are_applied_and_are_part_of_the_fingerprint(self, build):
        one, other = build(clean=["punctuation", "spaces"]), build(clean=["spaces"])
        np.testing.assert_array_equal(one.prepare("네, 여기"), other.prepare("네 여기"))
        assert not np.array_equal(one.prepare("네, 여기"), other.prepare("네, 여기"))
        assert one.fingerprint() != other.fingerprint()
        with pytest.raises(MalsoriError, match="did you mean 'spaces'"):
            build(clean=["space"])

    def test_decomposed_hangul_is_composed(self, build):
        import unicodedata

        decomposed = unicodedata.normalize("NFD", SHORT[0])
        np.testing.assert_array_equal(build().prepare(decomposed), build().prepare(SHORT[0]))

    def test_a_vocabulary_file_alone_is_enough(self, build, tmp_path):
        """As KcELECTRA is published."""
        tokenizer = AutoTokenizer.from_pretrained(build().model)
        by_id = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
        (tmp_path / "vocab.txt").write_text("\n".join(token for token, _ in by_id), "utf-8")
        (tmp_path / "tokenizer_config.json").write_text('{"do_lower_case": false}')
        AutoModel.from_pretrained(build().model).save_pretrained(tmp_path)
        np.testing.assert_allclose(
            Transformer(model=str(tmp_path), precision="float32").prepare(SHORT[0]),
            build().prepare(SHORT[0]),
            atol=1e-6,
        )

    def test_the_tokenizer_of_another_model_is_refused(self, build, tmp_path):
        AutoTokenizer.from_pretrained(build("roberta").model).save_pretrained(tmp_path)
        AutoModel.from_pretrained(build("electra").model).save_pretrained(tmp_path)
        with pytest.raises(
            MalsoriError, match=r"embeddings for \d+ tokens, and its tokenizer ids up to"
        ):
            Transformer(model=str(tmp_path)).prepare(SHORT[0])

    def test_a_folder_without_a_tokenizer_is_named(self, build, tmp_path):
        AutoModel.from_pretrained(build("roberta").model).save_pretrained(tmp_path)
        with pytest.raises(MalsoriError, match="has no tokenizer"):
            Transformer(model=str(tmp_path)).prepare("네")

    def test_a_changed_tokenizer_has_another_fingerprint(self, build, tmp_path):
        tokenizer = AutoTokenizer.from_pretrained(build().model)
        tokenizer.add_tokens(["개인정보"])
        model = AutoModel.from_pretrained(build().model)
        model.resize_token_embeddings(len(tokenizer))
        model.save_pretrained(tmp_path / "model")
        tokenizer.save_pretrained(tmp_path / "model")
        assert Transformer(model=str(tmp_path / "model")).fingerprint() != build().fingerprint()


def test_large_vocabularies_do_not_travel_with_the_encoder(build):
    encoder = build()
    encoder.prepare("네")
    assert encoder._network is not None
    assert encoder.__getstate__()["_network"] is None
    assert tokenising.tokeniser_of(encoder.model) is tokenising.tokeniser_of(encoder.model)


def test_the_pooler_is_neither_computed_nor_trained(build):
    names = [name for name, _ in build("bert", tune="all").module(1).named_parameters()]
    assert names
    assert not any("pooler" in name for name in names)


SIZES = {"num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}


class TestOtherFamilies:
    @pytest.fixture
    def save(self, build, tmp_path):
        """Saves a tiny model of another architecture beside ELECTRA's tokenizer."""
        tokenizer = AutoTokenizer.from_pretrained(build().model)

        def make(architecture, **options):
            torch.manual_seed(0)
            config = getattr(transformers, f"{architecture}Config")
            model = getattr(transformers, f"{architecture}Model")
            model(config(vocab_size=len(tokenizer), **options)).save_pretrained(tmp_path)
            tokenizer.save_pretrained(tmp_path)
            return lambda **more: Transformer(
                model=str(tmp_path), **{"precision": "float32", **more}
            )

        return make

    @pytest.mark.parametrize(
        ("architecture", "options"),
        [
            ("ConvBert", {"hidden_size": 32, "embedding_size": 32, **SIZES}),
            ("DistilBert", {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64}),
            ("Albert", {"hidden_size": 32, "embedding_size": 16, **SIZES}),
            ("T5", {"d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 2, "num_heads": 2}),
        ],
    )
    def test_no_text_changes_another(self, save, architecture, options):
        """ConvBERT's convolutions see padding, mask or not: it reads texts of one length."""
        encoder = save(architecture, **options)()
        ready = [encoder.ready(text) for text in [*SHORT, LONG]]
        together = dict(encoder.prepare_many(ready))
        for i, ids in enumerate(ready):
            ((_, alone),) = encoder.prepare_many([ids])
            np.testing.assert_allclose(together[i], alone, atol=1e-5)
        assert encoder._network.padded == (architecture != "ConvBert")

    def test_shared_layers_cannot_be_trained_one_by_one(self, save):
        build = save("Albert", hidden_size=32, embedding_size=16, **SIZES)
        with pytest.raises(MalsoriError, match="tune: all"):
            build(tune="last:1").module(1)

    def test_texts_that_are_shortened_have_no_layers_to_choose(self, save):
        build = save("Funnel", d_model=32, n_head=2, d_head=16, d_inner=64, block_sizes=[1, 1])
        assert build().prepare(SHORT[0]).shape == (1, 32)
        with pytest.raises(MalsoriError, match="shortens texts"):
            build(layers="mean").prepare(SHORT[0])

    def test_lora_needs_queries_and_values(self, save):
        build = save("XLNet", d_model=32, n_layer=2, n_head=2, d_inner=64)
        with pytest.raises(MalsoriError, match="no queries and values"):
            build(tune="lora:2").module(1)
