"""Where addresses lead, and whose they are."""

ALIAS = "SELECT targets FROM alias WHERE address = %s"
ALIASES_NAMING = "SELECT address, targets FROM alias WHERE lower(targets) LIKE %s ORDER BY address"

DOMAIN = (
    "SELECT d.catch_all, o.name FROM domain d LEFT JOIN domain o ON o.id = d.alias_of_id"
    " WHERE d.name = %s"
)
IS_DOMAIN = "SELECT 1 FROM domain WHERE name = %s"
DOMAIN_MEANT = "SELECT o.name FROM domain d JOIN domain o ON o.id = d.alias_of_id WHERE d.name = %s"
OTHER_NAMES = (
    "SELECT d.name, o.name FROM domain d JOIN domain o ON o.id = d.alias_of_id ORDER BY d.name"
)

ACCOUNT = "SELECT id, is_active, role, sieve_script FROM account WHERE email = %s"
IS_ACCOUNT = "SELECT 1 FROM account WHERE email = %s"
ADMINS = (
    "SELECT email FROM account WHERE is_superuser = %s AND is_active = %s AND role = 'user'"
    " ORDER BY id"
)
FIRST_ACCOUNT = (
    "SELECT email FROM account WHERE is_active = %s AND role = 'user' ORDER BY id LIMIT 1"
)
