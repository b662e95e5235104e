"""What a corpus knows of its rows beside signals and labels."""

import pytest

from malsori.corpus.audit.attributes import attributes_of
from malsori.words import Words


def named(toy):
    return {a.id: a for a in attributes_of(toy.case())}


def said(attribute):
    return tuple(Words("en").say(value) for value in attribute.values)


def test_columns_of_a_healthy_corpus(toy):
    found = named(toy)
    assert found["meta.gender"].kind == "person"
    assert found["meta.region"].values == ("광주", "서울", "인천")
    assert said(found["meta.date"])[0].startswith("below 2023")
    assert "audio" not in " ".join(found), "one folder only"


@pytest.mark.parametrize(
    ("dates", "least"),
    [
        ([f"2023{i % 12 + 1:02d}{i % 28 + 1:02d}" for i in range(400)], "below 2023"),
        ([f"2023-{i % 12 + 1:02d}-{i % 28 + 1:02d} 10:00" for i in range(400)], "below 2023"),
        ([f"2023. {i}번째" for i in range(400)], None),
    ],
)
def test_dates_are_ranges_and_free_text_is_nothing(toy, dates, least):
    found = named(toy.but(meta__date=dates)).get("meta.date")
    assert (found is None) == (least is None)
    assert found is None or said(found)[0].startswith(least)


def test_a_value_that_some_rows_lack_is_a_value(toy):
    found = named(toy.but(meta__film=["a"] * 200 + [None] * 200))["meta.film"]
    assert said(found) == ("a", "none")
    assert (found.codes == [0] * 200 + [1] * 200).all()


def test_numbers_of_which_some_are_missing(toy):
    found = named(toy.but(meta__weight=[None] * 40 + [str(i / 7) for i in range(360)]))
    weight = found["meta.weight"]
    assert said(weight)[-1] == "none"
    assert set(weight.codes[:40]) == {len(weight.values) - 1}
    assert weight.codes.max() == len(weight.values) - 1


@pytest.mark.parametrize("odd", ["inf", "-inf", "nan"])
def test_numbers_that_are_none(toy, odd):
    found = named(toy.but(meta__weight=[odd] * 4 + [str(i / 7) for i in range(396)]))
    assert set(found["meta.weight"].codes[:4]) == {len(found["meta.weight"].values) - 1}


def test_parts_of_ids_and_paths(toy):
    ids = [f"{'ab'[i % 2]}{i % 3}_{i}" for i in range(400)]
    audio = [f"{'xy'[i // 200]}/{i}.{'wav' if i % 5 else 'mp3'}" for i in range(400)]
    found = named(toy.but(id=ids, audio=audio))
    assert found["part_1"].values == ("a", "b")
    assert found["part_2"].values == ("0", "1", "2")
    assert found["folder"].values == ("x", "y")
    assert found["suffix"].values == (".mp3", ".wav")


def test_the_same_partition_is_one_attribute(toy):
    gender = toy.rows["meta.gender"]
    found = named(toy.but(meta__sex=gender.replace({"f": "여", "m": "남"})))
    assert ("meta.sex" in found, "meta.gender" in found) == (False, True)


def test_texts_are_an_attribute_where_most_are_read_again(toy):
    assert "sentence" not in named(toy)
    read = toy.but(text=[f"문장 번호 {i % 40} 입니다" for i in range(400)])
    assert len(named(read)["sentence"].values) == 40
