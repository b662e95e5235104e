"""The gradient of one task in what is shared, and how those of two tasks lie to each other."""

from dataclasses import dataclass

# A task that pushes this many times as hard as another is worth a word before anything else.
RATIO = 3.0
# Cosines this small turn no step noticeably, however sure one is of their sign.
COSINE = 0.05
# From here on a conflict is worth a solver; below, projections change the step by a few per cent.
CONFLICT = 0.2
# Fewer measurements say nothing about a direction.
MEASUREMENTS = 8
# Beyond this share of noise two batch gradients are hardly comparable.
NOISE = 0.8


@dataclass(frozen=True)
class TaskGradient:
    """The gradient of one task in what is shared."""

    space: str  # `parameters` or `representation`
    group: str  # of parameters
    task: str  # its name
    norm: float  # root mean square norm of its batch gradient, of the unweighted loss
    weighted: float  # the same, times the weight that was applied
    share: float  # of the squared weighted norms of all tasks, in [0, 1]; 1/K each is even
    noise: float | None  # share of the squared norm that is batch noise; None: unknown


@dataclass(frozen=True)
class Pair:
    """The gradients of two tasks in what is shared.

    Example:
        >>> pair = Pair("parameters", "all", "a", "b", 4.0, 1.0, -0.3, 0.02, 0.9, 50, None, None)
        >>> pair.verdict
        'against'
    """

    space: str
    group: str
    strong: str  # the one with the larger gradients before weights; `weak` the other
    weak: str
    ratio: float  # of their norms, ≥ 1
    weighted: float  # the same after the applied weights; < 1 if they turn it round
    cosine: float | None  # mean over the steps; None without a measurement
    error: float | None  # standard error of that mean (steps taken as independent); None below two
    conflicts: float | None  # share of steps with a negative cosine
    measurements: int  # number of steps
    signal: float | None  # cosine of the expected gradients, without batch noise
    signal_error: float | None  # its standard error (jackknife over steps)

    @property
    def verdict(self) -> str:
        """`unknown`, `unrelated`, `against` or `together`: what the cosine allows to say.

        A direction is one that is larger than two standard errors and than 0.05.
        """
        if self.cosine is None or self.error is None or self.measurements < MEASUREMENTS:
            return "unknown"
        if abs(self.cosine) <= max(2 * self.error, COSINE):
            return "unrelated"
        return "against" if self.cosine < 0 else "together"
