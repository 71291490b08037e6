"""The page of a contact outside the house, who was sent its link: being told nothing more."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from notifications.safety import declining
from web.pages import page
from web.texts import catalogue


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def told(request: HttpRequest, token: str) -> HttpResponse:
    """Say how it stands, and change it by the button alone: programs that look at links press none.

    No name stands here: who else reads that mailbox learns from the page no more than from the letter.
    """
    naming = declining.naming_of(token)
    if naming is None:
        raise Http404
    given, pressed = request.POST.get("proof", ""), request.method == "POST"
    if not pressed:
        standing = declining.standing(naming)
    else:
        standing = declining.take_back(naming, given) if given else declining.decline(naming)
    changed_mind = pressed and standing is declining.Standing.DECLINED
    context = {
        "standing": str(standing),
        "proof": declining.second_thought(naming) if changed_mind else "",
        "came_back": pressed and standing is declining.Standing.WILLING,
    }
    # Under the house's own `same-origin`: with `no-referrer` a browser would not say whose form it sends.
    return page(request, "web/told.html", catalogue.language_of(request), context, writes=True)
