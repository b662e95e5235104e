import errno
import os
import signal
import subprocess
import sys
import textwrap

import polars as pl
import pytest

from malsori.errors import MalsoriError
from malsori.io import (
    atomic_path,
    atomic_write,
    read_checked_json,
    read_json,
    read_yaml,
    sha256,
    sha256_file,
    write_checked_json,
    write_json,
    write_parquet,
    write_yaml,
)


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path):
    target = tmp_path / "a.txt"
    atomic_write(target, "old")

    def fail():
        with atomic_path(target) as temporary:
            temporary.write_text("new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_killed_writer_leaves_the_old_file(tmp_path):
    target = tmp_path / "a.txt"
    atomic_write(target, "old")
    code = textwrap.dedent(f"""
        import os, signal
        from pathlib import Path
        from malsori.io import atomic_path
        with atomic_path(Path({str(target)!r})) as temporary:
            temporary.write_text("half of the n")
            os.kill(os.getpid(), signal.SIGKILL)
    """)
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL
    assert target.read_text() == "old"


def test_files_get_the_permissions_that_the_umask_allows(tmp_path):
    mask = os.umask(0o022)
    try:
        atomic_write(tmp_path / "a", b"x")
    finally:
        os.umask(mask)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


def test_parquet_yaml_and_json_round_trip(tmp_path):
    data = {"classes": ["하", "중", "상"], "share": 0.25, "none": None}
    write_yaml(tmp_path / "deep" / "a.yaml", data)
    write_json(tmp_path / "a.json", data)
    write_parquet(pl.DataFrame({"id": ["하"]}), tmp_path / "a.parquet")
    assert read_yaml(tmp_path / "deep" / "a.yaml") == data
    assert read_json(tmp_path / "a.json") == data
    assert pl.read_parquet(tmp_path / "a.parquet")["id"].to_list() == ["하"]


def test_a_byte_order_mark_is_no_part_of_the_content(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_yaml(tmp_path / "a.yaml") == {"a": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: [1\nb: 2", "a.yaml:2: not YAML"),
        (b"\xb0\xa1", "is not UTF-8 text"),
        (None, "no such"),
    ],
)
def test_unreadable_yaml_says_where(tmp_path, content, said):
    path = tmp_path / "a.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MalsoriError, match=said):
        read_yaml(path)


def test_unreadable_json_says_where(tmp_path):
    (tmp_path / "a.json").write_text('{\n"a": ,\n}')
    with pytest.raises(MalsoriError, match=r"a\.json:2: not JSON"):
        read_json(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("before", "after"),
    [("7", "8"), ("0.1", "0.2"), ('"sha256"', '"sha257"'), ("{", "["), ("상", "하")],
)
def test_json_with_a_checksum_is_what_was_written(tmp_path, before, after):
    file, data = tmp_path / "a.json", {"step": 7, "skill": 0.1, "best": "상", "rows": {"a": None}}
    write_checked_json(file, data)
    assert read_checked_json(file) == data
    file.write_text(file.read_text("utf-8").replace("  ", "\t"), "utf-8")
    assert read_checked_json(file) == data  # how it is set out does not matter
    file.write_text(file.read_text("utf-8").replace(before, after, 1), "utf-8")
    with pytest.raises(MalsoriError, match=r"a\.json"):
        read_checked_json(file)


def test_json_refuses_what_is_no_number(tmp_path):
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(tmp_path / "a.json", {"skill": float("nan")})
    assert not (tmp_path / "a.json").exists()


def test_checksums(tmp_path):
    (tmp_path / "a").write_bytes(b"call" * 100_000)
    assert sha256_file(tmp_path / "a") == sha256(b"call" * 100_000)


def test_a_full_disk_is_said_with_the_file(tmp_path):
    path = tmp_path / "a.txt"
    with pytest.raises(OSError, match=r"a\.txt") as caught, atomic_path(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_under_a_table_is_an_error_of_the_system(tmp_path, monkeypatch):
    def full(*_, **__):
        raise pl.exceptions.ComputeError("underlying IO error: No space left (os error 28)")

    write_parquet(pl.DataFrame({"id": ["a"]}), tmp_path / "t.parquet")
    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(OSError, match=r"t\.parquet") as error:
        write_parquet(pl.DataFrame({"id": ["b"]}), tmp_path / "t.parquet")
    assert error.value.errno == errno.ENOSPC
    assert pl.read_parquet(tmp_path / "t.parquet")["id"].to_list() == ["a"]
