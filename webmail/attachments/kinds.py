"""How an attachment is shown, by its type or, where that says nothing, by the end of its name."""

from __future__ import annotations

from webmail.mail import MessagePart, container_kind, converted_kind

TABLES = {"text/csv": ",", "text/tab-separated-values": "\t", "application/csv": ","}
CARDS = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
# What browsers play; anything else is saved.
AUDIO = frozenset(
    f"audio/{name}"
    for name in ("aac", "flac", "mp4", "mpeg", "ogg", "opus", "wav", "webm", "x-m4a", "x-wav")
)
VIDEO = frozenset(f"video/{name}" for name in ("mp4", "ogg", "quicktime", "webm"))
SOURCES = frozenset(
    f"application/{name}"
    for name in (
        *("ecmascript", "graphql", "javascript", "json", "ld+json", "sql", "toml", "typescript"),
        *("x-httpd-php", "x-javascript", "x-perl", "x-python", "x-ruby", "x-sh", "x-tex"),
        *("xhtml+xml", "xml", "yaml", "x-yaml"),
    )
)
ANYTHING = "application/octet-stream"
_BY_NAME = {
    **dict.fromkeys(("csv", "tsv"), "table"),
    **dict.fromkeys(("vcf", "vcard"), "contacts"),
    **dict.fromkeys(
        (
            *(
                "c",
                "cc",
                "conf",
                "cpp",
                "cs",
                "css",
                "diff",
                "go",
                "h",
                "hpp",
                "htm",
                "html",
                "ini",
            ),
            *("ini", "java", "js", "json", "jsx", "kt", "log", "lua", "md", "patch", "php", "pl"),
            *(
                "ps1",
                "py",
                "rb",
                "rs",
                "rst",
                "sh",
                "sql",
                "swift",
                "tex",
                "toml",
                "ts",
                "tsx",
                "txt",
            ),
            *("xml", "yaml", "yml"),
        ),
        "text",
    ),
}


def viewer_kind(part: MessagePart, *, converts: bool) -> str:
    """picture, pages, document, text, table, contacts, audio, video, message; "": not shown.

    ``converts``: whether the mail server makes pictures and text of parts.
    """
    if container_kind(part) == "message":
        return "message"
    made = converted_kind(part)
    if part.is_picture or made == "picture":
        return "picture" if part.is_picture or converts else ""
    if made:
        return {"pages": "pages", "text": "document"}[made] if converts else ""
    return _own_kind(part)


def _own_kind(part: MessagePart) -> str:
    """Of what is shown without the mail server's help."""
    kind = part.type
    if kind == ANYTHING:
        return _BY_NAME.get(part.filename.rpartition(".")[2].lower(), "")
    if kind in TABLES:
        return "table"
    if kind in CARDS:
        return "contacts"
    if kind in AUDIO or kind in VIDEO:
        return kind.partition("/")[0]
    return "text" if kind.startswith("text/") or kind in SOURCES else ""
