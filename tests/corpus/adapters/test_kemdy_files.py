"""Annotation files and transcripts of both KEMDy."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malsori.corpus.adapters._kemdy_sheet import read_sheet
from malsori.corpus.adapters._kemdy_text import decode_transcript, transcript
from malsori.corpus.adapters.kemdy20 import Kemdy20
from malsori.errors import MalsoriError


@pytest.fixture
def root(generator, tmp_path):
    return generator("kemdy20").write(tmp_path)


def sheet(*rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


class TestSheet:
    HEADER = ("Segment ID", "Total Evaluation", " ", " ", "Eval01F", " ", " ")
    SECOND = (" ", "Emotion", "Valence", "Arousal", "Emotion", "Valence", "Arousal")
    LINE = ("Sess01_script01_User001F_001", "sad", "2", "3", "happy", "4", "5")

    def test_columns_are_found_by_name_wherever_they_are(self):
        moved = [("Numb", "note", *row) for row in (self.HEADER, self.SECOND, self.LINE)]
        for rows in ([self.HEADER, self.SECOND, self.LINE], moved):
            line = read_sheet(sheet(*rows), "a.csv").lines[0]
            assert (line.number, line.id) == (3, self.LINE[0])
            assert line.total[1:] == ("sad", "2", "3")
            assert line.raters == [("Eval01F", "happy", "4", "5")]

    def test_names_may_be_padded_and_of_any_case(self):
        header = ("segment  id ", "TOTAL EVALUATION", "", "", " eval01f", "", "")
        assert read_sheet(sheet(header, self.SECOND, self.LINE), "a.csv").lines[0].total[1] == "sad"

    def test_a_copy_without_the_second_header(self):
        assert len(read_sheet(sheet(self.HEADER, self.LINE), "a.csv").lines) == 1

    def test_blank_lines_are_no_rows(self):
        blank = ("", " ", "")
        found = read_sheet(sheet(self.HEADER, self.SECOND, blank, self.LINE, blank), "a.csv")
        assert (len(found.lines), found.broken) == (1, [])

    def test_a_line_that_ends_before_the_raters(self):
        found = read_sheet(sheet(self.HEADER, self.SECOND, self.LINE[:2]), "a.csv")
        assert found.lines[0].total == ("", "sad", "", "")
        assert found.lines[0].raters == [("Eval01F", "", "", "")]

    def test_a_quote_that_is_not_closed_takes_no_other_line(self):
        text = sheet(self.HEADER, self.SECOND, *[self.LINE] * 5).replace(",sad,", ',"sad,', 1)
        assert len(read_sheet(text, "a.csv").lines) == 5

    def test_a_line_that_is_no_text_is_broken(self):
        odd = sheet(self.HEADER, self.SECOND, self.LINE) + "\udcff,sad,2,3,happy,4,5\n"
        assert read_sheet(odd, "a.csv").broken == [
            (4, "a.csv:4: byte 0xff is none of its encoding")
        ]

    @pytest.mark.parametrize("missing", [0, 1])
    def test_a_column_that_is_missing_is_named(self, missing):
        header = ["x" if i == missing else cell for i, cell in enumerate(self.HEADER)]
        with pytest.raises(MalsoriError, match=rf"a.csv has no column '{self.HEADER[missing]}'"):
            read_sheet(sheet(header, self.SECOND, self.LINE), "a.csv")

    @pytest.mark.parametrize("text", ["", "\n\n", "x" * 200_000])
    def test_what_is_no_annotation_file(self, text):
        with pytest.raises(MalsoriError, match=r"a.csv"):
            read_sheet(text, "a.csv")

    def test_an_annotation_file_that_is_no_text(self, root):
        (root / "annotation" / "Sess02_eval.csv").write_bytes(bytes(range(128, 256)) * 8)
        with pytest.raises(MalsoriError, match=r"Sess02_eval\.csv"):
            Kemdy20(root).read()


class TestTranscripts:
    @pytest.mark.parametrize(
        ("raw", "clean"),
        [
            ("c/네c/그래서", "네 그래서"),
            ("N/ u/ n/ b/", ""),
            ("그+ 그 *사람 음/", "그 그 사람 음"),
            ("(웃음) 네 (한숨 (길게)) 아니요", "네 아니요"),
            ("club/에 갔어요", "club에 갔어요"),
            ("끝나지 않은 (웃음", "끝나지 않은 웃음"),
            ("  네,\t그래요. \r\n 좋아요 ", "네, 그래요. 좋아요"),
        ],
    )
    def test_markers(self, raw, clean):
        assert transcript(raw) == clean

    def test_rsa_cfn_reads_as_a_table_reader_does(self):
        assert transcript('\n"네, 그래요", 아니요', "rsa_cfn") == "네, 그래요"
        assert transcript("", "rsa_cfn") == ""

    @given(st.text(st.one_of(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3),
                             st.sampled_from(" .,?()/*+abcN"))))  # fmt: skip
    def test_both_encodings_are_told_apart_for_any_korean_text(self, text):
        assert decode_transcript(text.encode("cp949")) == text
        assert decode_transcript(text.encode()) == text

    def test_what_is_neither(self):
        assert decode_transcript(b"\xff\xff\xff") is None

    def test_one_that_cannot_be_read_is_counted(self, root):
        place = root / "wav" / "Session01" / "Sess01_script01_User002M_001.txt"
        place.write_bytes(b"\xff\xff\xff")
        source = Kemdy20(root).read()
        rows = source.rows.filter(pl.col("id") == "Sess01_script01_User002M_001")
        assert rows["text"].to_list() == [None]
        assert "transcript that cannot be read: 1 row" in source.notes
