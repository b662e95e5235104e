"""What a check is, whatever it looks at: a corpus, features, the inputs of a model, training."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from malsori.findings import Finding, Stage
from malsori.notes import Note

CaseT = TypeVar("CaseT")


class Check(ABC, Generic[CaseT]):
    """Looks for one kind of fault in one kind of case.

    A check is one file, whose name is its id: the same id says the same question wherever it is
    asked. On what is in order, of any size, it finds nothing: what may be chance is no finding.
    """

    stage: ClassVar[Stage] = "corpus"

    @property
    def id(self) -> str:
        """The name of its file: what findings say, and what a person may ask for or allow."""
        return type(self).__module__.rpartition(".")[2]

    def missing(self, case: CaseT) -> Note | None:  # noqa: ARG002 - most need nothing
        """What a case lacks so that this cannot be looked at, or None; by default nothing."""
        return None

    @abstractmethod
    def examine(self, case: CaseT) -> Iterable[Finding]:
        """Looks at a case.

        Yields:
            What it found, the most important first; nothing where all is well.
        """
