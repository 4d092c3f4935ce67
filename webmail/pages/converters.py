"""Names of folders and files as one segment of a web address."""

from __future__ import annotations


class FolderConverter:
    """Writes ``/`` as ``~1`` and ``~`` as ``~0`` (RFC 6901 §3), and dots that a browser would eat.

    A folder's name may hold any character, the hierarchy's ``/`` too; a segment may not.
    """

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        if value in ("~2", "~2~2"):
            return value.replace("~2", ".")
        return value.replace("~1", "/").replace("~0", "~")

    def to_url(self, value: str) -> str:
        if value in (".", ".."):
            return value.replace(".", "~2")
        return value.replace("~", "~0").replace("/", "~1")


class FilenameConverter:
    """A file's name at the end of an address: for the eye only, the section says which part."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        name = value.replace("/", "_").replace("\\", "_").strip(". \r\n\t")
        return name[:150] or "part"
