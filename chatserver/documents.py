"""`/openapi.json`, `/docs` and `/redoc`."""

from typing import Any

from csp.decorators import csp_replace
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView
from rest_framework.renderers import TemplateHTMLRenderer

# Their own scripts set styles on elements, and Redoc runs a worker and fonts from data: still no third party.
RELAXED: dict[str, Any] = {
    "style-src": ["'self'", "'unsafe-inline'"],
    "worker-src": ["'self'", "blob:"],
    "font-src": ["'self'", "data:"],
}


class OpenApi(SpectacularAPIView):
    """The OpenAPI 3 document."""

    renderer_classes = [OpenApiJsonRenderer]


@method_decorator(csp_replace(RELAXED), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """Swagger UI; its start script is a second request, so that none stands in the page."""

    renderer_classes = [TemplateHTMLRenderer]
    url_name = "openapi"


@method_decorator(csp_replace(RELAXED), name="dispatch")
class Redoc(SpectacularRedocView):
    """Redoc, in a page of our own that asks nobody for fonts."""

    template_name = "documents/redoc.html"
    renderer_classes = [TemplateHTMLRenderer]
    url_name = "openapi"
