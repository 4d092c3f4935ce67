"""Names of files: what a stranger wrote becomes a name that can be shown and saved under.

A name keeps its meaning and its extension, by which programs find out what to open it with.
"""

from __future__ import annotations

import mimetypes
import re

from lemonade_server.wire.control_characters import one_line

MOST = 200  # characters
MOST_OCTETS = 240  # file systems take 255
# Marks of direction make an extension look like another one.
_HIDDEN = dict.fromkeys(
    (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
)

_PATH = re.compile(r"(?:file://|[A-Za-z]:[\\/]|[\\/]|~/|\.{1,2}[\\/])")
_QUOTED = re.compile(r"""(["'])((?:(?!\1).)*)\1""", re.DOTALL)
_EXTENSION = re.compile(r"(?:\.tar)?\.[^\s.]{1,16}\Z")
_ESCAPED = re.compile(r"%(22|0D|0A)", re.IGNORECASE)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_EXTENSIONS = {
    "application/epub+zip": "epub",
    "application/gpx+xml": "gpx",
    "application/gzip": "gz",
    "application/ics": "ics",
    "application/java-archive": "jar",
    "application/json": "json",
    "application/ms-tnef": "dat",
    "application/msword": "doc",
    "application/pdf": "pdf",
    "application/pgp-encrypted": "asc",
    "application/pgp-keys": "asc",
    "application/pgp-signature": "asc",
    "application/pkcs12": "p12",
    "application/pkcs7-mime": "p7m",
    "application/pkcs7-signature": "p7s",
    "application/pkix-cert": "cer",
    "application/postscript": "ps",
    "application/rtf": "rtf",
    "application/sql": "sql",
    "application/toml": "toml",
    "application/vnd.android.package-archive": "apk",
    "application/vnd.apple.keynote": "key",
    "application/vnd.apple.numbers": "numbers",
    "application/vnd.apple.pages": "pages",
    "application/vnd.google-earth.kml+xml": "kml",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-excel.sheet.macroenabled.12": "xlsm",
    "application/vnd.ms-outlook": "msg",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.ms-word.document.macroenabled.12": "docm",
    "application/vnd.rar": "rar",
    "application/vnd.visio": "vsd",
    "application/x-7z-compressed": "7z",
    "application/x-bzip2": "bz2",
    "application/x-gzip": "gz",
    "application/x-pdf": "pdf",
    "application/x-pkcs7-mime": "p7m",
    "application/x-pkcs7-signature": "p7s",
    "application/x-rar-compressed": "rar",
    "application/x-sql": "sql",
    "application/x-tar": "tar",
    "application/x-tex": "tex",
    "application/x-x509-ca-cert": "crt",
    "application/x-zip-compressed": "zip",
    "application/xml": "xml",
    "application/yaml": "yaml",
    "application/zip": "zip",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/x-m4a": "m4a",
    "audio/x-wav": "wav",
    "image/avif": "avif",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/pjpeg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/tiff": "tif",
    "image/webp": "webp",
    "image/x-icon": "ico",
    "image/x-ms-bmp": "bmp",
    "image/x-png": "png",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "message/external-body": "txt",
    "message/global": "eml",
    "message/partial": "txt",
    "message/rfc822": "eml",
    "text/calendar": "ics",
    "text/css": "css",
    "text/csv": "csv",
    "text/directory": "vcf",
    "text/html": "html",
    "text/javascript": "js",
    "text/markdown": "md",
    "text/richtext": "rtx",
    "text/rtf": "rtf",
    "text/vcard": "vcf",
    "text/x-diff": "diff",
    "text/x-patch": "patch",
    "text/x-vcard": "vcf",
    "text/xml": "xml",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/mpeg": "mpg",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-ms-wmv": "wmv",
    "video/x-msvideo": "avi",
    f"{_OFFICE}presentationml.presentation": "pptx",
    f"{_OFFICE}spreadsheetml.sheet": "xlsx",
    f"{_OFFICE}wordprocessingml.document": "docx",
    f"{_ODF}graphics": "odg",
    f"{_ODF}presentation": "odp",
    f"{_ODF}spreadsheet": "ods",
    f"{_ODF}text": "odt",
}
_OTHERS = mimetypes.MimeTypes()  # the library's own list, whatever the machine has
_OPAQUE = "application/octet-stream"


def safe_name(name: str) -> str:
    """A name without folders, line ends, control characters or direction overrides; "" for none.

    Of a path the last name is meant; any other slash stands for itself, as in a date.
    """
    shown = one_line(name.translate(_HIDDEN))
    while quoted := _QUOTED.fullmatch(shown):
        shown = quoted[2].strip()
    if _PATH.match(shown):
        shown = re.split(r"[\\/]", shown.rstrip("\\/ "))[-1]
    shown = shown.replace("/", "_").replace("\\", "_").strip()
    return "" if not shown.strip(". _") else shorten(shown)


def shorten(name: str) -> str:
    """A name of a length that can be saved. What is cut keeps its extension."""
    if len(name) <= MOST and len(name.encode("utf-8", "replace")) <= MOST_OCTETS:
        return name
    extension = _EXTENSION.search(name)
    tail = f"…{extension[0]}" if extension else "…"
    room = MOST_OCTETS - len(tail.encode("utf-8", "replace"))
    kept = name[: MOST - len(tail)].encode("utf-8", "replace")[:room]
    return kept.decode("utf-8", "ignore").rstrip() + tail


def message_filename(subject: str) -> str:
    """Under which a whole message is saved."""
    return shorten(f"{safe_name(subject.replace('/', '-')) or 'message'}.eml")


def name_for(kind: str, section: str) -> str:
    """For a part that has none: with the extension of its type, in lower case, if it has one."""
    extension = _EXTENSIONS.get(kind, "") or _other_extension(kind)
    if extension == "ics":
        return "invite.ics"
    if not extension and kind.startswith("text/"):
        extension = "txt"
    stem = f"part-{section}".replace("~", "-")
    return f"{stem}.{extension}" if extension else stem


def _other_extension(kind: str) -> str:
    found = None if kind == _OPAQUE else _OTHERS.guess_extension(kind, strict=False)
    return (found or "").removeprefix(".")


def uploaded_name(name: str) -> str:
    """A name as a browser sends it: it writes quotes and line ends as ``%22``, ``%0D``, ``%0A``.

    HTML Standard, "multipart/form-data encoding algorithm".
    """
    return safe_name(_ESCAPED.sub(lambda match: '"' if match[1] == "22" else " ", name)) or "file"
