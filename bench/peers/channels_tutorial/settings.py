"""The tutorial's settings with the in-memory layer, and DEBUG off."""

SECRET_KEY = "a-benchmark-keeps-no-secret"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]
ROOT_URLCONF = "bench.peers.channels_tutorial.routing"
ASGI_APPLICATION = "bench.peers.channels_tutorial.asgi.application"
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
