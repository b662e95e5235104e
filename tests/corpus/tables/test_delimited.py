"""Separated text: no row disappears, whatever its quotes, lengths and headers are."""

import pytest

from malsori.corpus.tables import read_table

COLUMNS = ["id", "text", "speaker", "mood"]


@pytest.fixture
def table(tmp_path):
    def read(lines, name="calls.csv", end="\n"):
        file = tmp_path / name
        file.write_bytes((end.join(lines) + end).encode())
        return read_table(file)

    return read


def rows(separator=",", count=12, **texts):
    found = [COLUMNS]
    found += [
        [f"u{i}", texts.get(f"u{i}", f"문이 열려요 {i}번"), f"s{i % 3}", "ab"[i % 2]]
        for i in range(count)
    ]
    return [separator.join(row) for row in found]


def accounted(read, lines, blank=0):
    """Every line that is not blank is the header, a row, a broken row, or within a cell."""
    inside = sum((text or "").count("\n") for text in read.frame["text"])
    return len(lines) == 1 + len(read.rows) + len(read.broken) + inside + blank


@pytest.mark.parametrize("cell", ["가" * 140_000, '"' + "0.123," * 50_000 + '"'])
def test_cells_of_any_length(table, cell):
    read = table(rows(u3=cell))
    assert read.frame["text"].str.len_chars().max() == len(cell.strip('"'))
    assert (len(read.rows), read.broken, read.notes) == (12, [], [])


class TestQuotesThatTakeRows:
    @pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
    @pytest.mark.parametrize("last", [4, 9])
    def test_a_quote_that_closes_rows_later(self, table, separator, last):
        lines = rows(separator, u3='"괜찮아요', **{f"u{last}": '네"'})
        read = table(lines)
        assert read.frame["id"].to_list() == [f"u{i}" for i in range(12)]
        assert read.rows == list(range(2, 14))
        assert read.frame["text"][3] == '"괜찮아요'
        assert read.frame["text"][last] == '네"'
        (note,) = [n for n in read.notes if "quote" in n]
        assert note.startswith("1 quote opens in one row and would end in another (line 5)")

    def test_a_quote_of_a_tsv_that_never_closes_is_a_letter(self, table):
        read = table(rows("\t", u3='"괜찮아요'), "a.tsv")
        assert (len(read.rows), read.broken) == (12, [])
        assert read.frame["text"][3] == '"괜찮아요'

    def test_a_broken_line_within_is_broken_by_itself(self, table):
        lines = rows("\t", u3='"괜찮아요', u8='네"')
        lines[6:7] = ["u5\tno more", ""]
        read = table(lines)
        assert (len(read.rows), [b.row for b in read.broken]) == (11, [7])
        assert accounted(read, lines, blank=1)

    def test_several_and_all_of_them(self, table):
        lines = rows(",", 40, u3='"a', u9='b"', u20='"c', u21='d"', u0='"e', u1='f"')
        read = table(lines)
        assert read.frame["id"].to_list() == [f"u{i}" for i in range(40)]
        assert accounted(read, lines)

    @pytest.mark.parametrize(
        "text", ['"하나\n둘, 셋\n넷"', '"하나, 둘, 셋, 넷\n다섯"', '"one\n\ntwo ""three"" four"']
    )
    def test_cells_of_several_lines_stay_cells(self, table, text):
        lines = "\n".join(rows(u3=text, u7=text)).split("\n")
        read = table(lines)
        assert read.frame["text"][7] == text[1:-1].replace('""', '"')
        assert (len(read.rows), read.broken, read.notes) == (12, [], [])
        assert accounted(read, lines)


class TestHeadersFurtherDown:
    def test_a_repeated_header_is_no_row(self, table):
        once = rows()
        read = table([*once, "\ufeff" + once[0], *once[1:]])
        assert len(read.rows) == 24
        assert "1 byte order mark in the middle of the file left out" in read.notes
        assert (
            "the header stands 1 time more in the middle of the file (line 14): no row"
            in read.notes
        )

    def test_rows_below_another_header_are_broken(self, table):
        read = table([*rows(), "mood,id,text,speaker", "a,u90,네,s1", *rows()])
        assert len(read.rows) == 24
        (broken,) = read.broken
        assert broken.row == 15
        assert broken.detail.startswith("it stands below another header (line 14: mood, id, text")
        assert any("another header stands" in note for note in read.notes)

    def test_rows_that_name_a_column_are_rows(self, table):
        read = table(["id,text", "a,text", "b,id", "text,네"])
        assert len(read.rows) == 3
        choices = [f"{'ab'[i % 2]},{'ba'[i % 2]},네 {i}" for i in range(20)]
        read = table(["a,b,text", *choices])
        assert (len(read.rows), read.broken, read.notes) == (20, [], [])


def test_a_separator_at_the_end_of_each_row_is_no_cell(table):
    header, *lines = rows()
    read = table([header, *(f"{line}," for line in lines), "u12,네, 네,s0,a"])
    assert read.frame["mood"].to_list() == ["a", "b"] * 6
    assert [(b.row, b.detail) for b in read.broken] == [(14, "5 fields where the header has 4")]
    assert len(read.notes) == 1


@pytest.mark.parametrize(
    ("cells", "told"),
    [("012", []), ("077", []), ("0x2", ["column 1 has no name and is not read (such as '0')"])],
)
def test_columns_without_a_name(table, cells, told):
    read = table([",id,text", *(f"{cell},u{i},네" for i, cell in enumerate(cells))])
    assert read.notes == told


def test_excel_names_the_separator(table):
    read = table(["sep=;", *rows(";")])
    assert read.frame.columns == COLUMNS
    assert read.rows == list(range(3, 15))
    assert read.notes == ["line 1 is Excel's: the separator is semicolon"]


def test_bars_part_columns_if_nothing_else_does(table):
    read = table(rows("|"))
    assert read.frame.columns == COLUMNS
    assert read.notes == ["the separator is '|'"]


def test_a_line_of_other_bytes_is_a_broken_row(tmp_path):
    lines = [line.encode() for line in rows(count=30)]
    lines[4] = lines[4].replace("문".encode(), b"\xb9\xae")
    (tmp_path / "a.csv").write_bytes(b"\n".join(lines))
    read = read_table(tmp_path / "a.csv")
    assert [(b.row, b.detail) for b in read.broken] == [(5, "byte 0xb9 is none of its encoding")]
    assert len(read.rows) == 29
    assert read.notes[0].startswith("a.csv: 1 line is not UTF-8, the rest is")


def test_blanks_before_quotes_are_no_part_of_a_cell(table):
    read = table(["id, text, mood", 'u1, "네, 맞아요", a', 'u2, "응", b', "u3, 아니, a"])
    assert read.frame.rows() == [("u1", "네, 맞아요", "a"), ("u2", "응", "b"), ("u3", "아니", "a")]
    assert read.notes == ["blanks between a separator and a quote are left out"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_carriage_return_within_a_cell_ends_no_row(table, end):
    read = table(rows(u3="하나\r둘", u5='"셋\r넷, 다섯"', u7='"여섯"\r 일곱'), end=end)
    assert read.frame["text"][3] == "하나 둘"
    assert read.frame["text"][5] == "셋\r넷, 다섯"
    assert (len(read.rows), read.broken) == (12, [])
    assert read.notes[0] == "quotes that enclose no whole cell are read as letters (row 9)"
    assert read.notes[1] == "carriage returns within cells are blanks (lines 5, 9)"
