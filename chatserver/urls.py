"""Every HTTP door of the house."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []

for rooms in ("chat.urls", "web.urls"):
    if find_spec(rooms):
        urlpatterns.append(path("", include(rooms)))
