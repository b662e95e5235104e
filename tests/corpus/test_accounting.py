"""The account adds up, whatever happened to the rows."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from malsori.corpus.accounting import Screened, account, quarantined_rows
from malsori.corpus.adapters.base import Source
from malsori.corpus.imported import Imported
from malsori.corpus.screening import Faults
from malsori.corpus.tables import Broken
from malsori.schema import Task

REASONS = ["missing", "truncated", "unknown-label", "reversed", "unreadable-archive"]
MOOD = Task(name="mood", kind="nominal", classes=("bad", "good"))


@given(
    fates=st.lists(st.sampled_from([None, *REASONS]), max_size=20),
    broken=st.lists(st.sampled_from(REASONS), max_size=5),
)
def test_every_row_is_kept_or_left_out(fates, broken):
    count = len(fates)
    labels = pl.Series("label.mood", ["good", None] * count, dtype=pl.String)[:count]
    ids = pl.Series("id", [f"u{i}" for i in range(count)], dtype=pl.String)
    rows = pl.DataFrame({"row": range(1, count + 1), "id": ids, "label.mood": labels})
    faults = Faults({i: (r, "why") for i, r in enumerate(fates) if r is not None})
    kept = [i for i, r in enumerate(fates) if r is None]
    source = Source(rows, [MOOD], broken=[Broken(99, None, "a.zip", r, "why") for r in broken])
    screened = Screened(rows, kept, faults)
    told = account(source, screened, rows[kept])
    assert told.read == source.read == told.kept + sum(told.quarantined.values())
    assert told.kept == len(kept)
    assert sum(told.quarantined.values()) == quarantined_rows(source, screened).height
    assert told.missing_labels == {"mood": rows[kept]["label.mood"].null_count()}
    assert Imported.model_validate(told.model_dump()) == told


def test_the_archives_to_download_again_are_named_once():
    rows = pl.DataFrame({"row": [1], "id": ["a"]})
    names = [f"deep/TS_{i}.zip" for i in (3, 1, 1, 2, 4, 5, 6)]
    broken = [Broken(None, None, n, "unreadable-archive", "cut off") for n in names]
    (note,) = account(Source(rows, [], broken=broken), Screened(rows, [0], Faults()), rows).notes
    assert note.startswith(
        "6 archives could not be opened (TS_1.zip, TS_2.zip, TS_3.zip, TS_4.zip and 2 more)"
    )
    assert "--overwrite" in note


def test_what_was_not_mended_is_not_told():
    rows = pl.DataFrame({"row": [1], "id": ["a"]})
    source = Source(rows, [], repaired={"spelling": 0, "times": 3})
    told = account(source, Screened(rows, [0], Faults()), rows)
    assert told.repaired == {"times": 3}
    assert ["repaired", "times", "3"] in told.table("Imported").rows


def test_a_task_without_a_column_has_no_label_at_all():
    rows = pl.DataFrame({"row": [1, 2], "id": ["a", "b"]})
    told = account(Source(rows, [MOOD]), Screened(rows, [0, 1], Faults()), rows)
    assert told.missing_labels == {"mood": 2}


def test_large_counts_are_written_as_everywhere():
    told = Imported(read=13462, kept=12000, missing_labels={"mood": 1462})
    assert [row[-1] for row in told.table("Imported").rows] == ["13,462", "12,000", "1,462"]
