"""Settings: everything that differs between machines comes from the environment; nothing secret has a default outside DEBUG."""

import logging
import os
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from dms.api.enum_names import ENUM_NAMES
from dms.core import databases, logs
from dms.core.redis_connection import PatientConnection
from dms.core.untyped import Facts

django_stubs_ext.monkeypatch()


def env(name: str, default: str | None = None) -> str:
    """One variable of the environment; without a default it must be there."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name} (see .env.example).")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    return env(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env("DMS_VAR", str(BASE_DIR / "var")))
RARE_FONTS = env("DMS_RARE_FONTS", "/usr/share/fonts/truetype/hanazono").split(":")
"""Folders of fonts with the extensions of the Chinese script, for papers; what does not exist is passed over."""

DEBUG = flag("DMS_DEBUG")
DEMO = flag("DMS_DEMO")
DEMO_PASSWORD = env("DMS_DEMO_PASSWORD", "dms-demo-2026")
SECRET_KEY = env("DMS_SECRET_KEY", "not-a-secret-debug-only" if DEBUG else None)
ALLOWED_HOSTS = env("DMS_ALLOWED_HOSTS", "*" if DEBUG else "localhost,127.0.0.1").split(",")
PUBLIC_URL = env("DMS_PUBLIC_URL", "http://localhost:8000" if DEBUG else "").rstrip("/")  # where links in messages lead
CSRF_TRUSTED_ORIGINS = [origin for origin in env("DMS_CSRF_TRUSTED_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "dms.apps.DmsConfig",
    "crm.apps.CrmConfig",
    "parts.apps.PartsConfig",
    "sales.apps.SalesConfig",
    "aftersales.apps.AftersalesConfig",
    "reports.apps.ReportsConfig",
    "dms.apps.ConfigurationSite",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "django_filters",
    "django_structlog",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

MIDDLEWARE = [
    # First: whatever is logged, counted or locked out goes by the client's address.
    "dms.web.client_address.ClientAddress",
    "dms.web.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Below WhiteNoise, whose files were compressed when they were collected.
    "dms.web.compression.Compression",
    "dms.web.middleware.ContentPolicy",
    "dms.web.headers.PrivateAnswers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "dms.web.unavailable.DatabaseAway",
    # Above session and person: a probe every second must touch neither Redis nor Postgres.
    "dms.web.health.Alive",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dms.web.middleware.PlainText",
    # Above the sign-in: whoever is turned away is told so in their language.
    "dms.web.middleware.Language",
    "dms.web.middleware.SignedIn",
    "dms.web.long_reads.WhoJustWrote",
    "dms.web.middleware.WorkingStore",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dms.web.middleware.WholePages",
    # Near the view: to say no it needs the messages and htmx, which are set up above.
    "dms.web.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "dms.urls"
WSGI_APPLICATION = "dms.wsgi.application"
FORM_RENDERER = "dms.web.form_renderer.SiteFormRenderer"

CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES: list[Facts] = [
    {  # our own pages
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,  # those of django.forms that we leave as they are
        "OPTIONS": {
            "environment": "dms.web.jinja.environment",
            "context_processors": [*CONTEXT_PROCESSORS, "dms.web.sent_once.context", "dms.navigation.layout.context"],
        },
    },
    {  # the admin site and other people's pages
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": CONTEXT_PROCESSORS},
    },
]

# --- data -----------------------------------------------------------------------------------------------------------
DATABASE_URL = env("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/dms" if DEBUG else None)
OWNER_DATABASE_URL = env(
    "DMS_OWNER_DATABASE_URL", ""
)  # only where migrate and restore run (dms/core/database_roles.py)
DATABASES = {"default": databases.database(DATABASE_URL, pooled=flag("DMS_PGBOUNCER"))}
DATABASE_ROUTERS: list[str] = []
if env("DATABASE_REPLICA_URL", ""):  # past the pooler, to the standby itself: see docs/scale.md
    DATABASES[databases.REPLICA] = databases.replica(env("DATABASE_REPLICA_URL"))
    DATABASE_ROUTERS = ["dms.core.replica.Router"]
REPLICA_LAG_SECONDS = float(env("DMS_REPLICA_LAG", "3"))
DIRECT_DATABASE_URL = env("DMS_DIRECT_DATABASE_URL", "")  # where DATABASE_URL leads through a pooler (docs/who_asks.md)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "dms",
        "OPTIONS": {
            "IGNORE_EXCEPTIONS": True,  # a lost Redis makes pages slower, never unavailable
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 1,
            "CONNECTION_POOL_KWARGS": {"connection_class": PatientConnection},
        },
    }
}
MEDIA_ROOT = Path(env("DMS_MEDIA", str(VAR_DIR / "media")))

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "dms.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "dms.web.backends.NameOrPhoneBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dms:home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
# Both together: by the name alone anybody locks a colleague out, by the address one person a store.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # fifteen minutes are fifteen minutes, for the impatient too
AXES_USERNAME_CALLABLE = "dms.web.backends.counted_name"
AXES_LOCKOUT_CALLABLE = "dms.web.backends.locked_out"
# ClientAddress has looked at the proxies: nobody believes a header once more.
AXES_IPWARE_META_PRECEDENCE_ORDER = ["REMOTE_ADDR"]
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
# Sign-ins are events of our own, and are not kept twice.
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS: list[str] = []
OTP_TOTP_ISSUER = env("DMS_ISSUER", "DMS")  # what the app on the phone calls this installation
TRUSTED_PROXIES = [text.strip() for text in env("DMS_TRUSTED_PROXIES", "").split(",") if text.strip()]
"""Addresses or networks of proxies whose X-Forwarded-For is believed (dms/web/client_address.py); none: nobody's."""
SIGN_INS_OF_AN_ADDRESS = int(env("DMS_SIGN_INS_OF_AN_ADDRESS", "60"))  # in a minute: a store often has one address
SIGN_INS_OF_ALL = int(env("DMS_SIGN_INS_OF_ALL", "240"))
SIGN_INS_AT_ONCE = max(1, int(env("WEB_THREADS", "4")) // 2)  # of a process: the other threads are for pages

# --- sessions and transport -----------------------------------------------------------------------------------------
SESSION_ENGINE = "dms.web.sessions"
SESSION_COOKIE_AGE = 4 * 60 * 60  # of idleness: see dms.web.middleware.SignedIn
SESSION_LONGEST = (
    float(env("DMS_SESSION_HOURS", "12")) * 60 * 60
)  # after the sign-in, however busy: see dms.web.sessions
SESSION_COOKIE_NAME = "dms_session"
# Lax: a link in a mail opens signed in, a form on a foreign page sends nothing.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEBUG
SECURE_SSL_REDIRECT = not DEBUG and flag("DMS_SSL_REDIRECT", default=True)
# Probes come from within, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG and flag("DMS_HSTS_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = not DEBUG and flag("DMS_HSTS_PRELOAD")  # a list of browsers that is left again only after months
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if flag("DMS_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "dms.views.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "object-src": [NONE],
    }
}

# --- language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "dms_language"
USE_I18N = USE_TZ = USE_THOUSAND_SEPARATOR = True
# The whole country has one zone and no summer time: a day is the same for all stores.
TIME_ZONE = "Asia/Shanghai"

# --- static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("DMS_STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS: list[Any] = [BASE_DIR / "static", ("vendor", BASE_DIR / "vendor")]
STORAGES: dict[str, Facts] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env("DMS_STATIC_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage"),
    },
}
if env("DMS_S3_BUCKET", ""):
    STORAGES["default"] = databases.s3(
        env("DMS_S3_BUCKET"),
        endpoint=env("DMS_S3_ENDPOINT", ""),
        region=env("DMS_S3_REGION", ""),
        key=env("DMS_S3_KEY", ""),
        secret=env("DMS_S3_SECRET", ""),
    )
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = flag("DMS_STATIC_FINDERS")

# --- jobs -----------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
# A killed worker's task is run by another; the rows see to it that nothing is done twice.
CELERY_TASK_ACKS_LATE = True
# Behind an import of an hour no message waits in the pocket of its worker.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A page rings this bell: it must not wait long for a broker that is away.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 3,
    "max_retries": 1,
    "interval_start": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
JOB_LEASE_SECONDS = float(env("DMS_JOB_LEASE", "60"))
JOB_SILENCE_SECONDS = float(env("DMS_JOB_SILENCE", "600"))  # of a job that does not come on: then its process is ended
JOBS_AT_ONCE = int(
    env("DMS_JOBS_AT_ONCE", "2")
)  # fewer than the workers' processes: messages must not wait for imports
OUTBOX_LEASE_SECONDS = float(env("DMS_OUTBOX_LEASE", "60"))

# --- messages that go out ------------------------------------------------------------------------------------
EMAIL_BACKEND = env(
    "DMS_EMAIL_BACKEND",
    "django.core.mail.backends.filebased.EmailBackend" if DEBUG else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_FILE_PATH = str(VAR_DIR / "outbox" / "email")
EMAIL_HOST = env("DMS_EMAIL_HOST", "localhost")
EMAIL_PORT = int(env("DMS_EMAIL_PORT", "25"))
EMAIL_HOST_USER = env("DMS_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env("DMS_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = flag("DMS_EMAIL_TLS")
# Well below the lease of the outbox: a slow server must not make its sender look dead.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DMS_EMAIL_FROM", "dms@localhost")
NO_PROVIDER = "dms.background.channels.FileChannel" if DEBUG else "dms.background.channels.NoChannel"
OUTBOX_CHANNELS = {
    "email": env("DMS_CHANNEL_EMAIL", "dms.background.channels.EmailChannel"),
    "sms": env("DMS_CHANNEL_SMS", NO_PROVIDER),
    "letter": env("DMS_CHANNEL_LETTER", NO_PROVIDER),
}
# Messages as files are for a machine on which nobody is told anything in earnest.
OUTBOX_FILES = DEBUG
# The provider of text messages, when DMS_CHANNEL_SMS names it (docs/outbox.md). Keys come from here and nowhere else.
ALIYUN_SMS = {
    "endpoint": env("DMS_ALIYUN_SMS_ENDPOINT", "https://dysmsapi.aliyuncs.com"),
    "region": env("DMS_ALIYUN_SMS_REGION", "cn-hangzhou"),
    "sign_name": env("DMS_ALIYUN_SMS_SIGN", ""),
    "key_id": env("DMS_ALIYUN_KEY_ID", ""),
    "key_secret": env("DMS_ALIYUN_KEY_SECRET", ""),
}

# --- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["dms.api.auth.TokenAuthentication", "dms.api.auth.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["dms.api.access.RightPermission"],
    "DEFAULT_FILTER_BACKENDS": ["dms.api.filters.FilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "dms.api.paging.Pages",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "dms.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "dms.api.errors.handle",
    "DEFAULT_PARSER_CLASSES": ["dms.api.parsers.JsonParser"],
    "DEFAULT_THROTTLE_CLASSES": ["dms.api.throttling.ApiThrottle"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_VERSIONING_CLASS": None,
    # Money as text: whoever reads JSON into floats would lose cents.
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "DMS API",
    "DESCRIPTION": "The dealer management system by API: the same actions, rights and filters as the pages.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "dms.api.schema.name_choices_of_parameters",
    ],
}

# --- logs: one JSON object a line, with the request's or the task's id ----------------------------------------------------
logs.configure()
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True  # RequestLog has looked at it
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = (
    logging.DEBUG
)  # the end says all
DJANGO_STRUCTLOG_CELERY_TASK_FAILURE_LOG_LEVEL = logging.ERROR
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "dms.core.logs.JsonFormatter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json"},
    },
    "root": {"handlers": ["console"], "level": env("DMS_LOG_LEVEL", "INFO")},
    "loggers": {
        "axes": {"level": "WARNING"},
        "celery.app.trace": {"level": "ERROR"},  # django-structlog says the same, with the task's id
        "celery.worker.strategy": {"level": "WARNING"},
        "django.request": {"level": "CRITICAL"},  # as does RequestLog of what went wrong
        "fontTools": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # to be on the browsers' list of HTTPS sites is the administrator's choice
