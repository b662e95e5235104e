import numpy as np
import pytest

from malsori.encoders import ENCODERS
from malsori.encoders.rates import at_rate
from malsori.errors import MalsoriError
from malsori.registry import ComponentConfig
from malsori.signals.audio import Audio

SECOND = Audio(np.zeros(8000, np.float32), 8000)


@pytest.mark.parametrize("kind", ["acoustic", "logmel", "mel_cnn"])
def test_telephone_audio_is_refused_by_a_wideband_encoder(kind):
    encoder = ENCODERS.build(ComponentConfig(kind=kind, sample_rate=16000))
    with pytest.raises(MalsoriError, match=f"8000 Hz lacks what {kind} hears at 16000") as caught:
        encoder.prepare(SECOND)
    assert "sample_rate: 8000" in str(caught.value.hint)


def test_a_higher_rate_is_resampled():
    assert len(at_rate(SECOND, 4000, "logmel").samples) == 4000
