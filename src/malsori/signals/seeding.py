"""Random numbers that depend on names and numbers alone: no order, no process, no history."""

import hashlib
import json

import numpy as np


def generator(*parts: str | int) -> np.random.Generator:
    """A generator that follows from its parts.

    Parts that differ anywhere give generators with no relation to each other, so that an
    utterance draws the same whatever was drawn before, in whichever process.

    Args:
        *parts: Such as a seed, the id of an utterance, an epoch.

    Example:
        >>> a, b = generator(0, "call-7", 3), generator(0, "call-7", 3)
        >>> bool(a.random() == b.random())
        True
        >>> bool(generator(0, "call-7", 4).random() == generator(0, "call-74").random())
        False
    """
    text = json.dumps(parts, ensure_ascii=False)  # quotes and commas keep the parts apart
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng(int.from_bytes(digest, "little"))
