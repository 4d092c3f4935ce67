"""Statements on muted conversations."""

IS_MUTED = (
    "SELECT 1 FROM mailbox b JOIN message m ON m.mailbox_id = b.id"
    " WHERE b.account_id = %s AND m.thread = %s AND m.uid < b.uidnext AND m.keywords > ''"
    " AND STRPOS(LOWER(' ' || m.keywords || ' '), %s) > 0 LIMIT 1"
)
NOTE_MUTING = (
    "UPDATE account SET mutes = %s WHERE id = (SELECT account_id FROM mailbox WHERE id = %s)"
)
