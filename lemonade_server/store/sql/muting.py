"""Statements on muted conversations."""

_OTHERS_WRITE = (
    "SELECT 1 FROM mailbox_access a WHERE a.mailbox_id = b.id AND NOT a.negative"
    " AND (STRPOS(a.rights, 'i') > 0 OR STRPOS(a.rights, 'w') > 0 OR STRPOS(a.rights, 'a') > 0)"
)
"""Others may insert, set flags, or give themselves the right to."""

IS_MUTED = (
    "SELECT 1 FROM mailbox b JOIN message m ON m.mailbox_id = b.id"
    " WHERE b.account_id = %s AND m.thread = %s AND m.uid < b.uidnext AND m.keywords > ''"
    " AND STRPOS(LOWER(' ' || m.keywords || ' '), %s) > 0"
    f" AND NOT EXISTS ({_OTHERS_WRITE}) LIMIT 1"
)
NOTE_MUTING = (
    "UPDATE account SET mutes = %s WHERE id = (SELECT account_id FROM mailbox WHERE id = %s)"
)
