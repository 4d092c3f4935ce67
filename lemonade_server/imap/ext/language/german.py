"""What the server says to people, in German (RFC 5255 §3). By the English words.

What is missing here is said in English: of BAD only that it was not understood is translated, since
the rest is for those who write clients.
"""

from __future__ import annotations

import re

RESPONSE = re.compile(rb"((?:OK|NO|BAD|BYE) (?:\[[^\]]*\] )?)(.*)", re.DOTALL)
COMPLETED = re.compile(r"([A-Z ]+) completed")

TEXTS = {
    "the language is changed": "die Sprache ist gewechselt",
    "these languages can be chosen": "diese Sprachen stehen zur Wahl",
    "none of these languages is spoken here": "keine dieser Sprachen wird hier gesprochen",
    "logged in": "angemeldet",
    "session resumed": "die Sitzung geht weiter",
    "opened": "geöffnet",
    "opened for reading": "zum Lesen geöffnet",
    "IDLE ended": "IDLE beendet",
    "moved": "verschoben",
    "nobody is logged in": "niemand ist angemeldet",
    "only the newest messages": "nur die neuesten Nachrichten",
    "still here": "noch da",
    "you will be told": "es wird gemeldet",
    "nothing is told any more": "es wird nichts mehr gemeldet",
    "see you": "auf Wiedersehen",
    "see you, the session is kept": "auf Wiedersehen, die Sitzung bleibt erhalten",
    "idle for too long": "zu lange kein Befehl",
    "the server is stopping, come back soon": "der Server hält an, bis bald",
    "the session was ended": "die Sitzung wurde beendet",
    "session resumed elsewhere": "die Sitzung wird anderswo fortgesetzt",
    "the mailbox before is closed": "das vorige Postfach ist geschlossen",
    "the selected mailbox is gone": "das gewählte Postfach ist fort",
    "the selected mailbox was deleted": "das gewählte Postfach wurde gelöscht",
    "the first unseen message": "die erste ungelesene Nachricht",
    "valid": "gültig",
    "next": "nächste",
    "newest": "neueste",
    "lasting": "bleibend",
    "URLs": "URLs",
    "kept": "bleiben",
    "no other can be changed": "keine andere kann geändert werden",
    "some were changed by others meanwhile": "einige hat inzwischen jemand anders geändert",
    "the name or the password is wrong": "der Name oder das Passwort ist falsch",
    "too many failed logins": "zu viele falsche Anmeldungen",
    "too many commands that make no sense": "zu viele unverständliche Befehle",
    "log in first": "zuerst anmelden",
    "log in again": "bitte neu anmelden",
    "use STARTTLS first": "zuerst STARTTLS",
    "this mechanism is not supported": "dieses Verfahren gibt es hier nicht",
    "there is no such mailbox": "dieses Postfach gibt es nicht",
    "the mailbox does not exist": "dieses Postfach gibt es nicht",
    "the mailbox is gone": "das Postfach ist fort",
    "the mailbox has children": "das Postfach enthält andere",
    "the mailbox has too many keywords": "das Postfach hat zu viele Schlagwörter",
    "the mailbox was opened read-only": "das Postfach ist nur zum Lesen geöffnet",
    "this keyword is too long": "dieses Schlagwort ist zu lang",
    "a mailbox of this name exists already": "ein Postfach dieses Namens gibt es schon",
    "a mailbox can't have this name": "so kann ein Postfach nicht heißen",
    "a mailbox can't be moved below itself": "ein Postfach kann nicht unter sich selbst liegen",
    "a mailbox name can't hold * or %": "* und % gehen in einem Namen nicht",
    "a mailbox name can't hold control characters": "Steuerzeichen gehen in einem Namen nicht",
    "INBOX exists already": "INBOX gibt es schon",
    "INBOX can't be deleted": "INBOX kann nicht gelöscht werden",
    "no mailbox is selected": "kein Postfach ist gewählt",
    "no mailbox can be made there": "dort kann kein Postfach angelegt werden",
    "nothing may be put into this mailbox": "in dieses Postfach darf nichts gelegt werden",
    "you may only read this mailbox": "dieses Postfach darf nur gelesen werden",
    "your rights in this mailbox don't reach that far": "dazu reichen die Rechte hier nicht",
    "an empty message is not appended": "eine leere Nachricht wird nicht angenommen",
    "the account's quota is used up": "der Platz dieses Kontos ist verbraucht",
    "the account has as many messages as it may have": "das Konto ist voll: zu viele Nachrichten",
    "some of the messages were expunged meanwhile": "einige der Nachrichten sind inzwischen fort",
    "the message was expunged meanwhile": "die Nachricht ist inzwischen fort",
    "the literal is too long": "das Literal ist zu lang",
    "this URL can't be catenated": "diese URL kann nicht eingefügt werden",
    "this search takes too long: look for less at once": "diese Suche dauert zu lange",
    "strings can't be in this charset": "Suchtexte gehen nicht in diesem Zeichensatz",
    "quotas are set by the operator of this server": "den Platz bestimmt der Betreiber",
    "the store has changed meanwhile, try again": "inzwischen geändert, bitte noch einmal",
    "a value is too long": "ein Wert ist zu lang",
    "so it is": "so ist es",
}
NOT_UNDERSTOOD = "Nicht zu verstehen"
NAMES = {"Other Users/": "Andere Benutzer/", "Shared/": "Gemeinsam/"}
"""The prefixes of namespaces, as they are shown."""


def translate(line: bytes) -> bytes:
    """A whole ``OK [code] text``, NO, BAD or BYE."""
    parts = RESPONSE.fullmatch(line)
    if parts is None:
        return line
    text = german(parts[2].decode("utf-8", "replace"), bad=line.startswith(b"BAD "))
    return parts[1] + text.encode()


def german(text: str, *, bad: bool = False) -> str:
    """A text in German, or as it is. ``bad``: it says why a command is BAD."""
    found = TEXTS.get(text)
    if found is not None:
        return found
    done = COMPLETED.fullmatch(text)
    if done is not None:
        return f"{done[1]} ausgeführt"
    return f"{NOT_UNDERSTOOD}: {text}" if bad else text
