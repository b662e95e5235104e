from pathlib import Path

import numpy as np
import polars as pl
import pytest

from malsori.corpus import Corpus, CorpusSpec
from malsori.corpus.columns import SOUNDS, complete
from malsori.corpus.near import find_near, with_near
from malsori.errors import MalsoriError


def corpus(rows, sounds=None):
    spec = CorpusSpec(name="toy", adapter="table", tasks=())
    made = Corpus(Path("nowhere"), spec, complete(pl.DataFrame(rows)), pl.DataFrame())
    if sounds is not None:
        heard = pl.DataFrame(sounds).with_columns(pl.col("words", "at").cast(pl.List(pl.UInt32)))
        made.__dict__["sounds"] = pl.concat([pl.DataFrame(schema=SOUNDS), heard], how="diagonal")
    return made


def test_texts_hang_together_through_others():
    stem = "불이 났어요 빨리 와 주세요 여기 삼층이에요"
    texts = [stem, f"{stem} 네", f"{stem} 네네", "다른 말입니다", None, "...", stem + "!"]
    made = corpus({"id": list("abcdefg"), "text": texts})
    groups = with_near(made, ["near_text"])["near_text"].to_list()
    assert groups[0] == groups[1] == groups[2] == groups[6] is not None
    assert groups[3] == "다른말입니다"
    assert groups[4] is None
    assert groups[5] is None
    assert find_near(made, "near_text") is find_near(made, "near_text")


def test_recordings_hang_together_whatever_has_a_fingerprint():
    rng = np.random.default_rng(0)
    words, at = rng.choice(2**32, 30, replace=False), np.arange(30) * 40
    other = rng.choice(2**32, 30, replace=False)
    heard = [("a", words, at), ("b", words[8:], at[8:] - 320), ("c", other, at), ("d", words, at)]
    sounds = [{"id": i, "words": w.tolist(), "at": t.tolist()} for i, w, t in heard]
    rows = {
        "id": list("abcdefg"),
        "audio": ["x.wav"] * 6 + [None],
        "audio_hash": ["h1", "h2", "h3", "h1", "h4", "h4", None],
    }
    groups = with_near(corpus(rows, sounds), ["near_audio"])["near_audio"].to_list()
    assert groups == ["h1", "h1", "h3", "h1", "h4", "h4", None]


def test_without_fingerprints_there_is_nothing_to_group_by():
    made = corpus({"id": ["a", "b"], "audio_hash": ["x", "y"]}, sounds={k: [] for k in SOUNDS})
    with pytest.raises(MalsoriError, match="no fingerprints"):
        with_near(made, ["near_audio"])
    assert with_near(made, []).equals(made.utterances)
