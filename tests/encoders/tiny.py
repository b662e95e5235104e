"""Tiny random models with what belongs to them, saved as published ones are; made in seconds."""

from importlib import import_module
from pathlib import Path

WIDTH, LAYERS = 32, 2

SENTENCES = (
    "불이 났어요 빨리 와 주세요 네 알겠습니다 여기 삼 층 인데요 연기가 많이 나고 사람이 있어요 "
    "어제보다는 조금 더 나아진 것 같기는 한데요 정말 그런지는 모르겠어요 where are you 303호"
)

# From a name to the kind of its encoder.
KIND_OF = {
    "wav2vec2": "wav2vec2",
    "wav2vec2-layer-norm": "wav2vec2",
    "hubert": "hubert",
    "hubert-layer-norm": "hubert",
    "wavlm": "wavlm",
    "data2vec_audio": "data2vec_audio",
    "whisper": "whisper",
    "electra": "transformer",
    "bert": "transformer",
    "roberta": "transformer",
    "xlm-roberta": "transformer",
    "kobert": "transformer",
}
# Parts that `tune: all` leaves as they are.
FRONT = ("feature_extractor", "conv1", "conv2", "embed_positions")
SPEECH = tuple(name for name, kind in KIND_OF.items() if kind != "transformer")
TEXT = tuple(name for name, kind in KIND_OF.items() if kind == "transformer")


def save(name: str, folder: Path) -> Path:
    """Makes one of `KIND_OF`, the same each time, and saves it."""
    import torch
    from transformers.utils import logging

    torch.manual_seed(0)
    logging.disable_progress_bar()
    if name in SPEECH:
        extractor = "Whisper" if name == "whisper" else "Wav2Vec2"
        _of("transformers", f"{extractor}FeatureExtractor")().save_pretrained(folder)
        model = _speech(name)
    elif name == "kobert":
        model = _text("Bert", _kobert(folder), pad_token_id=1)
    else:
        architecture, tokenizer, more = _tokenizer(name)
        tokenizer.save_pretrained(folder)
        model = _text(architecture, len(tokenizer), **more)
    model.save_pretrained(folder)
    return folder


def _of(library: str, name: str):
    """A library is loaded when a model is made, not when tests are collected."""
    return getattr(import_module(library), name)


def _new(architecture: str, **options):
    config = _of("transformers", f"{architecture}Config")(**options)
    return _of("transformers", f"{architecture}Model")(config)


def _speech(name):
    if name == "whisper":
        sizes = {"layers": LAYERS, "attention_heads": 2, "ffn_dim": 64}
        both = {f"{part}_{k}": v for part in ("encoder", "decoder") for k, v in sizes.items()}
        ids = dict.fromkeys(("bos_token_id", "eos_token_id", "decoder_start_token_id"), 1)
        return _new("Whisper", d_model=WIDTH, vocab_size=64, pad_token_id=0, **both, **ids)
    family = name.split("-")[0]
    architecture = {"wav2vec2": "Wav2Vec2", "hubert": "Hubert", "wavlm": "WavLM",
                    "data2vec_audio": "Data2VecAudio"}[family]  # fmt: skip
    more = {"num_conv_pos_embeddings": 16}
    if family == "data2vec_audio":
        more = {"num_conv_pos_embeddings": 3, "conv_pos_kernel_size": 5}
    if name.endswith("layer-norm"):
        more |= {"feat_extract_norm": "layer", "do_stable_layer_norm": True, "conv_bias": True}
    return _new(
        architecture, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=2,
        intermediate_size=64, conv_dim=(16, 16, 16), conv_kernel=(10, 3, 2),
        conv_stride=(5, 8, 8), num_feat_extract_layers=3, num_conv_pos_embedding_groups=4, **more,
    )  # fmt: skip


def _text(architecture, vocabulary, **more):
    # Larger weights than usual, for texts to differ by more than rounding does.
    sizes = {"max_position_embeddings": 40, "initializer_range": 0.2, **more}
    return _new(
        architecture, vocab_size=vocabulary, hidden_size=WIDTH, embedding_size=WIDTH,
        num_hidden_layers=LAYERS, num_attention_heads=2, intermediate_size=64, **sizes,
    )  # fmt: skip


def _tokenizer(name):
    """Architecture, tokenizer and further sizes."""
    if name in ("electra", "bert"):
        return name.capitalize(), _wordpiece(), {}
    # Positions are counted from behind the padding: 42 of them hold 40 tokens.
    more = {"max_position_embeddings": 42, "pad_token_id": 1}
    if name == "roberta":
        return "Roberta", _bytes(), more
    return "XLMRoberta", _unigram(), more


def _wordpiece():
    """As of BERT: [CLS] text [SEP]."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    names = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=200, special_tokens=list(names.values()))
    return _trained(tokenizer, trainer, names)


def _bytes():
    """As of RoBERTa: bytes joined by BPE, <s> text </s>."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=320, special_tokens=list(_ROBERTA.values()), initial_alphabet=alphabet
    )
    return _trained(tokenizer, trainer, _ROBERTA)


def _unigram():
    """As of XLM-RoBERTa: pieces of words, <s> text </s>."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=150, special_tokens=list(_ROBERTA.values()), unk_token="<unk>"
    )
    return _trained(tokenizer, trainer, _ROBERTA)


_ROBERTA = {"cls": "<s>", "pad": "<pad>", "sep": "</s>", "unk": "<unk>", "mask": "<mask>"}


def _trained(tokenizer, trainer, names):
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    tokenizer.train_from_iterator([SENTENCES] * 5, trainer)
    cls, sep = names["cls"], names["sep"]
    tokenizer.post_processor = TemplateProcessing(
        single=f"{cls} $A {sep}",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in (cls, sep)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, **{f"{what}_token": token for what, token in names.items()}
    )


def _kobert(folder: Path) -> int:
    """A sentencepiece file alone, with the pieces of KoBERT's; returns their number."""
    import sentencepiece

    folder.mkdir(parents=True, exist_ok=True)
    text = folder.parent / f"{folder.name}.txt"
    text.write_text("\n".join([SENTENCES] * 5), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(folder / "spiece"), vocab_size=120, unk_piece="[UNK]",
        pad_piece="[PAD]", pad_id=1, unk_id=0, bos_id=-1, eos_id=-1, minloglevel=2,
        control_symbols=["[CLS]", "[SEP]", "[MASK]"], hard_vocab_limit=False,
    )  # fmt: skip
    (folder / "spiece.vocab").unlink()
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "XLNetTokenizer"}')
    processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / "spiece.model"))
    return int(processor.get_piece_size())
