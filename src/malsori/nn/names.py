"""Keys of submodules that are named by users."""

from torch import nn

_TAKEN = frozenset(dir(nn.ModuleDict()))


def key_of(name: str) -> str:
    """A key that `nn.ModuleDict` and `nn.ParameterDict` accept, for any name.

    Both refuse dots and the names of their own attributes, and a corpus may well have a
    task called `type` or a modality called `wav2vec2.0`.

    Example:
        >>> key_of("urgency"), key_of("v2.0"), key_of("items")
        ('urgency', 'v2·0', 'items·')
    """
    key = name.replace(".", "·")
    return f"{key}·" if key in _TAKEN else key
