"""Good files of every format, odd tables, and what can happen to their bytes on the way."""

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

import numpy as np
import polars as pl
import soundfile

_NUMBERS = (0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
_TOKENS = (
    b'"', b'""', b",", b"\t", b"\n", b"\r", b"\r\n", b"\x00", b"\xff", b"\xef\xbb\xbf", b"nan",
    b"1e400", b"-0", b"[", b"]", b"{}", b"null", b"\\u0000", b"\\ud800", b"\xed\xa0\x80",
    b"\xc2\xa0",    b"\xe2\x80\x8b", b"\xef\xbc\x91", b"id,text,mood\n", b"9" * 400, b"a" * 140_000,
)  # fmt: skip
_CELLS = (
    "네", "", " ", "nan", "NaN", "None", "null", "<NA>", "1", "1.0", "１", "-1", "1e400", "inf",
    "TRUE",
    "a, b", "['a', 'b']", '{"a": 1}', '"', '"a', 'b"', "a\nb", "a\tb", "\u200b", "\ufeff",
    "\u00a0a", "  a",
    "e\u0301", "\U0001f525", "\x00", "\x1f", "=1+1", "../../etc", "C:\\a", "0012", "2024-01-01",
    "on",
    "가" * 3000, "x" * 140_000,
)  # fmt: skip
_NAMES = ("id", "text", "speaker", "call", "mood", "score", "audio", "start", "end", "split", "ID")


def damaged(content: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """One to four things that happen to a file: bits, cuts, repeats, foreign pieces."""
    found = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        if found:
            rng.choice(_HARM)(found, others, rng)
    return bytes(found)


def _place(found: bytearray, rng: random.Random) -> int:
    """Mostly anywhere, often in the first bytes, where headers are."""
    return rng.randrange(min(len(found), 128) if rng.random() < 0.4 else len(found))


def _piece(found: bytes | bytearray, rng: random.Random) -> slice:
    start = rng.randrange(len(found))
    return slice(start, start + 1 + int(rng.expovariate(1 / 40)))


def _flip(found: bytearray, _: list[bytes], rng: random.Random) -> None:
    for _time in range(rng.choice((1, 1, 8))):
        found[_place(found, rng)] ^= 1 << rng.randrange(8)


def _cut(found: bytearray, _: list[bytes], rng: random.Random) -> None:
    at = _place(found, rng)
    del found[slice(at, None) if rng.random() < 0.8 else slice(at)]


def _remove(found: bytearray, _: list[bytes], rng: random.Random) -> None:
    del found[_piece(found, rng)]


def _repeat(found: bytearray, _: list[bytes], rng: random.Random) -> None:
    piece = found[_piece(found, rng)]
    at = _place(found, rng)
    found[at:at] = piece * rng.choice((1, 2, 50))


def _swap(found: bytearray, _: list[bytes], rng: random.Random) -> None:
    a, b = _piece(found, rng), _piece(found, rng)
    found[a], found[b] = found[b], found[a]


def _insert(found: bytearray, _: list[bytes], rng: random.Random) -> None:
    at = _place(found, rng)
    found[at:at] = rng.choice(_TOKENS) if rng.random() < 0.8 else rng.randbytes(rng.randint(1, 64))


def _number(found: bytearray, _: list[bytes], rng: random.Random) -> None:
    at, order = _place(found, rng), rng.choice("<>")
    found[at : at + 4] = struct.pack(f"{order}I", rng.choice(_NUMBERS))


def _foreign(found: bytearray, others: list[bytes], rng: random.Random) -> None:
    other = rng.choice(others)
    at, piece = _place(found, rng), _piece(other, rng)
    found[at:at] = other if rng.random() < 0.2 else other[piece]


_HARM: tuple[Callable[[bytearray, list[bytes], random.Random], None], ...] = (
    _flip, _flip, _cut, _remove, _repeat, _swap, _insert, _number, _number, _foreign,
)  # fmt: skip


def odd_table(rng: random.Random) -> tuple[str, bytes]:
    """A table that nobody damaged, with the cells and the types that people have."""
    names = rng.sample(_NAMES, rng.randint(1, 6))
    rows = rng.randint(0, 8)
    kind = rng.choice(("csv", "tsv", "jsonl", "parquet"))
    if kind == "parquet":
        return kind, _parquet(pl.DataFrame([_column(name, rows, rng) for name in names]))
    cells = [[rng.choice(_CELLS) for _ in names] for _ in range(rows)]
    frame = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")
    if kind == "jsonl":
        return kind, frame.write_ndjson().encode()
    style = rng.choice(("always", "necessary", "never"))
    text = frame.write_csv(separator="\t" if kind == "tsv" else ",", quote_style=style)
    return kind, text.encode(rng.choice(("utf-8", "utf-8-sig", "cp949", "utf-16")), "replace")


def _column(name: str, rows: int, rng: random.Random) -> pl.Series:
    values: list[object] = [rng.choice(_CELLS) for _ in range(rows)]
    made: dict[pl.DataType | type[pl.DataType], Callable[[], object]] = {
        pl.String: lambda: rng.choice(_CELLS),
        pl.Int64: lambda: rng.choice((0, 1, -1, 2**62)),
        pl.UInt8: lambda: rng.randrange(3),
        pl.Float64: lambda: rng.choice((0.0, 1.0, 1.5, float("nan"), float("inf"), 1e300)),
        pl.Boolean: lambda: rng.random() < 0.5,
        pl.Date: lambda: date(2024, 1, rng.randint(1, 28)),
        pl.Duration: lambda: timedelta(seconds=rng.random() * 9),
        pl.Binary: lambda: rng.randbytes(3),
        pl.List(pl.String): lambda: rng.sample(_CELLS[:20], rng.randint(0, 3)),
        pl.List(pl.Float64): lambda: [rng.random()] * rng.randint(0, 3),
        pl.Struct({"a": pl.Int64}): lambda: {"a": rng.randrange(3)},
        pl.Null: lambda: None,
        pl.Categorical: lambda: rng.choice("abc"),
        pl.Decimal(10, 2): lambda: rng.randrange(9),
        pl.Time: lambda: None,
    }
    dtype = rng.choice(list(made))
    values = [None if rng.random() < 0.1 else made[dtype]() for _ in range(rows)]
    return pl.Series(name, values, dtype=dtype, strict=False)


def _parquet(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


def good_tables() -> dict[str, bytes]:
    """Name → a whole table, of every suffix."""
    rows = [
        {"id": f"u{i}", "text": f"불이 났어요, 빨리 {i}", "speaker": f"s{i % 4}",
         "mood": "ab"[i % 2], "score": i / 2}
        for i in range(12)
    ]  # fmt: skip
    frame = pl.DataFrame(rows)
    lists = frame.with_columns(mood=pl.Series([["a"], ["a", "b"]] * 6))
    return {
        "plain.csv": frame.write_csv().encode(),
        "quoted.csv": frame.write_csv(quote_style="always").encode(),
        "korean.csv": frame.write_csv().encode("cp949"),
        "marked.csv": frame.write_csv(line_terminator="\r\n").encode("utf-8-sig"),
        "wide.csv": frame.write_csv().encode("utf-16"),
        "tabs.tsv": frame.write_csv(separator="\t").encode(),
        "lines.jsonl": frame.write_ndjson().encode(),
        "nested.jsonl": lists.write_ndjson().encode(),
        "plain.parquet": _parquet(frame),
        "nested.parquet": _parquet(lists.with_columns(day=date(2024, 1, 1), took=timedelta(1))),
    }


_SUBTYPES: Mapping[str, tuple[str, ...]] = {
    "WAV": ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW", "IMA_ADPCM",
            "MS_ADPCM", "GSM610"),
    "WAVEX": ("PCM_16",),
    "RF64": ("PCM_16",),
    "W64": ("PCM_16",),
    "FLAC": ("PCM_16",),
    "OGG": ("VORBIS", "OPUS"),
    "MP3": ("MPEG_LAYER_III",),
    "AIFF": ("PCM_16",),
    "AU": ("PCM_16", "ULAW"),
    "CAF": ("PCM_16", "ALAC_16"),
}  # fmt: skip


def good_recordings() -> dict[str, bytes]:
    """Name → a whole recording of 0.3 s, of every container and coding, and an archive."""
    found = dict(_recordings())
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr("a.wav", found["wav-pcm_16-1.wav"])
        members.writestr("b.flac", found["flac-pcm_16-1.flac"])
    return found | {"members.zip": archive.getvalue()}


def _recordings() -> Iterator[tuple[str, bytes]]:
    time = np.arange(4800) / 16000
    for form, subtypes in _SUBTYPES.items():
        for subtype in subtypes:
            for channels in (1,) if subtype == "GSM610" else (1, 2):
                tone = 0.3 * np.sin(2 * np.pi * 440 * time[:, None] * np.arange(1, channels + 1))
                stream = io.BytesIO()
                soundfile.write(stream, tone, 16000, subtype, format=form)
                suffix = {"WAVEX": "wav", "RF64": "wav"}.get(form, form.lower())
                yield f"{form.lower()}-{subtype.lower()}-{channels}.{suffix}", stream.getvalue()


def good_inputs(arrays: Mapping[str, int]) -> dict[str, bytes]:
    """Name → a file for `predict`: texts, sound, vectors of the widths a run wants."""
    rng, found = np.random.default_rng(0), {}
    width = next(iter(arrays.values()))
    kinds = {
        "vector": rng.normal(size=width),
        "steps": rng.normal(size=(4, width)).astype(np.float32),
        "fortran": np.asfortranarray(rng.normal(size=(4, width))),
        "whole": np.ones(width, np.int16),
        "bool": np.ones(width, bool),
        "big": np.ones(width, ">f8"),
        "complex": np.ones(width, complex),
        "words": np.array(["a"] * width),
        "none": np.zeros((0, width)),
        "record": np.zeros(width, [("a", "f4"), ("b", "i4")]),
    }
    for name, values in kinds.items():
        stream = io.BytesIO()
        np.save(stream, values)
        found[f"{name}.npy"] = stream.getvalue()
    for name, save in (("plain.npz", np.savez), ("packed.npz", np.savez_compressed)):
        stream = io.BytesIO()
        save(stream, **{m: rng.normal(size=n) for m, n in arrays.items()})
        found[name] = stream.getvalue()
    text = "불이 났어요! 빨리 와 주세요. Help, 2 people…"
    for encoding in ("utf-8", "cp949", "utf-16", "utf-8-sig"):
        found[f"{encoding}.txt"] = text.encode(encoding, "replace")
    odd = 3 * "\u200b\u0301\u1112\u1161\u11ab가\ud7a3\U0001f9d1\u200d\U0001f692\u202e\x00\ufffe "
    found["odd.txt"] = odd.encode()
    found["long.txt"] = ("가" * 5000).encode()
    recordings = good_recordings()
    names = ("wav-pcm_16-1.wav", "wav-float-2.wav", "flac-pcm_16-1.flac", "ogg-vorbis-1.ogg",
             "mp3-mpeg_layer_iii-1.mp3")  # fmt: skip
    return found | {name: recordings[name] for name in names}
