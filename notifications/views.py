"""The doors of what one wants to be told of, and by which browsers."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit.access import Audited, RefusalsAudited
from accounts.audit.record import Standing
from accounts.permissions import IsPerson
from notifications import preferences, subscriptions
from notifications.models import PushSubscription
from notifications.serializers import PreferencesFields, PushKey, SubscriptionFields, SubscriptionShown
from notifications.transports.web_push.key import public_key
from protocol.errors import NotFound
from runtime import clock
from runtime.http.checking import checked
from runtime.http.etags import require_match, tagged


class PreferencesDoor(Audited):
    """One's own preferences."""

    thing = "preferences"
    permission_classes = (IsPerson,)

    @extend_schema(operation_id="preferences_retrieve", responses=PreferencesFields)
    def get(self, request: Request) -> Response:
        """Answer with the channels of every kind, and the reminders."""
        person_id = self.principal.person_id
        self.accessed("read", person_id, Standing.SELF)
        return tagged(preferences.read(person_id))

    @extend_schema(operation_id="preferences_update", request=PreferencesFields, responses=PreferencesFields)
    def put(self, request: Request) -> Response:
        """Change the kinds that are named, and the whole list of reminders if it is."""
        given = checked(PreferencesFields(), request.data)
        changed = preferences.change(
            self.principal.person_id,
            given,
            lambda stored: require_match(request, stored),
        )
        return tagged(changed)


class PushKeyDoor(RefusalsAudited):
    """The house's key for web push."""

    thing = "push"
    permission_classes = (IsPerson,)

    @extend_schema(operation_id="push_key_retrieve", responses=PushKey)
    def get(self, request: Request) -> Response:
        """Answer with what a browser subscribes with."""
        return Response({"public_key": public_key()})


class Subscriptions(Audited):
    """One's browsers."""

    thing = "subscription"
    permission_classes = (IsPerson,)

    @extend_schema(
        operation_id="push_subscriptions_create",
        request=SubscriptionFields,
        responses={201: SubscriptionShown, 200: SubscriptionShown},
    )
    def post(self, request: Request) -> Response:
        """Have a browser woken from now on."""
        given = checked(SubscriptionFields(), request.data)
        row, made = subscriptions.subscribe(self.principal.person_id, given, clock.now())
        return Response(_shown(row), status=201 if made else 200)


class SubscriptionItem(Audited):
    """One browser."""

    thing = "subscription"
    permission_classes = (IsPerson,)

    @extend_schema(operation_id="push_subscriptions_destroy", responses={204: None})
    def delete(self, request: Request, subscription_id: UUID) -> Response:
        """Let a browser sleep."""
        found = PushSubscription.objects.filter(pk=subscription_id)
        self.asked_about = found.values_list("user_id", flat=True).first()
        if self.asked_about is None:
            raise NotFound
        subscriptions.unsubscribe(self.principal.person_id, subscription_id)
        return Response(status=204)


def _shown(row: PushSubscription) -> dict[str, object]:
    return dict(SubscriptionShown(row).data)
