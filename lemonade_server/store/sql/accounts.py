"""Who may log in, and by which password."""

ACTIVE = "SELECT id, email, role, login_epoch FROM account WHERE email = %s AND is_active"
CREDENTIALS = (
    "SELECT id, email, role, login_epoch, password, is_active, scram_salt, scram_iterations,"
    " scram_stored_key, scram_server_key, scram_sha1 FROM account WHERE email = %s"
)
SCRAM = (
    "SELECT id, email, role, login_epoch, scram_salt, scram_iterations, scram_stored_key,"
    " scram_server_key, scram_sha1 FROM account"
    " WHERE email = %s AND is_active AND scram_iterations > 0"
)
STANDING = "SELECT id, login_epoch FROM account WHERE id = ANY(%s) AND is_active"

KEEP_KEYS = (
    "UPDATE account SET scram_salt = %s, scram_iterations = %s, scram_stored_key = %s,"
    " scram_server_key = %s, scram_sha1 = %s"
    " WHERE id = %s AND login_epoch = %s AND password = %s"
)
KEEP_SHA1 = (
    "UPDATE account SET scram_sha1 = %s WHERE id = %s AND login_epoch = %s AND scram_sha1 IS NULL"
)
KEEP_HASH = "UPDATE account SET password = %s WHERE id = %s AND login_epoch = %s AND password = %s"

EMAIL = "SELECT email FROM account WHERE id = %s"
OWNER = "SELECT email, name FROM account WHERE id = %s"
COLLEAGUES = (
    "SELECT email, name FROM account WHERE SUBSTR(email, STRPOS(email, '@')) = %s AND is_active"
    " AND role = %s AND id <> %s AND (STRPOS(email, %s) = 1"
    " OR STRPOS(LOWER(' ' || name), %s) > 0 OR STRPOS(' ' || name, %s) > 0)"
    " ORDER BY name, email LIMIT %s"
)
LANGUAGE = "SELECT language FROM account WHERE id = %s"
LANGUAGE_OF_ADDRESS = "SELECT language FROM account WHERE email = %s"
