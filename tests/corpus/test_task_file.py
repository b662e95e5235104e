"""An export is read again with its tasks, without any being typed."""

import polars as pl
import pytest

from malsori.corpus import CorpusSpec, write_corpus
from malsori.corpus.adapters.table import Table
from malsori.corpus.exporting import export_corpus
from malsori.corpus.importing import import_corpus
from malsori.errors import MalsoriError
from malsori.schema import Task

TASKS = (
    Task(name="emotion", kind="nominal", classes=("neutral", "happy", "sad")),
    Task(name="urgency", kind="ordinal", classes=("하", "중", "상"), aliases={"high": "상"}),
    Task(name="symptom", kind="multilabel", classes=("열", "구토, 오심", "통증")),
    Task(name="valence", kind="regression", low=1, high=5),
    Task(name="role", kind="nominal", classes=("가", "나")),
)
LABELS = [f"label.{task.name}" for task in TASKS]


@pytest.fixture
def corpus(tmp_path):
    rows = pl.DataFrame(
        {
            "id": [f"u{i:02d}" for i in range(24)],
            "text": [f"말 {i}" for i in range(24)],
            "label.emotion": ["neutral", "sad", None, "happy"] * 6,
            "label.urgency": ["상", "하", "중", "하"] * 6,
            "label.symptom": [["열"], [], ["구토, 오심", "통증"], None] * 6,
            "label.valence": [1.0, 2.5, None, 4.25] * 6,
            "label.role": ["나", "가"] * 12,
            "role": ["caller", "agent"] * 12,
            "soft.emotion": [[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]] * 12,
            "compound.emotion": [None, None, ["neutral", "happy"], None] * 6,
            "meta.wav": ["x", "y"] * 12,
        }
    )
    return write_corpus(tmp_path / "c", CorpusSpec(name="c", adapter="table", tasks=TASKS), rows)


def back(file, folder, **options):
    return import_corpus(Table(file, **options), folder, workers=1)


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_tasks_classes_orders_and_ranges_come_back_by_themselves(corpus, tmp_path, kind):
    export_corpus(corpus, tmp_path / f"x.{kind}", kind)
    report = back(tmp_path / f"x.{kind}", tmp_path / "again")
    again = report.corpus
    assert list(again.tasks.values()) == list(TASKS)
    for column in (*LABELS, "role", "meta.wav", "text"):
        assert again.utterances[column].to_list() == corpus.utterances[column].to_list(), column
    assert not again.utterances["meta.compound.emotion"].is_null().all()
    assert f"tasks are read from x.{kind}.tasks.yaml" in " ".join(report.notes)
    assert "urgency (ordinal: 하 < 중 < 상)" in " ".join(report.notes)
    assert f"x.{kind}.tasks.yaml" in again.spec.provenance["sha256"]


def test_without_the_file_what_is_besides_a_label_is_no_task(corpus, tmp_path):
    export_corpus(corpus, tmp_path / "x.csv", "csv")
    (tmp_path / "x.csv.tasks.yaml").unlink()
    report = back(tmp_path / "x.csv", tmp_path / "again")
    assert {"emotion", "urgency"} <= set(report.corpus.tasks)
    assert not [t for t in report.corpus.tasks if "compound" in t or "soft" in t]
    assert "'compound.emotion' becomes meta.compound.emotion" in " ".join(report.notes)


def test_declared_tasks_are_the_only_ones(corpus, tmp_path):
    export_corpus(corpus, tmp_path / "x.csv", "csv")
    again = back(tmp_path / "x.csv", tmp_path / "again", tasks=["emotion=nominal"]).corpus
    assert list(again.tasks) == ["emotion"]


def test_tasks_whose_column_is_gone_are_left_out(corpus, tmp_path):
    export_corpus(corpus, tmp_path / "x.csv", "csv", columns=["text", "emotion", "urgency"])
    pl.read_csv(tmp_path / "x.csv").drop("urgency").write_csv(tmp_path / "x.csv")
    report = back(tmp_path / "x.csv", tmp_path / "again")
    assert list(report.corpus.tasks) == ["emotion"]
    assert "tasks without a column in the table: urgency" in " ".join(report.notes)


def test_nothing_is_inferred_where_the_export_had_no_task(corpus, tmp_path):
    export_corpus(corpus, tmp_path / "x.csv", "csv", columns=["text", "role"])
    assert back(tmp_path / "x.csv", tmp_path / "again").corpus.tasks == {}


def test_another_file_of_that_name_is_refused(corpus, tmp_path):
    export_corpus(corpus, tmp_path / "x.csv", "csv")
    (tmp_path / "x.csv.tasks.yaml").write_text("tasks: [{name: a, kind: odd}]", encoding="utf-8")
    with pytest.raises(MalsoriError, match=r"x\.csv\.tasks\.yaml: tasks\.0\.kind.*--task"):
        back(tmp_path / "x.csv", tmp_path / "again")
    (tmp_path / "x.csv").unlink()
    with pytest.raises(MalsoriError, match=r"tasks\.yaml exists already"):
        export_corpus(corpus, tmp_path / "x.csv", "csv")
