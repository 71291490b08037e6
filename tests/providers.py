"""Push service, SMS service and mail server for tests: each speaks the real protocol on 127.0.0.1."""

import base64
import json
import os
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import http_ece
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

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    seen.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()


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
