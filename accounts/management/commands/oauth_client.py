"""`manage.py oauth_client NAME --redirect URL`: let an app ask people whether it may act for them."""

from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import scopes
from accounts.models import User
from accounts.people import find

Grant = Client.GrantType


class Command(BaseCommand):
    """Make or delete one client; its secret is shown once."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what the client is."""
        parser.add_argument("name", metavar="NAME", help="what people are shown; with --delete, the id")
        parser.add_argument("--redirect", action="append", default=[], metavar="URL", help="where codes go")
        parser.add_argument("--scope", action="append", default=[], choices=scopes.ALL)
        parser.add_argument("--public", action="store_true", help="an app that can keep no secret")
        parser.add_argument("--owner", metavar="U", help="a program that acts for this person alone")
        parser.add_argument("--delete", action="store_true", help="delete the client and all its tokens")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        if options["delete"]:
            self._delete(options["name"])
            return
        _check(options)
        client = Client(name=options["name"], owner=_owner(options["owner"]))
        client.type = Client.Type.PUBLIC if options["public"] else Client.Type.CONFIDENTIAL
        client.set_scopes(options["scope"] or ["openid", scopes.TRACKING_READ])
        client.set_default_scopes([])
        client.set_redirect_uris(options["redirect"])
        own = [str(Grant.CLIENT_CREDENTIALS.value)]
        asking = [str(Grant.AUTHORIZATION_CODE.value), str(Grant.REFRESH_TOKEN.value)]
        client.set_grant_types(own if client.owner else asking)
        secret = get_adapter().generate_client_secret()
        client.set_secret(secret)
        client.save()
        self.stdout.write(f"client_id={client.id}")
        if not options["public"]:
            self.stdout.write(f"client_secret={secret}")

    def _delete(self, client_id: str) -> None:
        deleted, _ = Client.objects.filter(pk=client_id).delete()
        if not deleted:
            raise CommandError("There is no such client.")
        self.stdout.write("Done.")


def _check(options: dict[str, Any]) -> None:
    if bool(options["owner"]) == bool(options["redirect"]):
        raise CommandError("Give either --redirect, or --owner.")
    if options["owner"] and options["public"]:
        raise CommandError("A program that acts for its owner needs its secret.")
    for uri in options["redirect"]:
        parts = urlsplit(uri)
        plain_web = parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1")
        if not parts.scheme or parts.fragment or plain_web or parts.scheme in ("javascript", "data"):
            raise CommandError("A redirect is an https address, one of this machine, or an app's own.")


def _owner(name: str | None) -> User | None:
    if not name:
        return None
    try:
        return find(name)
    except User.DoesNotExist:
        raise CommandError("There is no such person.") from None
