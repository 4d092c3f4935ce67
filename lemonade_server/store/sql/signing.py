"""The keys that a domain signs with."""

KEYS = (
    "SELECT k.selector, k.algorithm, k.secret FROM dkim_key k JOIN domain d ON d.id = k.domain_id"
    " WHERE d.name = %s AND k.state = 'signing' ORDER BY k.algorithm DESC"
)
