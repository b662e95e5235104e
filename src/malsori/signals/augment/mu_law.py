"""The eight bits of a digital telephone line."""

import numpy as np

from malsori.signals.audio import Audio
from malsori.signals.augment.base import Transform
from malsori.signals.telephone import mu_law


class MuLaw(Transform):
    """Quantised to 8 bit µ-law and back (ITU-T G.711), at the audio's own rate.

    `codec` with `name: mu_law` goes over 8 kHz as well.

    Example:
        >>> quiet = Audio(np.float32([0.0, 1.0, -1.5]), 8000)
        >>> MuLaw()(quiet, np.random.default_rng(0)).samples.round(2).tolist()
        [0.0, 1.0, -1.0]
    """

    def __call__(self, audio: Audio, rng: np.random.Generator) -> Audio:  # noqa: ARG002
        """The audio as the line delivers it; nothing is drawn."""
        return mu_law(audio)
