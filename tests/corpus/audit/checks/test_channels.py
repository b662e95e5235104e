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
    assert "channel=0" in say(found["cancelled"].prescription.action)
    assert "channel=each" in say(found["different"].prescription.action)


def test_silence_and_level_do_not_blame_something_else(toy):
    toy = plant(toy).heard(level=[-80.0] * 100 + [-25.0] * 300)
    assert not toy.examine("silence")
    assert not toy.examine("level")


def test_two_microphones_in_one_room_are_in_order(toy):
    alike = toy.heard(channels=[2] * 400, mixed=[-0.4] * 400, dead=[0] * 400, alike=[0.9] * 400)
    assert not alike.examine("channels")
