"""Statements on identifiers of messages that filters have met."""

IS_TRACKED = "SELECT 1 FROM tracked_identifier WHERE account_id = %s AND digest = %s AND until > %s"
TRACK = (
    "INSERT INTO tracked_identifier (account_id, digest, until) VALUES (%s, %s, %s)"
    " ON CONFLICT (account_id, digest) DO UPDATE SET until = excluded.until"
)
FORGET_EXPIRED = "DELETE FROM tracked_identifier WHERE account_id = %s AND until <= %s"
FORGET_SOONEST = (
    "DELETE FROM tracked_identifier WHERE account_id = %s AND until <= (SELECT until"
    " FROM tracked_identifier WHERE account_id = %s ORDER BY until DESC LIMIT 1 OFFSET %s)"
)
"""All but the last so many. Those that end in the same second go together."""
