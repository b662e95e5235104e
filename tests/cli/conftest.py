import sys

import pytest
import yaml

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


@pytest.fixture
def recipe(tmp_path):
    """A file for a small corpus, which lies beside it."""
    from malsori.training.tiny import tiny_corpus  # torch, for those alone that train

    path = tmp_path / "tiny.yaml"
    path.write_text(yaml.safe_dump(tiny_corpus(tmp_path / "corpus").data()), "utf-8")
    return path
