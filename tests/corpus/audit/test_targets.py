"""Tasks of every kind as classes."""

import numpy as np
import polars as pl

from malsori.corpus.audit.targets import targets_of


def test_each_kind_becomes_classes(toy):
    found = {t.name: t for t in targets_of(toy.case().corpus)}
    assert list(found) == [
        "mood", "urgency", "symptom: 열", "symptom: 통증", "symptom: 호흡", "valence",
    ]  # fmt: skip
    assert found["mood"].classes == ("불안", "당황", "중립")
    assert found["symptom: 열"].classes == ("no", "yes")
    has = toy.rows["label.symptom"].list.contains("열").to_numpy()
    assert (found["symptom: 열"].codes == has).all()


def test_numbers_are_cut_into_thirds(toy):
    thirds = targets_of(toy.case().corpus)[-1]
    low, middle, high = thirds.classes
    assert (low[:8], middle[:11], high[:12]) == ("low (to ", "middle (to ", "high (above ")
    assert thirds.counts.min() > 100
    values = toy.rows["label.valence"].to_numpy()
    assert values[thirds.codes == 0].max() < values[thirds.codes == 2].min()
    ends = [float(name.split()[-1].rstrip(")")) for name in thirds.classes]
    assert values[thirds.codes == 0].max() <= ends[0]
    assert values[thirds.codes == 1].max() <= ends[1] == ends[2] < values[thirds.codes == 2].min()


def test_rows_without_label_are_none(toy):
    ill = toy.but(label__mood=[None] * 300 + toy.rows["label.mood"].to_list()[300:])
    mood = targets_of(ill.case().corpus)[0]
    assert mood.labelled == 100
    assert mood.counts.sum() == 100


def test_classes_of_few_rows_and_tasks_of_one_class_ask_nothing(toy):
    symptoms = pl.Series([["열"]] * 5 + [["통증"]] * 200 + [[]] * 195)
    ill = toy.but(label__symptom=symptoms, label__mood=["불안"] * 400)
    names = [t.name for t in targets_of(ill.case().corpus)]
    assert names == ["urgency", "symptom: 통증", "valence"]
    assert not np.isnan(targets_of(ill.case().corpus)[-1].codes).any()
