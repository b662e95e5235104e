from malsori.encoders.noting import digest_of, note_findings, noted_findings
from malsori.encoders.uses import note_use, uses
from malsori.findings import found
from malsori.notes import Note

FINDING = found(
    "audit.cut", "warning", "text",
    numbers={"texts": 9, "of": 99, "limit": 5}, unit=Note("audit.unit.tokens"), expected=True,
    settings={"encoders.text.long": "chunk"}, examples=("t1",), otherwise=True,
)  # fmt: skip


def test_findings_come_back_as_they_were(tmp_path):
    note_findings(tmp_path, "a", 99, [FINDING])
    note_findings(tmp_path, "b", 10, [])
    assert noted_findings(tmp_path, "a") == [FINDING]
    assert noted_findings(tmp_path, "b") == []
    assert noted_findings(tmp_path, "c") is None
    assert noted_findings(tmp_path) == []  # the last one
    note_findings(tmp_path, "a", 99, [FINDING])
    assert noted_findings(tmp_path) == [FINDING]


def test_only_the_latest_sets_are_kept(tmp_path):
    for i in range(12):
        note_findings(tmp_path, str(i), i, [])
    assert noted_findings(tmp_path, "3") is None
    assert noted_findings(tmp_path, "4") == []


def test_a_damaged_note_is_as_if_it_were_not_there(tmp_path):
    for text in ("", "[]", '{"version": 1}', '{"version": 1, "sets": {"a": 3}}', "{"):
        (tmp_path / "watch.json").write_text(text)
        (tmp_path / "used.json").write_text(text)
        assert noted_findings(tmp_path, "a") is None
        assert uses(tmp_path) == []
    note_findings(tmp_path, "a", 1, [FINDING])
    note_use(tmp_path, tmp_path / "corpus")
    assert noted_findings(tmp_path, "a") == [FINDING]
    assert len(uses(tmp_path)) == 1


def test_a_set_is_its_signals_and_its_modality():
    assert digest_of(["a", "b"], "speech") == digest_of(["b", "a"], "speech")
    assert digest_of(["a", "b"], "speech") != digest_of(["a"], "speech")
    assert digest_of(["a", "b"], "speech") != digest_of(["a", "b"], "text")
