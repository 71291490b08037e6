"""The HTTP doors a client needs: guest, password, ticket, rooms."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from hearth_client.errors import DoorRefused, DoorUnreachable
from hearth_client.frames import Listing

DOOR_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Password:
    """A signed-in person's way in; `code` where a second factor is set."""

    username: str
    password: str
    code: str | None = None


class Doors:
    """Talks to one house. `token` is the bearer token in use, None before the first sign-in."""

    def __init__(self, base_url: str, *, token: str | None = None, password: Password | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self.token = token
        self._password = password
        self._http = httpx.AsyncClient(base_url=self.base_url, timeout=DOOR_TIMEOUT_S, trust_env=False)

    def socket_url(self, path: str) -> str:
        """Return the WebSocket address of `path` in this house."""
        parts = urlsplit(self.base_url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        return urlunsplit((scheme, parts.netloc, parts.path + path, "", ""))

    async def sign_in(self) -> str:
        """Return a bearer token: by password if there is one, else a new guest's. Raises DoorRefused."""
        if self._password is not None:
            who = self._password
            body = {"username": who.username, "password": who.password}
            answer = await self._post("auth/token/", body | ({"code": who.code} if who.code else {}))
            token = answer.get("access")
        else:
            token = (await self._post("guests/", {})).get("token")
        self.token = str(token)
        return self.token

    async def ticket(self) -> str:
        """Return a fresh ticket for one `hello`; a password signs in again where the token has died."""
        token = self.token or await self.sign_in()
        try:
            return await self._ticket(token)
        except DoorRefused as refused:
            if refused.status != 401 or self._password is None:
                raise
        return await self._ticket(await self.sign_in())

    async def rooms(self) -> list[Listing]:
        """Return all open topic rooms. Raises DoorRefused, DoorUnreachable."""
        found: list[Listing] = []
        address: str | None = "/api/v1/rooms/?limit=100"
        while address:
            page = await self._ask("GET", address)
            for row in page.get("results", []):
                title, people = str(row.get("title") or row["slug"]), int(row.get("people") or 0)
                language = str(row.get("language") or "")
                found.append(Listing(str(row["slug"]), str(row.get("topic", "")), title, language, people))
            following = page.get("next")
            address = following if isinstance(following, str) else None
        return found

    async def close(self) -> None:
        """Let go of the HTTP connections."""
        await self._http.aclose()

    async def _ticket(self, token: str) -> str:
        answer = await self._post("realtime/ticket/", {}, token)
        return str(answer["ticket"])

    async def _post(self, door: str, body: dict[str, Any], token: str | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self._ask("POST", f"/api/v1/{door}", json=body, headers=headers)

    async def _ask(self, method: str, address: str, **options: Any) -> dict[str, Any]:
        try:
            answer = await self._http.request(method, address, **options)
        except httpx.HTTPError as error:
            raise DoorUnreachable("the house does not answer") from error
        try:
            body = answer.json()
        except ValueError:
            body = {}
        if not isinstance(body, dict):
            body = {}
        if answer.is_success:
            return body
        raise DoorRefused(
            answer.status_code, str(body.get("code", "")), str(body.get("detail", "")), retry_after(answer)
        )


def retry_after(answer: httpx.Response) -> float | None:
    """Return the seconds after which the door may be tried again, None where that would not help."""
    if answer.status_code not in (429, 503):
        return None
    try:
        return max(0.0, float(answer.headers.get("Retry-After", "1")))
    except ValueError:
        return 1.0
