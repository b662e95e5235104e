"""Tiny models with random weights, saved as published ones are: for trying things offline."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from tokenizers.processors import TemplateProcessing
from transformers import (
    AutoConfig,
    AutoModel,
    PreTrainedTokenizerFast,
    Wav2Vec2FeatureExtractor,
    WhisperFeatureExtractor,
)
from transformers.utils.logging import disable_progress_bar

_WIDTH, _LAYERS = 32, 2
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_CONVOLUTIONS = {"conv_dim": [16] * 7, "num_conv_pos_embedding_groups": 4}
# Encoder kind → what its configuration says beside the sizes that all have.
SPEECH: dict[str, dict[str, Any]] = {
    "wav2vec2": _CONVOLUTIONS,
    "hubert": _CONVOLUTIONS,
    "wavlm": _CONVOLUTIONS,
    "data2vec_audio": _CONVOLUTIONS,
    "whisper": {},
}
TEXT: dict[str, dict[str, Any]] = {
    "electra": {"embedding_size": _WIDTH},
    "bert": {},
    "roberta": {"pad_token_id": 0},
    "xlm-roberta": {"pad_token_id": 0},
}


def save_speech(kind: str, folder: Path) -> None:
    """A speech model with its feature extractor; 16 kHz, 50 frames a second, as the real ones."""
    if kind == "whisper":
        sizes = {
            f"{part}_{name}": value
            for part in ("encoder", "decoder")
            for name, value in (("layers", _LAYERS), ("attention_heads", 2), ("ffn_dim", 64))
        }
        config = AutoConfig.for_model(kind, d_model=_WIDTH, vocab_size=64, pad_token_id=0,
                                      bos_token_id=1, eos_token_id=1, decoder_start_token_id=1,
                                      **sizes)  # fmt: skip
        WhisperFeatureExtractor().save_pretrained(folder)
    else:
        config = AutoConfig.for_model(kind.replace("_", "-"), **_sizes(), **SPEECH[kind])
        Wav2Vec2FeatureExtractor().save_pretrained(folder)
    _save(config, folder)


def save_text(kind: str, folder: Path, texts: Iterable[str]) -> None:
    """A text model with a vocabulary of word pieces of the texts."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=2000, special_tokens=_SPECIAL, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    around = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=around)
    names = {f"{token[1:-1].lower()}_token": token for token in _SPECIAL}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    # Larger weights than usual: an untrained model would hardly tell one text from another.
    config = AutoConfig.for_model(kind, vocab_size=tokenizer.get_vocab_size(),
                                  max_position_embeddings=256, initializer_range=0.2,
                                  **_sizes(), **TEXT[kind])  # fmt: skip
    _save(config, folder)


def _sizes() -> dict[str, int]:
    return {"hidden_size": _WIDTH, "num_hidden_layers": _LAYERS, "num_attention_heads": 2,
            "intermediate_size": 64}  # fmt: skip


def _save(config: Any, folder: Path) -> None:
    disable_progress_bar()
    torch.manual_seed(0)
    AutoModel.from_config(config).save_pretrained(folder)
