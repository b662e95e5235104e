"""Channels that were averaged."""

from malsori.words import Words

say = Words("en").say


def plant(toy):
    """A quarter is nothing but what opposite channels leave, others are one-sided, or calls."""
    return toy.heard(
        peak=[-100.0] * 100 + [-6.0] * 300,
        channels=[2] * 300 + [1] * 100,
        mixed=[-120.0] * 100 + [-3.0] * 200 + [None] * 100,
        dead=[0] * 100 + [1] * 100 + [0] * 100 + [None] * 100,
        alike=[-1.0] * 100 + [1.0] * 100 + [0.02] * 100 + [None] * 100,
    )


def test_each_kind_is_told_with_what_to_do(toy):
    found = {f.message.key.split(".")[2]: f for f in plant(toy).examine("channels")}
    assert {kind: f.severity for kind, f in found.items()} == {
        "cancelled": "serious",
        "dead": "warning",
        "different": "warning",
    }
    assert all(f.numbers["rows"] == 100 for f in found.values())
    assert found["different"].examples == ("T000200", "T000201", "T000202")
    assert "channel=each" in say(found["different"].prescription.action)
    assert "120 dB softer" in say(found["cancelled"].message)


def test_of_two_channels_of_which_one_is_silent_half_is_left(toy):
    (found,) = [f for f in plant(toy).examine("channels") if f.message.key.endswith("dead.seen")]
    assert "6 dB softer (median), and nothing else is lost" in say(found.message)
    assert "no one channel is right" in say(found.prescription.action)


def test_no_channel_is_advised_that_is_silent_elsewhere(toy):
    some, *_ = plant(toy).examine("channels")
    assert "channel=0 would hear nothing in others" in say(some.prescription.action)
    (alone,) = plant(toy).heard(dead=[0] * 400, alike=[-1.0] * 400).examine("channels")
    assert say(alone.prescription.action).startswith("import again with --option channel=0, which")


def test_silence_and_level_do_not_blame_something_else(toy):
    toy = plant(toy).heard(level=[-80.0] * 100 + [-25.0] * 300)
    assert not toy.examine("silence")
    assert not toy.examine("level")


def test_two_microphones_in_one_room_are_in_order(toy):
    alike = toy.heard(channels=[2] * 400, mixed=[-0.4] * 400, dead=[0] * 400, alike=[0.9] * 400)
    assert not alike.examine("channels")
