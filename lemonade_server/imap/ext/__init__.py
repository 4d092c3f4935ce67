"""The extensions that this server has, in the order of the CAPABILITY list.

Importing one registers what it can do. A new one is a file here and a name below.
"""

from importlib import import_module

NAMES = (
    "basic",
    "starttls",
    "condstore",
    "qresync",
    "imap4rev2",
    "select",
    "reconnect",
    "auth",
    "scram",
    "id",
    "enable",
    "unauthenticate",
    "i18n",
    "compress",
    "idle",
    "notify",
    "namespace",
    "lists",
    "mailboxes",
    "status",
    "quota",
    "metadata",
    "objectid",
    "fetch",
    "fetch_items",
    "fetch_body",
    "binary",
    "preview",
    "savedate",
    "store",
    "inprogress",
    "search",
    "search_keys",
    "within",
    "sort",
    "thread",
    "esearch",
    "partial",
    "expunge",
    "copy_move",
    "utf8",
    "append",
    "multiappend",
    "replace",
    "catenate",
    "url_partial",
    "urlauth",
    "urlauth_binary",
)

MODULES = tuple(import_module(f"{__name__}.{name}") for name in NAMES)
