"""What columns mean: found, inferred, and always told."""

import polars as pl
import pytest

from malsori.corpus.declaring import parse_task
from malsori.corpus.schema_inference import interpret
from malsori.errors import MalsoriError


def meaning(table, columns=None, tasks=()):
    frame = pl.DataFrame({k: pl.Series(v, dtype=pl.String) for k, v in table.items()})
    declared = [parse_task(t) for t in tasks]
    return interpret(frame, "calls.csv", columns=columns, tasks=declared)


def told(result, *words):
    assert any(all(w in note for w in words) for note in result.notes), result.notes
    return True


class TestSchemaColumns:
    def test_exact_names_win_over_others(self):
        result = meaning({"sentence": ["1", "2"], "text": ["a", "b"], "id": ["x", "y"]})
        assert result.columns["text"] == "text"
        assert "meta.sentence" in result.columns

    def test_an_exact_name_wins_over_another_case(self):
        result = meaning({"Text": ["1", "2"], "text": ["a", "b"], "id": ["x", "y"]})
        assert result.columns["text"] == "text"
        assert "meta.Text" in result.columns

    def test_a_length_that_is_asked_for_is_no_length_of_a_part(self):
        table = {"audio": ["a", "b"], "start": ["0", "1"], "duration": ["1", "2"]}
        assert "duration" in meaning(table).columns
        result = meaning(table, tasks=["duration=regression"])
        assert "duration" not in result.columns
        assert result.columns["label.duration"] == "duration"

    def test_usual_names_are_found_and_told(self):
        result = meaning({"Wav_ID": ["x", "y"], "file_name": ["a", "b"], "SPK": ["s", "t"]})
        assert {k: result.columns[k] for k in ("id", "audio", "speaker")} == {
            "id": "Wav_ID",
            "audio": "file_name",
            "speaker": "SPK",
        }
        assert told(result, "audio is read from column 'file_name'")

    def test_a_name_that_repeats_is_no_id(self):
        result = meaning({"name": ["Kim", "Kim", "Lee"], "text": ["a", "b", "c"]})
        assert "id" not in result.columns
        assert told(result, "'name' is not taken as the id")

    def test_what_is_mapped_wins(self):
        table = {"text": ["1", "2"], "script": ["a", "b"], "id": ["x", "y"]}
        result = meaning(table, columns={"text": "script"})
        assert result.frame["text"].to_list() == ["a", "b"]
        assert result.columns["meta.text"] == "text"

    def test_a_mapped_column_that_is_not_there(self):
        with pytest.raises(MalsoriError, match=r"no column 'scirpt' to be 'text'.*'script'\?"):
            meaning({"script": ["a"]}, columns={"text": "scirpt"})

    @pytest.mark.parametrize(
        ("name", "tasks", "hint"),
        [
            ("audoi", [], "did you mean 'audio'"),
            ("speakr", [], "did you mean 'speaker'"),
            ("transcript", [], "did you mean 'text'"),
            ("speech", ["mood=nominal"], "did you mean 'audio'"),
            ("modo", ["mood=nominal"], "did you mean 'mood'"),
            ("scenario", ["mood=nominal"], "there is: id, audio, text.*mood.*meta.scenario keeps"),
        ],
    )
    def test_a_name_that_means_nothing(self, name, tasks, hint):
        table = {"mood": ["x", "y"] * 2, "column": ["a", "b"] * 2}
        with pytest.raises(MalsoriError, match=f"mapped to '{name}', which is no .*{hint}"):
            meaning(table, columns={name: "column"}, tasks=tasks)

    def test_a_mapped_column_without_classes_says_why(self):
        table = {"id": list("abcd"), "level": ["1"] * 4}
        with pytest.raises(MalsoriError, match=r"'urgency', which is no .*value.*--task urgency="):
            meaning(table, columns={"urgency": "level"})

    def test_a_column_can_be_kept_under_another_name(self):
        table = {"mood": ["x", "y"] * 2, "kino": ["a", "b"] * 2, "film": list("abcd")}
        result = meaning(table, columns={"meta.film": "kino"})
        assert [task.name for task in result.tasks] == ["mood"]
        assert result.frame["meta.film"].to_list() == ["a", "b"] * 2
        assert told(result, "column 'film' is left out: film is read from column 'kino'")

    def test_a_column_that_gives_way_is_told(self):
        table = {"mood": ["x", "y"] * 2, "label": ["a", "b"] * 2}
        result = meaning(table, columns={"mood": "label"})
        assert result.tasks[0].classes == ("a", "b")
        assert told(result, "column 'mood' is left out: mood is read from column 'label'")

    def test_parts_of_the_published_split_are_renamed(self):
        result = meaning({"id": list("abcd"), "split": ["Train", "dev", "fold9", None]})
        assert result.frame["split"].to_list() == ["train", "validation", "fold9", None]
        assert told(result, "'Train' → 'train'", "'dev' → 'validation'")
        assert told(result, "fold9", "no part")


class TestInferredTasks:
    @pytest.mark.parametrize(
        ("values", "classes"),
        [
            (["sad", "happy", "sad", "happy"], ("happy", "sad")),
            (["10", "2", "2", "10", None], ("2", "10")),
            (["Angry", "angry", "angry ", "sad", "sad"], ("angry", "sad")),
            (["a", "nan", "b", "a", "b"], ("a", "b")),
        ],
    )
    def test_few_values_that_repeat_are_classes(self, values, classes):
        (task,) = meaning({"mood": values}).tasks
        assert (task.name, task.kind, task.classes) == ("mood", "nominal", classes)

    @pytest.mark.parametrize(
        ("name", "values", "why"),
        [
            ("mood", ["a"] * 6, "one value"),
            ("mood", [None] * 6, "empty"),
            ("mood", ["a", "b", "c", "a", "b"], "too many for classes"),
            ("mood", [str(i) for i in range(11)] * 2, "more than the 10"),
            ("mood", [f"c{i}" for i in range(21)] * 2, "more than the 20"),
            ("age", ["31", "45"] * 5, "numbers are too large"),
            ("score", ["0.5", "1.5"] * 5, "measurements"),
            ("memo", ["x" * 41, "y" * 41] * 5, "texts, not classes"),
            ("subset", ["a", "b"] * 5, "where a row comes from"),
            ("??", ["a", "b"] * 5, "no name that a task can have"),
        ],
    )
    def test_other_columns_are_meta_and_told_why(self, name, values, why):
        result = meaning({name: values})
        assert result.tasks == []
        assert result.columns == {f"meta.{name}": name}
        assert told(result, name, why)

    def test_names_become_usable(self):
        (task,) = meaning({"1번 감정": ["a", "b"] * 2}).tasks
        assert task.name == "1번_감정"

    def test_two_columns_never_share_a_task(self):
        result = meaning({"my mood": ["a", "b"] * 2, "my_mood": ["c", "d"] * 2})
        assert [t.classes for t in result.tasks] == [("a", "b")]
        assert result.columns == {"label.my_mood": "my mood", "meta.my_mood": "my_mood"}

    def test_numbers_may_be_ranks(self):
        assert told(meaning({"urgency": ["0", "1"] * 3}), "declare it ordinal")

    def test_a_mapped_name_names_the_task(self):
        result = meaning({"label": ["a", "b"] * 2}, columns={"emotion": "label"})
        assert result.columns == {"label.emotion": "label"}

    def test_a_typo_is_no_class_and_told(self):
        values = ["angry"] * 40 + ["happy"] * 40 + ["angyr"]
        result = meaning({"mood": values})
        assert result.tasks[0].classes == ("angry", "happy")
        assert told(result, "'angyr' occurs once", "looks like 'angry'", "angry=angyr")


class TestDeclaredTasks:
    def test_only_declared_tasks_are_tasks(self):
        table = {"mood": ["a", "b"] * 2, "gender": ["f", "m"] * 2}
        result = meaning(table, tasks=["gender=nominal"])
        assert [t.name for t in result.tasks] == ["gender"]
        assert set(result.columns) == {"label.gender", "meta.mood"}

    def test_aliases_are_those_of_the_task(self):
        (task,) = meaning({"s": ["0"]}, tasks=["s=nominal:negative=0,positive=1"]).tasks
        assert task.classes == ("negative", "positive")
        assert task.label(task.index("1")) == "positive"

    def test_a_schema_column_can_be_a_task_too(self):
        table = {"speaker": ["s", "t"] * 2}
        result = meaning(table, tasks=["speaker=nominal"])
        assert result.columns == {"speaker": "speaker", "label.speaker": "speaker"}

    def test_a_column_that_is_not_there(self):
        with pytest.raises(
            MalsoriError,
            match=r"calls.csv has no column 'mood' .* columns are label, id .*--map mood=COLUMN",
        ):
            meaning({"label": ["a"], "id": ["b"]}, tasks=["mood=nominal:a,b"])

    def test_an_order_is_never_guessed(self):
        with pytest.raises(MalsoriError, match=r"only you know the order of its classes 상, 하"):
            meaning({"urgency": ["상", "하", "상"]}, tasks=["urgency=ordinal"])

    def test_one_class_is_no_task(self):
        with pytest.raises(MalsoriError, match=r"column 'mood' of calls.csv holds a, so there"):
            meaning({"mood": ["a", "a"]}, tasks=["mood=nominal"])

    def test_the_classes_of_lists_are_those_that_they_name(self):
        table = {"symptom": ["pain; fever", '["Pain"]', "[]", None, "[broken"]}
        result = meaning(table, tasks=["symptom=multilabel"])
        (task,) = result.tasks
        assert (task.kind, task.classes) == ("multilabel", ("Pain", "fever"))
        assert told(result, "2 classes from the data: Pain, fever")

    def test_lists_that_name_nothing_are_no_task(self):
        with pytest.raises(MalsoriError, match=r"holds no value, so .*symptom=multilabel:A,B"):
            meaning({"symptom": ["[]", None]}, tasks=["symptom=multilabel"])

    def test_a_number_has_its_range(self):
        (task,) = meaning({"valence": ["1.5", "x"]}, tasks=["valence=regression:1..5"]).tasks
        assert (task.kind, task.classes, task.low, task.high) == ("regression", (), 1.0, 5.0)

    def test_a_column_without_a_number_is_another_one(self):
        with pytest.raises(MalsoriError, match=r"column 'valence' .* holds none, only 'good'"):
            meaning({"valence": [None, "good"]}, tasks=["valence=regression"])
