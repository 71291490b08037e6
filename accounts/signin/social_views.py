"""The doors for coming in by another house, in allauth's own shapes."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal import flows
from allauth.account.internal.decorators import login_not_required
from allauth.account.internal.flows.login import record_authentication
from allauth.headless.base.response import APIResponse, AuthenticationResponse, ConflictResponse
from allauth.headless.internal.restkit.response import ErrorResponse
from allauth.headless.socialaccount import views as allauth
from allauth.headless.socialaccount.response import SocialAccountsResponse
from allauth.socialaccount.internal.flows.signup import clear_pending_signup
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.signin import inputs
from accounts.signin.social_adapter import configured
from accounts.signin.social_provider import OpenID
from protocol.errors import Conflict


class ToProvider(allauth.RedirectToProviderView):
    """Where to go to come in by a provider, or to join it to one's account.

    allauth answers with a redirect. A page's content policy would hold that to addresses which it names, and
    a provider may send people on to others. So the page is told, and goes itself.
    """

    handle_json_input = True
    input_class = inputs.ToProvider
    input: inputs.ToProvider

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 200 with `location`; 503 while the provider does not answer."""
        asked = self.input.cleaned_data
        if asked["process"] == AuthProcess.CONNECT:
            # Asked for again when they come back; here, so that nobody goes there in vain.
            flows.reauthentication.raise_if_reauthentication_required(request, app="allauth.socialaccount")
        try:
            to = asked["provider"].redirect(
                request, asked["process"], next_url=asked["callback_url"], headless=True
            )
        except ProviderException:
            return APIResponse(request, status=503)
        return APIResponse(request, data={"location": to.headers["Location"]})


class ProviderSignup(allauth.ProviderSignupView):
    """Make an account for who came by a provider; a guest who sends their token keeps their row."""

    input_class = {"POST": inputs.ProviderSignup}
    input: inputs.ProviderSignup

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer as signed in; an address that somebody has is answered like any other.

        409 for who is in already, or whose other tab was first.
        """
        if request.user.is_authenticated:
            return ConflictResponse(request)
        try:
            user = self.input.save(request)
        except inputs.LetsInAlready:
            clear_pending_signup(request)
            return ConflictResponse(request)
        except Conflict:
            self.input.add_error("username", get_adapter().validation_error("username_taken"))
            return ErrorResponse(request, input=self.input)
        clear_pending_signup(request)
        account = self.sociallogin.account
        record_authentication(request, user, "socialaccount", provider=account.provider, uid=account.uid)
        answer = flows.signup.complete_signup(request, user=user)
        return AuthenticationResponse.from_response(request, answer)


class Providers(allauth.ManageProvidersView):
    """The accounts elsewhere by which one may come in."""

    @classmethod
    def respond_provider_accounts(cls, request: HttpRequest) -> SocialAccountsResponse:
        """Answer with those of providers that are still named; the others open nothing."""
        rows = SocialAccount.objects.filter(user=request.user.pk, provider__in=configured())
        return SocialAccountsResponse(request, rows.order_by("pk"))


@never_cache
@require_GET
@login_not_required  # type: ignore[untyped-decorator]  # allauth has no types
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Take somebody who comes back from a provider, and send them on to the page that sent them there."""
    try:
        view = OAuth2CallbackView.adapter_view(OpenID(request, provider_id))
        answer: HttpResponseBase = view(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return answer
