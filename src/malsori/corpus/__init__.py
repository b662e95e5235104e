"""What was said, by whom, labelled how: corpora on disk, their tasks and where they come from."""

from malsori.corpus.corpus import Corpus, CorpusSpec, FeatureSpec
from malsori.corpus.writing import staged, write_corpus, write_tables

__all__ = ["Corpus", "CorpusSpec", "FeatureSpec", "staged", "write_corpus", "write_tables"]
