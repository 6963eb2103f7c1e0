"""A WebSocket client (RFC 6455) as small as the contract needs it."""

import base64
import hashlib
import os
import secrets
import select
import socket
import ssl
import struct
import threading
from contextlib import suppress

from line import Address, connect

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_LOOK_SECONDS = 1.0
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Closed(Exception):
    """The other side has ended the connection; `code` is its close code, None where it gave none."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class WebSocket:
    def __init__(self, address: Address, path: str) -> None:
        self._socket = connect(address)
        # Non-blocking, with a lock around each call: OpenSSL takes no reading beside writing on one connection.
        self._socket.settimeout(0)
        self._call = threading.Lock()
        self._frame_order = threading.Lock()
        self._held = b""
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: {address.host_header}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            "",
            "",
        )
        self._send("\r\n".join(lines).encode())
        self.response = self._response()
        accept = base64.b64encode(hashlib.sha1((key + _MAGIC).encode()).digest()).decode()
        if f"sec-websocket-accept: {accept}".lower() not in self.response.lower():
            raise ConnectionError(self.response.split("\r\n", 1)[0])

    def _response(self) -> str:
        while b"\r\n\r\n" not in self._held:
            self._held += self._more()
        head, self._held = self._held.split(b"\r\n\r\n", 1)
        return head.decode("latin-1")

    def _more(self) -> bytes:
        """What comes next, at least one byte. Closed where nothing will."""
        while True:
            try:
                with self._call:
                    more = self._socket.recv(1 << 18)
            except _NOT_NOW:
                self._wait((self._socket,), ())
            except OSError as broken:
                raise Closed(None) from broken
            else:
                if more == b"":
                    raise Closed(None)
                return more

    def _send(self, data: bytes) -> None:
        rest = memoryview(data)
        while len(rest) > 0:
            try:
                with self._call:
                    rest = rest[self._socket.send(rest) :]
            except _NOT_NOW:
                self._wait((), (self._socket,))

    def _wait(self, to_read: tuple, to_write: tuple) -> None:
        try:
            select.select(to_read, to_write, (), _LOOK_SECONDS)
        except (OSError, ValueError) as closed:
            raise Closed(None) from closed

    def _read(self, length: int) -> bytes:
        parts = [self._held]
        held = len(self._held)
        while held < length:
            more = self._more()
            parts.append(more)
            held += len(more)
        whole = b"".join(parts)
        self._held = whole[length:]
        return whole[:length]

    def _frame(self) -> tuple[bool, int, bytes]:
        first, second = self._read(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self._read(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self._read(8))
        return first & 0x80 != 0, first & 0x0F, self._read(length)

    def receive(self) -> str | bytes:
        """The next message: text or bytes. Closed where there is none."""
        kind, parts = 0, []
        while True:
            final, code, data = self._frame()
            if code == CLOSE:
                raise Closed(struct.unpack(">H", data[:2])[0] if len(data) >= 2 else None)
            if code == PING:
                self._send_frame(PONG, data)
            elif code != PONG:
                kind = code or kind
                parts.append(data)
                if final:
                    whole = b"".join(parts)
                    return whole.decode() if kind == TEXT else whole

    def send(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self._send_frame(TEXT, message.encode())
        else:
            self._send_frame(BINARY, message)

    def _send_frame(self, code: int, data: bytes) -> None:
        length = len(data)
        if length < 126:
            head = struct.pack(">BB", 0x80 | code, 0x80 | length)
        elif length < 65536:
            head = struct.pack(">BBH", 0x80 | code, 0x80 | 126, length)
        else:
            head = struct.pack(">BBQ", 0x80 | code, 0x80 | 127, length)
        mask = os.urandom(4)
        repeated = (mask * (length // 4 + 1))[:length]
        masked = int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")
        with self._frame_order:
            self._send(head + mask + masked.to_bytes(length, "big"))

    def close(self) -> None:
        """Ends the connection at once, without a word."""
        with self._call:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
