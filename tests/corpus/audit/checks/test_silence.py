"""Silent recordings."""

from malsori.words import Words

say = Words("en").say


def plant(toy):
    return toy.heard(peak=[-100.0] * 3 + [-6.0] * 397)


def test_digital_silence(toy):
    (found,) = plant(toy).examine("silence")
    assert found.severity == "warning"
    assert found.numbers == {"rows": 3, "of": 400}
    assert found.examples == ("T000000", "T000001", "T000002")


def test_much_digital_silence_is_serious(toy):
    (found,) = toy.heard(peak=[-95.0] * 40 + [-6.0] * 360).examine("silence")
    assert found.severity == "serious"


def test_recordings_with_hardly_any_speech(toy):
    (found,) = toy.heard(silence=[0.95] * 50 + [0.2] * 350).examine("silence")
    assert "50 of 400 recordings (12 %) are silent for more than 85 %" in say(found.message)


def test_one_of_them_is_nothing(toy):
    assert not toy.heard(silence=[0.95] * 5 + [0.2] * 395).examine("silence")


def test_of_a_channel_that_the_import_chose(toy):
    """A file of one channel is silent by itself; of two, the other one may have a sound."""
    channels = [2] * 30 + [1] * 370
    heard = toy.but(channel=[1] * 400).heard(peak=[-100.0] * 40 + [-6.0] * 360, channels=channels)
    chosen, silent = heard.examine("silence")
    assert "30 of 400 recordings (7.5 %) hold digital silence on channel 1" in say(chosen.message)
    assert "without --option channel=1" in say(chosen.prescription.action)
    assert (chosen.severity, silent.severity) == ("serious", "warning")
    assert silent.numbers["rows"] == 10
    sides = heard.but(channel=[0, 1] * 200).examine("silence")
    assert [f.numbers["rows"] for f in sides] == [40]
