"""Files of a source as they lie on disk: folders, and zip archives read without unpacking.

A file in an archive is written ``archive.zip::member`` wherever a path is expected. Nothing is
ever unpacked to disk, and an archive that tries something (a member outside of it, a link, a
bomb) is refused before any member is read.
"""

from malsori.archives.hangul_paths import locate
from malsori.archives.names import SEPARATOR, divided, nfc, side_file
from malsori.archives.trees import Entry, Tree
from malsori.archives.zips import (
    Archive,
    UnreadableArchive,
    close_archives,
    open_archive,
    read_bytes,
)

__all__ = [
    "SEPARATOR",
    "Archive",
    "Entry",
    "Tree",
    "UnreadableArchive",
    "close_archives",
    "divided",
    "locate",
    "nfc",
    "open_archive",
    "read_bytes",
    "side_file",
]
