"""Push, SMS, mail and OpenID services for tests: each speaks the real protocol on 127.0.0.1."""

import base64
import hashlib
import json
import os
import secrets
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import http_ece
import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def vapid_faults(header: str, audience: str) -> list[str]:
    """What is wrong with an `Authorization: vapid` header for a push service at `audience` (RFC 8292)."""
    scheme, _, rest = header.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if scheme.lower() != "vapid" or set(parts) != {"t", "k"}:
        return ["scheme"]
    head, claims, signature = parts["t"].split(".")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _raw(parts["k"]))
    raw = _raw(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))  # raises where it is forged
    told = json.loads(_raw(claims))
    faults = [] if told["aud"] == audience else ["aud"]
    return faults if told["sub"].startswith(("mailto:", "https://")) else [*faults, "sub"]


class Browser:
    """One browser's side of a subscription: it alone can read what is pushed."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)

    def subscription(self, endpoint: str) -> dict[str, Any]:
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"endpoint": endpoint, "keys": {"p256dh": _b64(point), "auth": _b64(self._auth)}}

    def read(self, body: bytes) -> dict[str, Any]:
        plain = http_ece.decrypt(body, private_key=self._key, auth_secret=self._auth, version="aes128gcm")
        return json.loads(plain)


@dataclass
class HttpProvider:
    """What was asked of it; `answers` are given first, then `usual`."""

    url: str = ""
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    usual: tuple[int, dict[str, str]] = (201, {})

    def forms(self) -> list[dict[str, str]]:
        return [
            {name: value[0] for name, value in parse_qs(body.decode()).items()} for *_, body in self.asked
        ]


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def http_provider() -> Iterator[HttpProvider]:
    """A server that keeps what it is asked and answers as told."""
    seen = HttpProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            seen.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status, headers = seen.answers.pop(0) if seen.answers else seen.usual
            told = json.dumps({"sid": f"SM{len(seen.asked)}"}).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(told))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *args: Any) -> None:
            pass

    with _serving(Handler) as seen.url:
        yield seen


@dataclass
class MailServer:
    """Letters taken; `refuse` is the answer to RCPT, if not 250."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    refuse: str = ""


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A small SMTP server (RFC 5321, without extensions)."""
    seen = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 mail.test")
            for raw in iter(self.rfile.readline, b""):
                word = raw.decode().split(" ")[0].split(":")[0].strip().upper()
                if word == "DATA":
                    self.say("354 go on")
                    lines = list(iter(self.rfile.readline, b".\r\n"))
                    letter = message_from_bytes(b"".join(lines), policy=policy.default)
                    assert isinstance(letter, EmailMessage)
                    seen.letters.append(letter)
                    self.say("250 taken")
                elif word == "RCPT" and seen.refuse:
                    self.say(seen.refuse)
                elif word == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 fine")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    seen.port = server.server_address[1]
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class OpenIdProvider:
    """Another house that says who somebody is. What a test sets here it says, true or not."""

    url: str = ""
    client: tuple[str, str] = ("hearth", "a secret between two houses")
    told: dict[str, Any] = field(default_factory=dict)  # over what it says of its doors
    claims: dict[str, Any] = field(default_factory=dict)  # over what it says of a person
    deaf: bool = False
    faults: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def allow(self, location: str, subject: str) -> str:
        """Be the person who says yes there; return the address they are sent back to, without its host."""
        asked = {name: value[0] for name, value in parse_qs(urlsplit(location).query).items()}
        code = secrets.token_hex(8)
        self.codes[code] = asked | {"sub": subject}
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode({'code': code, 'state': asked['state']})}"

    def doors(self) -> dict[str, Any]:
        paths = {"authorization_endpoint": "ask", "token_endpoint": "token", "jwks_uri": "keys"}
        found = {name: f"{self.url}/{path}" for name, path in paths.items()}
        methods = ["client_secret_basic"]
        return {"issuer": self.url, **found, "token_endpoint_auth_methods_supported": methods} | self.told

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Give the ID token of a code, once, to who proves that it asked for it."""
        asked = self.codes.pop(form.get("code", ""), None)
        basic = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        challenge = _b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        wrong = [
            *(["code"] if asked is None else []),
            *(["client"] if tuple(basic.split(":", 1)) != self.client else []),
            *(["pkce"] if asked and asked.get("code_challenge") != challenge else []),
            *(["scope"] if asked and asked.get("scope") != "openid" else []),
        ]
        self.faults += wrong
        if wrong or asked is None:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.client[0], "sub": asked["sub"], "iat": now, "exp": now + 60}
        claims |= {
            "email": "alice@example.org",
            "email_verified": True,
            "name": "Alice Example",
        } | self.claims
        token = jwt.encode(claims, "what direct talk makes needless to check", algorithm="HS256")
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token}


@contextmanager
def openid_provider() -> Iterator[OpenIdProvider]:
    """A small OpenID provider: discovery and the token door (code, PKCE with S256)."""
    seen = OpenIdProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/.well-known/openid-configuration" and not seen.deaf
            self.answer(200 if found else 503, seen.doors() if found else {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {name: value[0] for name, value in parse_qs(body).items()}
            self.answer(*seen.exchange(form, self.headers.get("Authorization", "")))

        def answer(self, status: int, body: dict[str, Any]) -> None:
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *args: Any) -> None:
            pass

    with _serving(Handler) as seen.url:
        yield seen
