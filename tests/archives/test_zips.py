"""Archives are read as they are found, and refused before anything is read."""

import os
import stat
import struct
import zipfile

import pytest

from malsori.archives import close_archives, open_archive, read_bytes
from malsori.archives.names import member_name
from malsori.errors import MalsoriError
from malsori.parallel import parallel_map

MEGABYTE = 2**20


def pack(path, *members, method=zipfile.ZIP_DEFLATED):
    """Writes an archive of (name or ZipInfo, content)."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def patch(path, signature, offset, value, form="<I", which=0):
    """Overwrites a field of a member's record in the archive's directory (or local header)."""
    data = bytearray(path.read_bytes())
    at = -1
    for _ in range(which + 1):
        at = data.index(signature, at + 1)
    data[at + offset : at + offset + struct.calcsize(form)] = struct.pack(form, value)
    path.write_bytes(data)


DIRECTORY = b"PK\x01\x02"
FLAGS, PACKED, SIZE, OFFSET = (8, "<H"), (20, "<I"), (24, "<I"), (42, "<I")


def link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("member", "why"),
    [
        ("../a.wav", "leads out of the archive"),
        ("wav/../../a.wav", "leads out of the archive"),
        ("..\\a.wav", "leads out of the archive"),
        ("/etc/x", "has an absolute path"),
        ("//host/x", "has an absolute path"),
        ("\\\\host\\x", "has an absolute path"),
        ("C:\\x", "has the path of a drive"),
        ("c:x", "has the path of a drive"),
        (link("a.wav"), "is a symbolic link"),
        ("more.zip", "is an archive inside the archive"),
        ("more.TAR", "is an archive inside the archive"),
        ("/", None),
        ("/a.wav", None),
        ("서울:구급/a.wav", None),
        ("a..b/c.wav", None),
    ],
)
def test_what_no_data_set_needs_is_refused(tmp_path, member, why):
    path = pack(tmp_path / "a.zip", ("good.wav", b"1"), (member, b"2"))
    if why is None:
        assert open_archive(path).read("good.wav") == b"1"
        return
    with pytest.raises(MalsoriError, match="is refused: its member") as refused:
        read_bytes(f"{path}::good.wav")
    assert why in refused.value.message
    assert refused.value.hint.endswith("nothing was read from it")


def test_a_refusal_names_a_korean_member_as_people_read_it(tmp_path):
    name = "../불.wav".encode("cp949").decode("cp437")
    path = pack(tmp_path / "a.zip", ("xx", b""))
    info = zipfile.ZipInfo(name)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(info, b"")
    # zipfile sets the UTF-8 flag for such a name; Korean tools do not.
    rename_as_cp949(path, name)
    with pytest.raises(MalsoriError, match=r"'\.\./불\.wav' leads out"):
        open_archive(path)


def rename_as_cp949(path, name):
    """Writes a member's name as CP949 without the UTF-8 flag, as Windows tools in Korea do."""
    data = path.read_bytes()
    utf8, raw = name.encode(), name.encode("cp437")
    assert len(raw) < len(utf8)
    # The lengths of names differ, so the archive is written again by hand.
    with zipfile.ZipFile(path) as archive:
        members = [(i.filename, archive.read(i)) for i in archive.infolist()]
    body, directory = b"", b""
    for member, content in members:
        key = raw if member == name else member.encode("ascii")
        check = zipfile.crc32(content)
        fixed = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, check, *[len(content)] * 2, len(key), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + fixed
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + key
        body += b"PK\x03\x04" + fixed + key + content
    count = len(members)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    assert data != body
    path.write_bytes(body + directory + end)


def test_names_in_cp949_without_the_flag_are_readable(tmp_path):
    name = "구급/불이야.wav".encode("cp949").decode("cp437")
    path = pack(tmp_path / "a.zip", (name, b"sound"), ("b.wav", b"other"))
    rename_as_cp949(path, name)
    archive = open_archive(path)
    assert not zipfile.ZipFile(path).infolist()[0].flag_bits & 0x800
    assert sorted(archive.members) == ["b.wav", "구급/불이야.wav"]
    assert read_bytes(f"{path}::구급/불이야.wav") == b"sound"


def test_utf8_without_the_flag_is_readable_too():
    info = zipfile.ZipInfo("서울.wav".encode().decode("cp437"))
    assert member_name(info) == "서울.wav"


def test_encrypted_members_are_refused(tmp_path):
    path = pack(tmp_path / "a.zip", ("a.wav", b"1"))
    patch(path, DIRECTORY, FLAGS[0], 0x1, FLAGS[1])
    with pytest.raises(MalsoriError, match=r"'a\.wav' is encrypted") as refused:
        open_archive(path)
    assert "password" in refused.value.hint


@pytest.mark.parametrize(
    ("size", "packed", "why"),
    [
        (3 * 2**30, None, "claims 3,221,225,472 bytes"),
        (300 * MEGABYTE, 2 * MEGABYTE, "swells 150 times"),
        (0xFFFFFFFE, 1000 * MEGABYTE, "claims"),
    ],
)
def test_sizes_that_cannot_be_are_refused(tmp_path, monkeypatch, size, packed, why):
    monkeypatch.setattr("malsori.archives.zips.MAX_MEMBER", 3 * 2**30)
    path = pack(tmp_path / "a.zip", ("a.wav", b"1" * 1000))
    patch(path, DIRECTORY, SIZE[0], size)
    if packed is not None:
        patch(path, DIRECTORY, PACKED[0], packed)
    # A forged packed size reaches beyond the file; the directory is moved there, as a bomb's is.
    monkeypatch.setattr("malsori.archives.zips.Archive._check_overlap", lambda *_: None)
    with pytest.raises(MalsoriError, match=why):
        open_archive(path)


def test_a_real_bomb_is_refused_and_silence_is_not(tmp_path):
    path = pack(tmp_path / "a.zip", ("a.wav", bytes(16 * MEGABYTE)))
    assert len(read_bytes(f"{path}::a.wav")) == 16 * MEGABYTE
    pack(path, ("a.wav", bytes(300 * MEGABYTE)))
    with pytest.raises(MalsoriError, match=r"swells .* times to 314,572,800 bytes"):
        open_archive(path)


def test_members_that_share_their_bytes_are_refused(tmp_path):
    path = pack(tmp_path / "a.zip", ("a.wav", b"1" * 50), ("b.wav", b"1" * 50))
    patch(path, DIRECTORY, OFFSET[0], 0, which=1)
    with pytest.raises(MalsoriError, match="shares its bytes with another member"):
        open_archive(path)


def test_a_member_that_reaches_into_the_directory_is_refused(tmp_path):
    path = pack(tmp_path / "a.zip", ("a.wav", bytes(range(256))))
    patch(path, DIRECTORY, PACKED[0], 10_000)
    with pytest.raises(MalsoriError, match="reaches into the archive's directory"):
        open_archive(path)


def test_a_size_that_is_forged_small_is_found_when_read(tmp_path):
    path = pack(tmp_path / "a.zip", ("a.wav", b"1" * 1000))
    patch(path, DIRECTORY, SIZE[0], 10)
    with pytest.raises(MalsoriError, match=r"a\.zip::a\.wav cannot be read: .*CRC"):
        read_bytes(f"{path}::a.wav")


def test_damage_inside_a_member_is_told_with_its_name(tmp_path):
    path = pack(tmp_path / "a.zip", ("a.wav", b"1" * 1000), method=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"1" * 1000, b"1" * 500 + b"2" + b"1" * 499))
    with pytest.raises(MalsoriError, match=r"a\.zip::a\.wav cannot be read: .*CRC") as damaged:
        read_bytes(f"{path}::a.wav")
    assert "download the archive again" in damaged.value.hint
    pack(path, ("a.wav", os.urandom(1000) * 3), ("b.wav", b"whole"))
    data = bytearray(path.read_bytes())
    data[200:260] = bytes(60)
    path.write_bytes(data)
    with pytest.raises(MalsoriError, match=r"a\.zip::a\.wav"):
        read_bytes(f"{path}::a.wav")
    assert read_bytes(f"{path}::b.wav") == b"whole"


@pytest.mark.parametrize("kept", [0, 10, 200, -1])
def test_a_truncated_archive_is_no_whole_one(tmp_path, kept):
    path = pack(tmp_path / "a.zip", ("a.wav", b"1" * 5000), method=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(MalsoriError, match=r"a\.zip is not a whole zip archive") as cut:
        open_archive(path)
    assert "download it again" in cut.value.hint


def test_any_damage_is_an_error_with_a_message(tmp_path):
    """No byte of an archive, changed, makes anything but a message or the right content."""
    path = pack(tmp_path / "a.zip", ("a.txt", b"hello " * 9), ("구급/b.txt", b"bye"))
    whole = path.read_bytes()
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 0xFF
        path.write_bytes(changed)
        os.utime(path, ns=(at, at))
        try:
            archive = open_archive(path)
            contents = {archive.read(name) for name in archive.members}
        except MalsoriError:
            continue
        assert contents <= {b"hello " * 9, b"bye"}


def test_a_member_that_is_not_there(tmp_path):
    path = pack(tmp_path / "a.zip", ("a.wav", b"1"))
    with pytest.raises(MalsoriError, match=r"a\.zip has no member b\.wav"):
        read_bytes(f"{path}::b.wav")
    with pytest.raises(MalsoriError, match="there is no archive"):
        read_bytes(f"{tmp_path}/b.zip::a.wav")
    with pytest.raises(MalsoriError, match="cannot be read"):
        read_bytes(tmp_path)


@pytest.mark.parametrize("written", ["a.wav", "/a.wav", "./a.wav", "x/a.wav", "x//a.wav"])
def test_the_way_a_name_is_written_does_not_matter(tmp_path, written):
    path = pack(tmp_path / "A.ZIP", (written, b"1"))
    key = "x/a.wav" if "x" in written else "a.wav"
    assert read_bytes(f"{path}::{key}") == read_bytes(f"{path}::{written}") == b"1"


def test_an_archive_that_was_replaced_is_opened_again(tmp_path):
    path = pack(tmp_path / "a.zip", ("a.wav", b"old"))
    assert read_bytes(f"{path}::a.wav") == b"old"
    pack(path, ("a.wav", b"newer"))
    assert read_bytes(f"{path}::a.wav") == b"newer"


def test_closed_archives_are_opened_again(tmp_path):
    path = pack(tmp_path / "a.zip", ("a.wav", b"1"))
    first = open_archive(path)
    assert open_archive(path) is first
    close_archives()
    assert open_archive(path) is not first
    assert read_bytes(f"{path}::a.wav") == b"1"


def test_a_forked_process_reads_what_its_parent_has_open(tmp_path):
    contents = {f"{i}.wav": os.urandom(5000) for i in range(40)}
    path = pack(tmp_path / "a.zip", *contents.items())
    wanted = [f"{path}::{name}" for name in contents] * 5
    assert read_bytes(wanted[0]) == contents["0.wav"]
    read = [outcome.value for outcome in parallel_map(read_bytes, wanted, workers=3, chunk=1)]
    assert read == list(contents.values()) * 5
    assert read_bytes(wanted[1]) == contents["1.wav"]
