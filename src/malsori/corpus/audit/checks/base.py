"""What a check is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from malsori.corpus.audit.case import Case
from malsori.findings import Finding


class Check(ABC):
    """Looks for one kind of fault in a corpus.

    A check is one file, whose name is its ``id``. On a corpus in order, of any size, it finds
    nothing: what may be chance is no finding. It opens no audio; it reads tables.
    """

    @property
    def id(self) -> str:
        """The name of its file: what findings say, and what a person may ask for."""
        return type(self).__module__.rpartition(".")[2]

    def missing(self, case: Case) -> str | None:  # noqa: ARG002 - most need nothing
        """What a corpus lacks so that this cannot be looked at, or None; by default nothing."""
        return None

    @abstractmethod
    def examine(self, case: Case) -> Iterable[Finding]:
        """Looks at a corpus.

        Args:
            case: the corpus, with what is known of its sounds, its split and the tokenizer.

        Yields:
            What it found, the most important first; nothing where all is well.
        """
