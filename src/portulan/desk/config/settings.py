"""Settings of the desk. Everything an installer may choose is an environment variable, read here and nowhere else.

========================= ======================================================= ==========================
variable                  meaning                                                 default
========================= ======================================================= ==========================
PORTULAN_HOME             folder of the database, the secret and the catalogues    ``./var``
PORTULAN_RELEASE          atlas release to serve                                  the embedded default
PORTULAN_PREVIOUS_RELEASE former release: the site says what changed since       nothing is compared
PORTULAN_PUBLISHER        who publishes this site                                 said to be unknown
PORTULAN_CONTACT          mail or web address that readers may write to           said to be unknown
PORTULAN_THEME            look of the site: ``portulan``, ``dsfr``                  ``portulan``
PORTULAN_DSFR_MARQUE      lines of the State's block, separated by ``|``          no block
PORTULAN_DEMO             ``1`` puts invented people in the network, and lets     nobody is invented
                          readers on this machine in as any of them
PORTULAN_SMTP             mail server: ``smtp://user@host:587?tls=starttls``      mail is kept, nothing leaves
PORTULAN_SMTP_PASSWORD    its password, where it is not in the address            no password
PORTULAN_MAIL_FROM        address that mail comes from; needed with a server      nobody's
PORTULAN_MAIL_DOMAIN      domain of Message-IDs and of our name to servers        that of the address
PORTULAN_HOSTS            host names the site answers to, separated by commas      this machine only
PORTULAN_SECRET_KEY       secret of the site                                      made once, kept in the home
PORTULAN_ADDRESS          address of the site, for the links in its letters          where ``serve`` listens
PORTULAN_HTTPS            ``1`` behind HTTPS: secure headers                       off
PORTULAN_DEBUG            ``1`` shows tracebacks in the browser                    off
PORTULAN_IMAP             mailbox to fetch mail from: ``imaps://user@host/INBOX``  no mailbox is fetched
PORTULAN_IMAP_PASSWORD    its password, where the address does not hold it         none
PORTULAN_REPLY_ADDRESS    address whose mail comes here, ``+TOKEN`` included        no reply addresses
PORTULAN_MAIL_MEGABYTES   largest mail that is accepted                           25
PORTULAN_FILE_MEGABYTES   largest file that is accepted                           20
PORTULAN_CLAMAV           ClamAV's daemon: ``/path/of/socket`` or ``host:port``     files stay unchecked
PORTULAN_OPENID           issuer of a provider of OpenID Connect                   nobody signs in by a provider
PORTULAN_OPENID_CLIENT    what the provider calls this site                        needed with a provider
PORTULAN_OPENID_SECRET    the secret between the two                               needed with a provider
PORTULAN_OPENID_NAME      name of the provider on the page of sign-in              its host
PORTULAN_OPENID_SCOPES    what is asked of it, separated by spaces                 ``openid profile email``
PORTULAN_OPENID_TRUSTED   ``1``: its addresses are proved without its word         its word is needed
PORTULAN_OPENID_NEWCOMERS ``1``: whoever it knows may open an account              the desk opens accounts
PORTULAN_OPENID_STRONG    values of ``acr`` that stand for several proofs          only ``amr`` is heard
DATABASE_URL              PostgreSQL or another SQLite file                       ``<home>/portulan.sqlite3``
========================= ======================================================= ==========================
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from portulan.desk.config.home import compiled_catalogues, home_folder, megabytes, secret_key
from portulan.desk.config.logs import STRANGERS, cut_short, is_our_fault
from portulan.desk.config.mail import mail_domain, mail_from, mail_server
from portulan.desk.config.openid import openid
from portulan.desk.config.themes import chosen_theme, state_block, theme_statics, theme_templates

DESK = Path(__file__).resolve().parent.parent
HOME = home_folder(os.environ.get("PORTULAN_HOME"))
DEBUG = os.environ.get("PORTULAN_DEBUG") == "1"
HTTPS = os.environ.get("PORTULAN_HTTPS") == "1"
SECRET_KEY = os.environ.get("PORTULAN_SECRET_KEY") or secret_key(HOME)

# Empty: the embedded default release. Only the room `markets` reads this.
PORTULAN_RELEASE = os.environ.get("PORTULAN_RELEASE", "")
# Empty: the page of the release says that nothing can be compared.
PORTULAN_PREVIOUS_RELEASE = os.environ.get("PORTULAN_PREVIOUS_RELEASE", "")
# Empty: the legal notice and the statement of accessibility say that this installation has not told.
PORTULAN_PUBLISHER = os.environ.get("PORTULAN_PUBLISHER", "").strip()
PORTULAN_CONTACT = os.environ.get("PORTULAN_CONTACT", "").strip()
PORTULAN_THEME = chosen_theme(os.environ.get("PORTULAN_THEME"))
# Set: invented people stand in the network, so that its pages have life. Never where real people are served.
PORTULAN_DEMO = os.environ.get("PORTULAN_DEMO", "") == "1"
# Empty: no block of the State is shown. Only whoever may wear it can say what it reads (theme `dsfr` alone).
PORTULAN_DSFR_MARQUE = state_block(os.environ.get("PORTULAN_DSFR_MARQUE"))

# What letters lead to. `portulan serve` sets it to where it listens; behind a proxy only the installer knows.
PORTULAN_ADDRESS = os.environ.get("PORTULAN_ADDRESS", "http://localhost:8000").rstrip("/")

# No server: every mail is kept, and shown at /dev/mail/ to whoever sits at this machine (docs/adr/0020).
PORTULAN_SMTP = mail_server(os.environ.get("PORTULAN_SMTP"), os.environ.get("PORTULAN_SMTP_PASSWORD"))
PORTULAN_MAIL_FROM = mail_from(os.environ.get("PORTULAN_MAIL_FROM"), PORTULAN_PUBLISHER, PORTULAN_SMTP)
PORTULAN_MAIL_DOMAIN = mail_domain(os.environ.get("PORTULAN_MAIL_DOMAIN"), PORTULAN_MAIL_FROM)
EMAIL_BACKEND = "portulan.desk.core.backend.OutboxBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = PORTULAN_MAIL_FROM[1]

# What must be done before the answer is done at once; long work waits for the worker (`portulan work`).
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "jobs": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}
# Empty: mail comes by the pipe only, or not at all. Read by `core.incoming.imap`.
PORTULAN_IMAP = os.environ.get("PORTULAN_IMAP", "").strip()
PORTULAN_IMAP_PASSWORD = os.environ.get("PORTULAN_IMAP_PASSWORD", "")
PORTULAN_REPLY_ADDRESS = os.environ.get("PORTULAN_REPLY_ADDRESS", "").strip()
MOST_MAIL_BYTES = megabytes("PORTULAN_MAIL_MEGABYTES", os.environ.get("PORTULAN_MAIL_MEGABYTES"), 25)
MOST_FILE_BYTES = megabytes("PORTULAN_FILE_MEGABYTES", os.environ.get("PORTULAN_FILE_MEGABYTES"), 20)
# Empty: nobody looks for viruses, and no file is said to be clean.
PORTULAN_CLAMAV = os.environ.get("PORTULAN_CLAMAV", "").strip()

_LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]", socket.gethostname()]
_GIVEN_HOSTS = os.environ.get("PORTULAN_HOSTS", "").split(",")
ALLOWED_HOSTS = [*(host.strip() for host in _GIVEN_HOSTS if host.strip()), *_LOCAL_HOSTS]
# /dev/mail/ is there for a demonstration on one machine: with a server, another name or a proxy it is gone.
MAIL_IS_SHOWN = (
    (PORTULAN_DEMO or DEBUG) and PORTULAN_SMTP is None and not HTTPS and len(ALLOWED_HOSTS) == len(_LOCAL_HOSTS)
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_tasks",
    "django_tasks_db",
    "portulan.desk.theme",
    "portulan.desk.core",
    "portulan.desk.people",
    "portulan.desk.network",
    "portulan.desk.markets",
    "portulan.desk.enquiries",
    "portulan.desk.handover",
    "portulan.desk.api",
]

MIDDLEWARE = [
    "portulan.desk.config.middleware.one_spelling_of_the_host",
    "portulan.desk.config.middleware.head_without_body",
    "django.middleware.security.SecurityMiddleware",
    # Above the static files, so that styles and scripts travel packed as pages do.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # None of these reads the session before a page asks who is there: public pages never do, and may be kept by anyone.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "portulan.desk.config.urls"
WSGI_APPLICATION = "portulan.desk.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            *theme_templates(PORTULAN_THEME, DESK),
            *(
                DESK / room / "templates"
                for room in ("core", "people", "network", "markets", "enquiries", "handover", "api")
            ),
        ],
        "OPTIONS": {"environment": "portulan.desk.config.jinja.environment"},
    },
]

# Write-ahead log and immediate transactions: no "database is locked" between workers (docs/adr/0011). Whoever waits to
# write looks only now and then whether the way is free: twenty seconds, so that nobody's form is lost to bad luck.
# What is erased leaves no bytes in the file, however SQLite was built.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=2000;PRAGMA secure_delete=ON;"
    ),
}
_database: dict[str, Any] = dict(
    dj_database_url.parse(os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'portulan.sqlite3'}")
)
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {**_SQLITE_OPTIONS, **_database.get("OPTIONS", {})}
else:
    # To open a connection costs a server more than most questions: each thread keeps its own for a minute.
    _database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What is costly to make is kept, and counted, in files: every worker sees what another made. Both may be emptied.
_KEPT = HOME / "cache"
_FILES = "django.core.cache.backends.filebased.FileBasedCache"
CACHES = {
    # What allauth counts (attempts, codes used once) must hold for all workers together.
    "default": {"BACKEND": "portulan.desk.core.shared.Shared", "LOCATION": _KEPT / "limits.sqlite3"},
    "briefs": {"BACKEND": _FILES, "LOCATION": _KEPT / "briefs", "OPTIONS": {"MAX_ENTRIES": 500}},
    "files": {"BACKEND": _FILES, "LOCATION": _KEPT / "files", "OPTIONS": {"MAX_ENTRIES": 500}},
    "limits": {"BACKEND": "portulan.desk.core.counts.Counts", "LOCATION": _KEPT / "limits.sqlite3"},
}

# Sign-in (docs/adr/0019): a code by mail, then a second factor where the person has one. No password, no open sign-up.
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:account"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portulan.desk.config.views.form_refused"
ACCOUNT_ADAPTER = "portulan.desk.people.adapter.AccountAdapter"
ACCOUNT_TEMPLATE_EXTENSION = "html"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
MFA_ADAPTER = "portulan.desk.people.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Portulan"
MFA_TOTP_TOLERANCE = 1
# Without HTTPS a browser gives passkeys to `localhost` only, so nothing is lost by believing it.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

# A provider of OpenID Connect beside the code by mail (docs/adr/0030). None: the page of sign-in does not name any.
PORTULAN_OPENID = openid(os.environ)
SOCIALACCOUNT_ADAPTER = "portulan.desk.people.meeting.ProviderAdapter"
SOCIALACCOUNT_STORE_TOKENS = False

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [compiled_catalogues(DESK / "locale", HOME)]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = theme_statics(PORTULAN_THEME, HOME)
# Served from where they are: no collectstatic before the first start. Their addresses carry a digest (jinja.asset).
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 60 if DEBUG else 365 * 24 * 3600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "our_fault": {"()": "django.utils.log.CallbackFilter", "callback": is_our_fault},
        "cut_short": {"()": "django.utils.log.CallbackFilter", "callback": cut_short},
    },
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        **{f"django.security.{name}": {"handlers": [], "propagate": False} for name in STRANGERS},
        "django.request": {"filters": ["our_fault", "cut_short"]},
    },
}
