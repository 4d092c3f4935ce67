"""What the scripts of the pages say, in the reader's language: data of the page that they are on.

A word that depends on a number has a form for each category of the language's plurals, as the
browser's ``Intl.PluralRules`` calls them. A form names what is put into it as ``%(name)s``.
"""

from __future__ import annotations

from django.utils.translation import get_language, gettext, ngettext

Forms = dict[str, str]

EXAMPLES = {
    "ar": {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100},
    "ja": {"other": 2},
}
"""A number of each category (Unicode CLDR); of all other languages here: one, and other."""


def mailbox_words() -> dict[str, str | Forms]:
    """Of the list and the open message."""
    return {
        "noneOpen": gettext("No message is open"),
        "nothingToRead": gettext("Nothing to read here"),
        "gone": gettext(
            "This message was moved or deleted elsewhere. It can be read here until you leave it."
        ),
        "joined": gettext("A message from %(name)s has joined the conversation."),
        "mute": gettext("Mute the conversation"),
        "unmute": gettext("Unmute the conversation"),
        "flag": gettext("Flag"),
        "unflag": gettext("Remove the flag"),
        "backToList": gettext("Back to the list"),
        "canBeRead": gettext("No connection. What is on this page can still be read."),
        "nothingChanged": gettext("No connection. Nothing was changed."),
        "notHere": gettext("This message is not here any more."),
        "chooseFirst": gettext("Choose a message first."),
        "shortcuts": gettext("Keyboard shortcuts"),
        "close": gettext("Close"),
        "offline": gettext("You are offline. What is on this page can still be read."),
        "unreachable": gettext(
            "The mail server can't be reached. What is on this page can still be read."
        ),
        "nothingNew": gettext("Back online, nothing changed, %(octets)s bytes."),
        "back": plural_forms(
            "Back online, %(number)s change, %(octets)s bytes.",
            "Back online, %(number)s changes, %(octets)s bytes.",
        ),
        "unread": plural_forms("%(number)s unread", "%(number)s unread"),
        "select": gettext("Select %(subject)s"),
        "place": gettext("%(place)s of %(exists)s"),
        "dragged": plural_forms("%(number)s message", "%(number)s messages"),
        "found": plural_forms("%(number)s found", "%(number)s found"),
        "deleteAll": plural_forms("Delete %(number)s message?", "Delete all %(number)s messages?"),
        "oneMoment": plural_forms(
            "One moment: %(number)s message…", "One moment: %(number)s messages…"
        ),
        **outcome_words(),
    }


def outcome_words() -> dict[str, str | Forms]:
    """Of what becomes of a message, which is told on any page with mail."""
    return {
        "aMoment": gettext("One moment…"),
        "sending": gettext("Sending…"),
        "undo": gettext("Undo"),
        "notTakenBack": gettext("No connection. It could not be taken back: try again."),
        "edit": gettext("Edit"),
        "dismiss": gettext("Dismiss"),
        "whatBecame": gettext("What became of it"),
        **waiting_words(),
    }


def waiting_words() -> dict[str, str | Forms]:
    """Of a message that was sent without a connection and waits in the browser."""
    return {
        "waits": gettext("No connection. It waits in this browser and goes out by itself."),
        "waitsForSignIn": gettext("It waits in this browser until you sign in."),
        "waitedTooLong": gettext("It waited for weeks and was not sent. Look whether it is to go."),
        "takenBack": gettext("It will not be sent. It is kept in this browser."),
        "failedInQueue": gettext("It could not be sent as it is."),
        "takeBack": gettext("Take it back"),
        "signIn": gettext("Sign in"),
        "waitAtSignOut": plural_forms(
            "%(number)s message waits for a connection. It will not be sent if you sign out.",
            "%(number)s messages wait for a connection. They will not be sent if you sign out.",
        ),
        "signOutAnyway": gettext("Sign out anyway"),
        "staySignedIn": gettext("Stay signed in"),
        "noSubject": gettext("(no subject)"),
    }


def compose_words() -> dict[str, str | Forms]:
    """Of the form to write in."""
    return {
        "tooBig": gettext(
            "Together that is %(size)s on its way, more than the %(limit)s a message may have. "
            "Take something out."
        ),
        "send": gettext("Send"),
        "sendLater": gettext("Send later"),
        **outcome_words(),
        "draftSaved": gettext("Draft saved."),
        "canBeRead": gettext("No connection. What is on this page can still be read."),
        "noConnection": gettext(
            "No connection. What you wrote is still here: send it again when there is one. "
            "It goes out once."
        ),
        "stillHere": gettext("What you wrote is still here."),
        "emptySubject": gettext("The subject is empty."),
        "filesWait": gettext(
            "No connection. Not uploaded yet: %(names)s. It goes out once they are: leave this "
            "page open."
        ),
        "askTitle": gettext("Send it as it is?"),
        "sendAnyway": gettext("Send anyway"),
        "changeIt": gettext("Back to the message"),
        "savedAt": gettext("Saved %(time)s."),
        "onlyHere": gettext("Kept in this browser; not on the server yet."),
        "sentAlready": gettext("This message was sent already, or thrown away."),
        "newerHere": gettext("What you wrote since is kept in this browser."),
        "nowhere": gettext("Not saved yet. Leave this page open."),
        "filesNotKept": gettext("Files of this device are kept as soon as they are uploaded."),
        "attachAgain": gettext("Attach the files from this device again, please: %(names)s."),
        "failed": gettext(
            "That did not work (%(status)s). What you wrote is still here. If a new sign-in is "
            "needed, do that in another tab, then send again."
        ),
        "noConnectionNow": gettext("No connection. Try again."),
        "inserted": gettext("Inserted."),
        "notFilledIn": gettext("Inserted. Not known yet, fill in by hand: %(names)s."),
        **editor_words(),
        "close": gettext("Close"),
        "total": gettext("%(size)s of %(limit)s"),
        "upTo": gettext("Up to %(limit)s in all."),
        "fileChanged": gettext("This file was changed while it was uploaded. Attach it again."),
        "uploadFailed": gettext("This file could not be uploaded."),
        "uploadWaits": gettext("Goes on when there is a connection."),
        "sendsWhenThere": gettext("Goes on as soon as the files are there…"),
        "removeFile": gettext("Remove %(name)s"),
        "pauseFile": gettext("Pause %(name)s"),
        "goOnFile": gettext("Go on with %(name)s"),
        "pickFailed": gettext("That can't be shown now. Try again in a moment."),
        **recipient_words(),
        "ended": gettext(
            "Your session has ended. What you wrote is still here, with its files. Sign in in a "
            "new tab, then press Send here again."
        ),
    }


def editor_words() -> dict[str, str | Forms]:
    """Of the editor, wherever it stands."""
    return {
        "losesFormat": gettext(
            "Plain text has no formatting: headings, colours, pictures and the like will be gone. "
            "Go on with plain text?"
        ),
    }


def recipient_words() -> dict[str, str | Forms]:
    """Of To, Cc and Bcc; why something is no address is said as the mail's own check says it."""
    return {
        "suggestedPeople": gettext("Suggestions"),
        "suggestions": plural_forms("%(number)s suggestion", "%(number)s suggestions"),
        "personAdded": gettext("%(name)s added."),
        "personRemoved": gettext("%(name)s removed."),
        "personMoved": gettext("%(name)s moved to %(field)s."),
        "peopleAdded": plural_forms("%(number)s address added.", "%(number)s addresses added."),
        "peopleIn": plural_forms(
            "%(field)s: %(number)s address", "%(field)s: %(number)s addresses"
        ),
        "removePerson": gettext("Remove %(name)s"),
        "noAddress": gettext("“%(text)s” is not an address: %(why)s."),
        "angles": gettext("“<” and “>” must enclose the address"),
        "noAt": gettext("the @ is missing"),
        "noLocalPart": gettext("nothing stands before the @"),
        "noDomain": gettext("nothing stands after the @"),
        "space": gettext("it has a space in it; put a comma between two addresses"),
        "letters": gettext("only plain letters are possible before the @"),
        "localPart": gettext("what stands before the @ can't be read"),
        "tooLong": gettext("it is too long"),
        "domain": gettext("what stands after the @ is not a domain name"),
    }


def viewer_words() -> dict[str, str | Forms]:
    """Of attachments that are looked at over the page."""
    return {
        "place": gettext("%(place)s of %(exists)s"),
        "movedInstead": gettext("%(moved)s moved instead of %(size)s"),
        "notShown": gettext("This can't be shown now. Try again, or download it."),
    }


def settings_words() -> dict[str, str | Forms]:
    """Of the pages of settings."""
    return {
        "sending": gettext("%(name)s: %(percent)s percent sent…"),
        "goesOn": gettext("%(name)s: no connection. It goes on by itself."),
        "refused": gettext("%(name)s: %(words)s"),
        "tooLarge": gettext(
            "%(name)s has %(size)s, and there is room for %(room)s. "
            "What does not fit is not taken. Go on?"
        ),
        **editor_words(),
    }


def plural_forms(singular: str, plural: str) -> Forms:
    """The form for each category of plurals."""
    examples = EXAMPLES.get(str(get_language()), {"one": 1, "other": 2})
    return {name: ngettext(singular, plural, count) for name, count in examples.items()}
