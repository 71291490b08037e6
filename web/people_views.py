"""The pages of people with an account: coming in, their settings, their circles, their family's days."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import qrcode
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from qrcode.image.svg import SvgPathImage

from web import modules
from web.pages import page
from web.texts import catalogue

MAX_QR = 512  # characters; an authenticator's address has some 120
WORKER = Path(__file__).parent / "static" / "js" / "sw.js"


def _door(request: HttpRequest, name: str, *, key: str = "") -> HttpResponse:
    """Answer with a page for who is not signed in; `key` is what a mailed link carries."""
    context = {**_parts(request, name), "key": key}
    answer = page(request, "web/door.html", catalogue.language_of(request), context, writes=True)
    if key:
        answer["Referrer-Policy"] = "no-referrer"  # the link opens an account: it is told to nobody
    return answer


def inside(request: HttpRequest, name: str, **more: Any) -> HttpResponse:
    """Answer with a page for who is signed in; anyone else is asked to, and comes back."""
    if not request.user.is_authenticated:
        back = urlencode({"next": request.get_full_path()}, safe="/")  # whose days, too
        return HttpResponseRedirect(f"{reverse('web:sign-in')}?{back}")
    context = {**_parts(request, name), **more}
    return page(request, "web/inside.html", catalogue.language_of(request), context)


def _parts(request: HttpRequest, name: str) -> dict[str, Any]:
    entry = f"js/people/{name}.js"
    language = catalogue.language_of(request)
    return {
        "here": name,
        "entry": entry,
        "heading": catalogue.text(language, f"{name.replace('-', '_')}_title"),
        "lead": catalogue.text(language, f"{name.replace('-', '_')}_lead"),
        "modules": modules.of(entry, language),
        "next": request.GET.get("next", ""),
    }


@never_cache
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in, with the second factor where one is set."""
    return _door(request, "sign-in")


@never_cache
@require_safe
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account; a guest keeps their rooms."""
    return _door(request, "sign-up")


@never_cache
@require_safe
def verify_email(request: HttpRequest, key: str) -> HttpResponse:
    """Confirm an e-mail address with the key that was mailed to it."""
    return _door(request, "verify-email", key=key)


@never_cache
@require_safe
def forgot_password(request: HttpRequest) -> HttpResponse:
    """Ask for a link to choose a new password."""
    return _door(request, "forgot-password")


@never_cache
@require_safe
def reset_password(request: HttpRequest, key: str) -> HttpResponse:
    """Choose a new password with the key that was mailed."""
    return _door(request, "reset-password", key=key)


@never_cache
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Everything one may change or take away about oneself."""
    return inside(request, "settings")


@never_cache
@require_POST
def qr(request: HttpRequest) -> HttpResponse:
    """Draw an authenticator's address (`text`, in a body that no log keeps) as a picture to scan."""
    if not request.user.is_authenticated:
        return JsonResponse({"code": "unauthorized"}, status=401)
    try:
        text = str(json.loads(request.body)["text"])
    except (ValueError, KeyError, TypeError):
        return HttpResponseBadRequest()
    if not text.startswith("otpauth://") or len(text) > MAX_QR:
        return HttpResponseBadRequest()
    drawn = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(drawn)
    return JsonResponse({"svg": drawn.getvalue().decode()})


@never_cache
@require_safe
def circle(request: HttpRequest) -> HttpResponse:
    """Who may see one's days; an invitation's token comes behind the `#`, so it reaches no server."""
    return inside(request, "circle")


@never_cache
@require_safe
def family(request: HttpRequest) -> HttpResponse:
    """What one's people share, live."""
    return inside(request, "family")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows pushes; it stands at the root, since that is as far as it may reach."""
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8", headers=headers)
