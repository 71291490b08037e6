"""The pages of one's days: what is noted today, and what the days before came to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from web.people_views import inside

STYLES = ("css/days.css",)
CHARTED = ("vendor/uplot.css", *STYLES, "css/history.css")


@never_cache
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Note something with one tap. The page is told who it is for: what waits unsent is theirs alone."""
    return inside(request, "today", styles=STYLES, person=str(request.user.pk or ""))


@never_cache
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """What the days came to; whose, and which of them may be seen, the API says (`?user_id=`)."""
    return inside(request, "history", styles=CHARTED)


@never_cache
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The same days, to be printed for a visit."""
    return inside(request, "history-report", styles=CHARTED)
