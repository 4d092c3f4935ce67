"""Django's settings. What an operator may change comes from ``environment.py``."""

from __future__ import annotations

from pathlib import Path

from . import logs
from .data_folder import own_folder
from .database import database
from .environment import Environment
from .ports import is_loopback
from .secret import secret_key

ROOT = Path(__file__).resolve().parent.parent.parent
LEMONADE = Environment.read()
own_folder(LEMONADE.data)

LOGGING = logs.configure()

SECRET_KEY = secret_key(LEMONADE.data)
DEBUG = False
ALLOWED_HOSTS = (
    ["*"]
    if not (is_loopback(LEMONADE.host) and is_loopback(LEMONADE.web_host))
    else [
        "localhost",
        "127.0.0.1",
        "[::1]",
        LEMONADE.hostname,
    ]
)

INSTALLED_APPS = [
    "lemonade_server",
    "webmail",
    "lemonade_server.project.admin_app.MailAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
]

MIDDLEWARE = [
    "lemonade_server.project.cookies.SecureCookies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lemonade_server.project.language.ReadersLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "lemonade_server.project.urls"
ASGI_APPLICATION = "lemonade_server.project.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "lemonade_server.project.templates.TrimmingLoader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

DATABASES = {"default": database(LEMONADE.database_url, LEMONADE.data)}

AUTH_USER_MODEL = "lemonade_server.Account"
AUTHENTICATION_BACKENDS = ["lemonade_server.project.signin.AddressBackend"]
PASSWORD_HASHERS = [
    "lemonade_server.auth.passwords.hashers.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "lemonade_server.auth.passwords.foreign_hashes.ForeignHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "webmail:login"
LOGIN_REDIRECT_URL = "webmail:home"
LOGOUT_REDIRECT_URL = "webmail:login"

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("ar", "العربية"),
    ("ja", "日本語"),
]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = LEMONADE.data / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "webmail.pages.page.refused_form"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers then send "Origin: null" with forms, and the CSRF check refuses it.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_PERMISSIONS = 0o600  # of the static files too, which Django would open to all

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "media-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
    },
}

if LEMONADE.redis_url:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            # It waits 5 s for a message at a time: the client must not give up at the same moment.
            "CONFIG": {"hosts": [{"address": LEMONADE.redis_url, "socket_timeout": 15}]},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# The names by which webmail reaches what only this project knows; it imports no server code.
WEBMAIL_TOKEN = "lemonade_server.auth.tokens.issue_token"
WEBMAIL_CHANGE_PASSWORD = "lemonade_server.directory.enrolment.change_password"
WEBMAIL_APP_PASSWORDS = "lemonade_server.auth.app_password_store.AppPasswordStore"
WEBMAIL_ADDRESSES = "lemonade_server.directory.ownership.own_addresses"
WEBMAIL_COLLEAGUES = (
    "lemonade_server.directory.colleagues.find_colleagues" if LEMONADE.colleagues != "off" else ""
)
WEBMAIL_DELIVERY = "lemonade_server.project.timeline.deliveries"
WEBMAIL_TIMELINE = "lemonade_server.project.timeline.history"
WEBMAIL_CANCEL = "lemonade_server.project.timeline.cancel"
WEBMAIL_IMAP = (LEMONADE.host, LEMONADE.imap_port)
WEBMAIL_SUBMISSION = (LEMONADE.host, LEMONADE.submission_port)
WEBMAIL_SIEVE = (LEMONADE.host, LEMONADE.sieve_port)
WEBMAIL_MAX_MESSAGE = LEMONADE.max_message
WEBMAIL_URL_HOST = LEMONADE.hostname
WEBMAIL_AUTHSERV_ID = LEMONADE.hostname
WEBMAIL_UPLOADS = str(LEMONADE.data / "uploads")  # files until they are part of a draft
# Files that people bring with mail in them, until a worker has taken it: for all hosts the same.
WEBMAIL_IMPORTS = str(LEMONADE.data / "imports")
# Pinned where the mail server is not on loopback; it writes there which certificate it uses.
WEBMAIL_TLS_CERT = str(LEMONADE.data / "tls" / "in-use.pem")
