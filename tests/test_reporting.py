import time

from malsori.reporting import ProgressLine, Silent, Terminal, duration, progress, reporting, say


def test_durations_carry_over():
    assert [duration(s) for s in (59.6, 60, 3599.9)] == ["1 min 0 s", "1 min 0 s", "1 h 0 min"]


def test_a_log_gets_lines_with_time_left(capsys):
    line = ProgressLine("train", 4, unit="step", done=1, to=Terminal(every=0))
    time.sleep(0.01)
    line.advance(note="skill 0.2")
    line.close()
    said = capsys.readouterr().err
    assert said.startswith("train 2/4 · ")
    assert " left · " in said
    assert said.rstrip().endswith("skill 0.2")


def test_progress_passes_everything_on_and_needs_no_length(capsys):
    with reporting(Terminal(every=0)):
        assert list(progress(iter([1, 2, 3]), label="read")) == [1, 2, 3]
    assert "read 3 · " in capsys.readouterr().err


def test_a_block_speaks_to_its_reporter_and_the_terminal_comes_back(capsys):
    with reporting(Silent()):
        say("not heard")
        with reporting(None):
            say("not heard either")
    say("heard")
    assert capsys.readouterr().err == "heard\n"


def test_what_is_said_does_not_land_in_the_line_that_is_renewed(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    terminal = Terminal()
    terminal.progress("train 1/2")
    terminal.say("a word")
    terminal.clear()
    assert capsys.readouterr().err == "\r\033[Ktrain 1/2\r\033[Ka word\n"
