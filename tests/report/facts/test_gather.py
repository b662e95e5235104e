import json

import pytest

from malsori.errors import MalsoriError
from malsori.report.facts import gather


def test_the_first_run_is_the_subject_and_names_are_told_apart(make):
    a, b = make.run("a/run"), make.run("b/run", seed=1)
    facts = gather([a, b], resamples=20)
    assert [run.name for run in facts.runs] == ["run", "run (2)"]
    assert facts.subject.condition == "speech+text"
    assert facts.subject.split == "test"


def test_the_same_folder_twice_is_one_run(make):
    a = make.run()
    assert len(gather([a, a.parent / "." / ".." / a.parent.name / a.name], resamples=20).runs) == 1


def test_without_a_baseline_each_task_is_compared_with_the_run_that_learned_it_alone(make):
    both, again = make.run("both"), make.run("again", seed=2)
    alone = make.run("alone", (make.urgency,), seed=1)
    facts = gather([both, again, alone], resamples=20)
    pairs = {(d.task, d.a, d.b) for d in facts.differences}
    assert pairs == {
        ("urgency", "both", "alone"),
        ("urgency", "again", "alone"),
        ("sentiment", "again", "both"),
    }
    assert facts.alone("urgency").name == "alone"
    assert facts.alone("sentiment") is None


def test_a_baseline_is_what_everybody_is_compared_with(make):
    both, again = make.run("both"), make.run("again", seed=2)
    alone = make.run("alone", (make.urgency,), seed=1)
    facts = gather([both, again, alone], baseline=again, resamples=20)
    assert {d.b for d in facts.differences} == {"again"}
    with pytest.raises(MalsoriError, match="none of the runs"):
        gather([both], baseline=again, resamples=20)


def test_runs_on_other_data_are_not_compared(make):
    here, there = make.run("here"), make.run("there", corpus="others", seed=1)
    facts = gather([here, there], resamples=20)
    assert facts.differences == ()
    assert [run.name for run in facts.elsewhere] == ["there"]


def test_no_place_on_a_disk_and_no_name_of_anybody(make):
    leak = {"kind": "text", "column": "text", "count": 1, "rows": 2,
            "examples": [{"value": "비밀 문장", "ids": {"train": "u1"}}]}  # fmt: skip
    run = make.run(changes={"split": {"leaks_allowed": [leak]}})
    told = json.dumps(gather([run], resamples=20).data(), ensure_ascii=False)
    for secret in ("/home", "kim", "secret", "비밀 문장", "speaker-test-0", str(make.folder)):
        assert secret not in told


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(MalsoriError, match="is no run"):
        gather([tmp_path])
    with pytest.raises(MalsoriError, match="needs a run"):
        gather([])


def test_a_run_of_one_task_is_not_compared_with_itself_alone(make):
    one, other = make.run("one", (make.urgency,)), make.run("other", (make.urgency,))
    assert gather([one, other], resamples=20).alone("urgency") is None
    both = make.run("both")
    assert gather([both, one], resamples=20).alone("urgency").name == "one"


def test_a_folder_of_runs_stands_for_all_of_them(make):
    make.run("b"), make.run("a")
    facts = gather([make.folder / "runs"], resamples=20)
    assert [facts.subject.name, *(other.name for other in facts.others)] == ["a", "b"]


def test_a_folder_without_runs_is_named(make):
    with pytest.raises(MalsoriError, match="is no run"):
        gather([make.folder], resamples=20)
