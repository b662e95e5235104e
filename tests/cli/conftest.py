import sys

import pytest

from malsori.cli import main


@pytest.fixture
def malsori(monkeypatch, capsys):
    """Runs one command in this process: (exit status, standard output, standard error)."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["malsori", *map(str, words)])
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code or 0
        out, err = capsys.readouterr()
        return status, out, err

    return run
