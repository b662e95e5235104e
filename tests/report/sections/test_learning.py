from types import SimpleNamespace

import pytest

from malsori.notes import Note
from malsori.report.facts.learning import learning_of
from malsori.report.page import joined
from malsori.report.sections.learning import stopped
from malsori.words import Words


@pytest.mark.parametrize(
    ("planned", "lang", "said"),
    [
        (1, "en", "Run r, planned for 1 epoch, went through its 1 epoch."),
        (2, "en", "Run r, planned for 2 epochs, went through all 2 epochs."),
        (1, "ko", "실행 r(계획 1에포크): 1에포크를 마쳤습니다."),
        (2, "ko", "실행 r(계획 2에포크): 2에포크를 모두 마쳤습니다."),
    ],
)
def test_one_epoch_is_not_all_of_them(planned, lang, said):
    state = {"status": "finished", "stopped": Note("stop.epochs", {"epochs": planned}).data()}
    run = SimpleNamespace(name="r", finished=True, learning=learning_of(state, [], ["t"], planned))
    assert joined(stopped(run, Words(lang))).startswith(said)
