"""Classes that a value of a column never has."""

from malsori.words import Words

say = Words("en").say


def plant(toy):
    """Incheon never delivers urgent calls."""
    region, urgency = toy.rows["meta.region"], toy.rows["label.urgency"]
    changed = [
        "하" if r == "인천" and u == "상" else u for r, u in zip(region, urgency, strict=True)
    ]
    return toy.but(label__urgency=changed)


def test_a_class_that_one_region_lacks(make_toy):
    # Speakers count, since rows of one are not independent.
    (found,) = plant(make_toy(800, speakers=160)).examine("empty_cells")
    assert (found.severity, found.subject) == ("warning", "urgency")
    assert "values of meta.region do not have: 인천 lacks 상" in say(found.message)


def test_folders_named_after_speaker_and_class_lack_the_others(toy):
    few = toy.but(speaker=[f"S{i % 8}" for i in range(400)])
    moods = zip(few.rows["speaker"], few.rows["label.mood"], strict=True)
    paths = [f"{who}/{mood}/{i}.wav" for i, (who, mood) in enumerate(moods)]
    assert not few.but(audio=paths).examine("empty_cells")
