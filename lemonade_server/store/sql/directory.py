"""Where addresses lead, and whose they are."""

from __future__ import annotations

from functools import cache

DOMAIN, ALIAS, ACCOUNT = 1, 2, 3


@cache
def entries(domains: int, names: int) -> str:
    """All that is called so, for so many domains and names, and the names once more: what it is,
    its name, then what ``directory/lookup.py`` makes of it.

    Every recipient is looked for. With its names as they are, and unsorted, the statement takes a
    third of what an array and an order take.
    """
    in_domains, in_names = (", ".join(["%s"] * count) for count in (domains, names))
    return (
        "SELECT 1, d.name, d.catch_all, o.name, d.id, 0, 0, 0 FROM domain d"
        f" LEFT JOIN domain o ON o.id = d.alias_of_id WHERE d.name IN ({in_domains})"
        " UNION ALL SELECT 2, a.address, t.address, NULL, t.id, 0, 0, 0 FROM alias a"
        f" LEFT JOIN alias_target t ON t.alias_id = a.id WHERE a.address IN ({in_names})"
        " UNION ALL SELECT 3, email, role, NULL, id, CASE WHEN is_active THEN 1 ELSE 0 END,"
        " sieve_script, CASE WHEN mutes THEN 1 ELSE 0 END"
        f" FROM account WHERE email IN ({in_names})"
    )


ALIASES_TO = (
    "SELECT DISTINCT a.address FROM alias_target t JOIN alias a ON a.id = t.alias_id"
    " WHERE t.plain = ANY(%s)"
)

IS_DOMAIN = "SELECT 1 FROM domain WHERE name = %s"
OTHER_NAMES = (
    "SELECT d.name, o.name FROM domain d JOIN domain o ON o.id = d.alias_of_id ORDER BY d.name"
)

ADMINS = (
    "SELECT email FROM account WHERE is_superuser = %s AND is_active = %s AND role = 'user'"
    " ORDER BY id"
)
FIRST_ACCOUNT = (
    "SELECT email FROM account WHERE is_active = %s AND role = 'user' ORDER BY id LIMIT 1"
)
