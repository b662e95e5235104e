"""An audit: what a careful person looks at before training, without opening any audio."""

from malsori.corpus.audit.case import Case, Tokens
from malsori.corpus.audit.checks import CHECKS
from malsori.corpus.audit.running import Audit, audit

__all__ = ["CHECKS", "Audit", "Case", "Tokens", "audit"]
