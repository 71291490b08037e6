"""Django's settings. The environment is read here, once; everything else reads `django.conf.settings`."""

import hashlib
import hmac
import os
from pathlib import Path
from typing import Any

from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured

from chatserver.environment import read
from chatserver.reader import SettingError
from notifications.safety.numbers import SafetyNumbers
from runtime.logs import configuration
from runtime.rates import scaled
from tracking.numbers import BULK_BYTES, RANGES

BASE_DIR = Path(__file__).resolve().parent.parent

try:
    ENV = read(os.environ, base_dir=BASE_DIR)
except SettingError as error:
    raise ImproperlyConfigured(str(error)) from None

PRODUCTION = ENV.production
ENVIRONMENT = "production" if PRODUCTION else "development"
DEBUG = ENV.debug
HOST = ENV.host
PORT = ENV.port
DRAIN_SECONDS = ENV.drain_seconds
MAX_SOCKETS = ENV.max_sockets
RAW_FRAMES = ENV.raw_frames
DATA_DIR = ENV.data_dir
DATA_DIR.mkdir(parents=True, exist_ok=True)
IMPORT_DIR = DATA_DIR / "imports"  # files that people bring, sealed, until they are read
INCOMING_DIR = DATA_DIR / "incoming"  # large bodies on their way in: nameless files, gone with their process

# --- who may knock -----------------------------------------------------------------------------------------
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = list(ENV.allowed_hosts)
ALLOWED_ORIGINS = list(ENV.allowed_origins)
CSRF_TRUSTED_ORIGINS = ALLOWED_ORIGINS
PUBLIC_URL = ENV.public_url
TRUSTED_PROXIES = ENV.trusted_proxies

# --- the house's own words ---------------------------------------------------------------------------------
ALGORITHM = ENV.algorithm
JWT_PRIVATE_KEY = ENV.jwt_private_key
JWT_PUBLIC_KEY = ENV.jwt_public_key
ACCESS_TOKEN_EXPIRE_MINUTES = ENV.access_token_minutes
REFRESH_TOKEN_EXPIRE_DAYS = ENV.refresh_token_days
TICKET_SECONDS = 300
IDEMPOTENCY_HOURS = 24
GUESTS_ENABLED = ENV.guests_enabled
DEMO_PASSWORD = ENV.demo_password
DEMO_TOTP_SECRET = ENV.demo_totp_secret
RATE_LIMIT_SCALE = ENV.rate_limit_scale
RATE_LIMIT_LOOPBACK = ENV.rate_limit_loopback
LIMITS = scaled(
    ENV.rate_limit_scale,
    http_per_minute=ENV.rate_limit_per_minute,
    http_per_second=ENV.rate_limit_per_second,
)
MAX_BODY_BYTES = 1_048_576  # the HTTP contract: 413 above 1 MiB
SAFETY = SafetyNumbers()  # how contacts are told, in one place
TRACKING_RANGES = RANGES  # plausibility bounds of what is logged, in one table
JOBS_IN_PROCESS = ENV.jobs_in_process
SCREENER_IN_PROCESS = ENV.screener_in_process
CELERY_BROKER_URL = ENV.celery_broker_url
FAR_BELL = "chatserver.celery.ring"
CONTENT_KEYSET = ENV.keys.content
IDENTITY_KEYSET = ENV.keys.identity
HASH_KEY = ENV.keys.hash
TOTP_ISSUER = "Hearth"

# --- Django ------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "drf_standardized_errors",
    "csp",
    "corsheaders",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "allauth.idp.oidc",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "runtime",
    "streams",
    "accounts",
    "accounts.audit",
    "accounts.circles",
    "accounts.users",
    "notifications",
    "notifications.safety",
    "notifications.alarms",
    "moderation",
    "moderation.backlog",
    "moderation.break_glass",
    "tracking",
    "chat",
    "consumers",
    "web",
]

# The outermost first. The innermost knows only sync requests, so that the whole chain runs in one thread and
# not in one hop per middleware.
MIDDLEWARE = [
    "runtime.http.logging.RequestLog",
    "runtime.http.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "runtime.http.static.StaticFiles",
    "runtime.http.paths.CanonicalSlash",
    "runtime.http.limits.AddressLimits",
    "runtime.http.faults.Faults",
    "runtime.http.methods.Methods",
    "runtime.http.bodies.BodyLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.signin.live.LiveSessions",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "runtime.http.idempotency.IdempotencyKeys",
]

ROOT_URLCONF = "chatserver.urls"
ASGI_APPLICATION = "asgi.application"
APPEND_SLASH = False  # runtime.http.paths answers slash-less paths itself, with no redirect

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "chatserver" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": ENV.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # socket_timeout None: a subscriber waits for hints for as long as it takes.
        "CONFIG": {
            "hosts": [{"address": ENV.redis_url, "socket_timeout": None, "max_connections": 100}],
            "prefix": "hearth",
            # Hints carry what people wrote, and Redis is not to read it: a key of its own, derived so that
            # all processes share it. A line of 4 KB costs some 20 µs to seal and 35 µs to open.
            "symmetric_encryption_keys": [
                hmac.new(bytes.fromhex(HASH_KEY), b"channel layer", hashlib.sha256).hexdigest()
            ],
        },
    }
    if ENV.redis_url
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
REDIS_URL = ENV.redis_url
# A browser's session is kept in the database and read from Redis. While that is gone it is read from the
# database alone: a copy in some process's memory could be older. Limits and apps' codes may be counted there.
SESSION_ENGINE = f"django.contrib.sessions.backends.{'cached_db' if REDIS_URL else 'db'}"
SESSION_CACHE_ALIAS = "sessions"
CACHES: dict[str, dict[str, Any]] = {
    name: {
        "BACKEND": "runtime.caching.SharedCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"hearth:{name}",
        "KEY_FUNCTION": "runtime.caching.key_of",
        "OPTIONS": {
            "local": name != "sessions",
            # What stands on a shelf is sealed before it comes here.
            "serializer": f"runtime.caching.{'AsSealed' if name == 'shelves' else 'Sealing'}",
            "socket_timeout": 0.5,
            "socket_connect_timeout": 0.5,
        },
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    for name in ("default", "sessions", "shelves")
}
if not REDIS_URL:
    # A year of one person's days is some 100 KB: 200 MB at the most, and a tenth of that as people are.
    CACHES["shelves"]["OPTIONS"] = {"MAX_ENTRIES": 10_000}

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    # Accepted, and upgraded at the next sign-in.
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.BCryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

# --- allauth: the doors of /_allauth/ ----------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["accounts.signin.backend.HouseBackend"]
PASSWORD_RESET_TIMEOUT = 3_600  # seconds; a link works once
ACCOUNT_ADAPTER = "accounts.signin.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"  # one may come in at once; the address counts once verified
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_UNIQUE_EMAIL = True  # of verified ones
ACCOUNT_CHANGE_EMAIL = True  # the old address counts until the new one is verified
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False  # whoever holds a mailbox has not shown the second factor
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this sign-in stays, the others end
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # for another address too: a mailbox opens the account
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_USERNAME_MIN_LENGTH = 2
# Limits per address are the house's own (runtime.http.limits); these are per person or mailbox.
ACCOUNT_RATE_LIMITS = {
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
    "reset_password": "5/m/key",
    "confirm_email": "1/m/key",
    "reset_password_from_key": None,
    "signup": None,
    "login": None,
    "login_failed": None,
}
MFA_ADAPTER = "accounts.signin.factors_adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an unverified address reserves nothing here, so nobody can be shut out
MFA_TOTP_ISSUER = TOTP_ISSUER
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost
MFA_RATE_LIMITS = {"webauthn_login": None}
SOCIALACCOUNT_ADAPTER = "accounts.signin.social_adapter.SocialAdapter"
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True  # before one is joined or taken away
SOCIALACCOUNT_STORE_TOKENS = False  # what a provider lets us do there is nothing we want
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds
SOCIAL_APPS: list[dict[str, Any]] = [
    {
        "provider_id": one.word,
        "name": one.name,
        "client_id": one.client_id,
        "secret": one.secret,
        "settings": {"server_url": one.issuer},
    }
    for one in ENV.social
]
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "accounts.signin.social_provider.HouseProvider",
        "OAUTH_PKCE_ENABLED": True,
    }
}
IDP_OIDC_ADAPTER = "accounts.oauth.adapter.OIDCAdapter"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 60 * ENV.access_token_minutes
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 86_400 * ENV.refresh_token_days
IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN = 60
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser", "app")
HEADLESS_TOKEN_STRATEGY = "accounts.signin.strategy.HouseTokens"  # noqa: S105 (a class)
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{PUBLIC_URL}/verify-email/{{key}}",
    "account_reset_password": f"{PUBLIC_URL}/reset-password/",
    "account_reset_password_from_key": f"{PUBLIC_URL}/reset-password/{{key}}",
    "account_signup": f"{PUBLIC_URL}/sign-up/",
    "socialaccount_login_error": f"{PUBLIC_URL}/sign-in/?back=1",
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = ENV.static_root
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # empty: the files are found where they are written
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = not PRODUCTION  # a page being written is served as it is now
WHITENOISE_MAX_AGE = 3_600 if PRODUCTION else 0
WHITENOISE_ALLOW_ALL_ORIGINS = False

FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
# What is read whole: runtime.http.bodies knows each door's own limit, and only files may be longer than this.
DATA_UPLOAD_MAX_MEMORY_SIZE = BULK_BYTES

# --- mail --------------------------------------------------------------------------------------------------
globals().update(ENV.providers.mail)  # EMAIL_* and DEFAULT_FROM_EMAIL, as Django names them
ANYMAIL: dict[str, Any] = ENV.providers.mail["ANYMAIL"]

# --- messages out of the house -----------------------------------------------------------------------------
VAPID_PRIVATE_KEY = ENV.providers.vapid_private_key
VAPID_SUBJECT = ENV.providers.vapid_subject
TWILIO = ENV.providers.twilio

# --- REST --------------------------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "accounts.authentication.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["runtime.http.json.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["runtime.http.json.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "runtime.http.json.AlwaysJSON",
    "DEFAULT_PAGINATION_CLASS": "runtime.http.paging.NewestFirst",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "runtime.http.schema.ProblemSchema",
    "EXCEPTION_HANDLER": "runtime.http.handling.exception_handler",
    "PAGE_SIZE": 50,
    "URL_FORMAT_OVERRIDE": None,
    "FORMAT_SUFFIX_KWARG": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": False,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Hearth",
    "DESCRIPTION": "Anonymous peer chat. The realtime protocol is described in docs/protocol.md.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "LowToHigh": "tracking.models.HealthGoal.Priority",
        "ImportCategory": "tracking.imports.formats.CATEGORIES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "runtime.http.schema.add_problem",
    ],
}

# --- the browser's rules -----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
# Pages of other origins come with a bearer token, never with the cookie; and only those that are named.
CORS_ALLOWED_ORIGINS = ALLOWED_ORIGINS
CORS_ALLOW_CREDENTIALS = False
CORS_URLS_REGEX = r"^/(api/|_allauth/app/|identity/o/api/)"
CORS_ALLOW_HEADERS = (*default_headers, "if-match", "idempotency-key", "x-session-token")
CORS_EXPOSE_HEADERS = ["ETag", "Retry-After", "RateLimit", "RateLimit-Policy"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^(health|livez|readyz|metrics)/?$"]  # asked for inside the network, in plain
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "runtime.http.problems.csrf_failure"

# --- logs --------------------------------------------------------------------------------------------------
LOGGING_CONFIG = "runtime.logs.configure"
LOGGING = configuration(as_json=ENV.log_json, level=ENV.log_level)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = None
