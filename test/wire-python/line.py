"""TCP to the edge: plain on loopback, else TLS that trusts one public key and nothing else (section 2)."""

import hashlib
import http.client
import json
import socket
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

CONNECT_SECONDS = 10.0
# A round is made with a slow key derivation, and a roster is read.
ANSWER_SECONDS = 60.0


class WrongKey(Exception):
    """The other side has another public key than the one to be trusted."""


@dataclass(frozen=True)
class Address:
    """Where the edge is. `fingerprint` is `-` for plain HTTP on loopback."""

    host: str
    port: int
    fingerprint: str

    @staticmethod
    def of(url: str, fingerprint: str) -> "Address":
        parts = urlsplit(url)
        if parts.hostname is None or parts.port is None or parts.scheme not in ("http", "https"):
            raise ValueError(f"not http(s)://host:port: {url}")
        if (parts.scheme == "http") != (fingerprint == "-"):
            raise ValueError("the fingerprint is - for http and the key's for https")
        return Address(parts.hostname, parts.port, fingerprint)

    @property
    def host_header(self) -> str:
        return f"{self.host}:{self.port}"


def _der(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, start of the content and end of the DER element at `at`."""
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    return tag, start, start + length


def public_key_fingerprint(certificate: bytes) -> str:
    """SHA-256 of the SubjectPublicKeyInfo of a certificate, both in DER."""
    _, whole, _ = _der(certificate, 0)
    _, at, _ = _der(certificate, whole)
    tag, _, end = _der(certificate, at)
    if tag == 0xA0:  # the version
        at = end
    for _ in range(5):  # serial number, algorithm, issuer, validity, subject
        at = _der(certificate, at)[2]
    return hashlib.sha256(certificate[at : _der(certificate, at)[2]]).hexdigest()


def connect(address: Address) -> socket.socket:
    """A connection that has sent nothing yet; over TLS only to the key that was named."""
    plain = socket.create_connection((address.host, address.port), CONNECT_SECONDS)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if address.fingerprint == "-":
        return plain
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        secured = context.wrap_socket(plain)
    except (ssl.SSLError, OSError):
        plain.close()
        raise
    certificate = secured.getpeercert(binary_form=True)
    if certificate is None or public_key_fingerprint(certificate) != address.fingerprint:
        secured.close()
        raise WrongKey(address.fingerprint)
    return secured


@dataclass(frozen=True)
class Reply:
    status: int
    kind: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    address: Address,
    method: str,
    path: str,
    body: Any = None,
    token: str | None = None,
    kind: str = "application/json",
) -> Reply:
    """One HTTP request. `body` is JSON to be, or bytes as they are with their `kind`."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    if data is not None:
        headers["Content-Type"] = kind
    connection = http.client.HTTPConnection(address.host, address.port, timeout=ANSWER_SECONDS)
    connection.sock = connect(address)
    connection.sock.settimeout(ANSWER_SECONDS)
    try:
        connection.request(method, f"/api/v1{path}", data, headers)
        answer = connection.getresponse()
        return Reply(answer.status, answer.getheader("Content-Type", ""), answer.read())
    finally:
        connection.close()
