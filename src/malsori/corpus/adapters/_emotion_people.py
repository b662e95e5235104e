"""Who speaks in AI Hub 263, as far as it is told: age and gender, so proxies of speakers."""

from __future__ import annotations

import re
from typing import Final

_GENDERS: Final = {
    "male": "male",
    "m": "male",
    "남": "male",
    "남자": "male",
    "남성": "male",
    "female": "female",
    "f": "female",
    "여": "female",
    "여자": "female",
    "여성": "female",
}


def age_of(written: str | None) -> str | None:
    """An age in years, or a decade as `30대`; None if it is neither.

    Example:
        >>> age_of("48"), age_of("48.0"), age_of("30 대"), age_of("unknown")
        ('48', '48', '30대', None)
    """
    match = re.fullmatch(r"(\d{1,3})(?:\.0+)?(세|대)?", re.sub(r"\s+", "", written or ""))
    return f"{int(match[1])}{'대' if match[2] == '대' else ''}" if match else None


def gender_of(written: str | None) -> str | None:
    """`male`, `female`, or None.

    Example:
        >>> gender_of(" Male"), gender_of("여성"), gender_of("?")
        ('male', 'female', None)
    """
    return _GENDERS.get((written or "").strip().casefold())


def speaker_of(release: str, age: str | None, gender: str | None) -> str | None:
    """The proxy of a speaker; None if age or gender is not told."""
    return f"{release}/{age}/{gender}" if age and gender else None
