"""The way out: a corpus as other programs read it."""

from malsori.corpus.exporting._export import EXPORTERS, ExportReport, export_corpus
from malsori.corpus.exporting.base import Exporter

__all__ = ["EXPORTERS", "ExportReport", "Exporter", "export_corpus"]
