"""socket.io 4 over engine.io 4 over WebSocket, for one namespace: requests, acknowledgements, messages."""

import json
import queue
import re
import threading
from typing import Any, Callable

from line import Address
from websocket import Closed, WebSocket

NAMESPACE = "/kiosk"
WAIT_SECONDS = 10.0
_PACKET = re.compile(r"^(\d)(?:(\d+)-)?(?:(/[^,]*),)?(\d*)(.*)$", re.DOTALL)


class Refused(Exception):
    """The edge refused the connection (`connect_error`)."""

    def __init__(self, error: dict) -> None:
        super().__init__(error.get("message"))
        self.message: str = error.get("message", "")
        self.data: dict = error.get("data") or {}


def _filled(value: Any, attachments: list[bytes]) -> Any:
    """`value` with each placeholder replaced by its attachment."""
    if isinstance(value, list):
        return [_filled(part, attachments) for part in value]
    if isinstance(value, dict):
        if value.get("_placeholder") is True:
            return attachments[value["num"]]
        return {name: _filled(part, attachments) for name, part in value.items()}
    return value


class Connection:
    """A connection to the namespace. Its thread answers pings and takes what comes."""

    def __init__(self, address: Address, auth: dict, pongs: bool = True) -> None:
        self.messages: list[tuple[str, Any]] = []
        self.pings = 0
        self.close_code: int | None = None
        self.told_to_leave = False
        self.closed = threading.Event()
        self._changed = threading.Condition()
        self._answers: dict[int, queue.SimpleQueue] = {}
        self._next_id = 0
        self._pongs = pongs
        self._socket = WebSocket(address, "/socket.io/?EIO=4&transport=websocket")
        self.response = self._socket.response
        opened = self._socket.receive()
        if not isinstance(opened, str) or opened[:1] != "0":
            raise ConnectionError("no open packet")
        self.open_packet: dict = json.loads(opened[1:])
        self._socket.send(f"40{NAMESPACE},{json.dumps(auth)}")
        self._joined: queue.SimpleQueue = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            error = self._joined.get(timeout=WAIT_SECONDS)
        except queue.Empty as silence:
            self.close()
            raise TimeoutError("no answer to the connection") from silence
        if error is not None:
            self.close()
            raise Refused(error)

    def _listen(self) -> None:
        waiting: tuple[str, int, Any, int] | None = None
        attachments: list[bytes] = []
        try:
            while True:
                message = self._socket.receive()
                if isinstance(message, bytes):
                    attachments.append(message)
                elif message[:1] == "2":
                    self.pings += 1
                    if self._pongs:
                        self._socket.send("3" + message[1:])
                    continue
                elif message[:1] == "4":
                    waiting, attachments = self._parsed(message[1:]), []
                if waiting is not None and len(attachments) == waiting[3]:
                    kind, number, data, _ = waiting
                    waiting = None
                    self._take(kind, number, _filled(data, attachments))
        except (Closed, OSError) as end:
            self.close_code = end.code if isinstance(end, Closed) else None
            self.closed.set()
            self._joined.put({"message": "closed"})
            with self._changed:
                for answer in self._answers.values():
                    answer.put(None)
                self._changed.notify_all()

    @staticmethod
    def _parsed(packet: str) -> tuple[str, int, Any, int]:
        match = _PACKET.match(packet)
        if match is None:
            raise ConnectionError(f"no packet: {packet[:80]}")
        kind, attached, _, number, data = match.groups()
        return kind, int(number or -1), json.loads(data) if data else None, int(attached or 0)

    def _take(self, kind: str, number: int, data: Any) -> None:
        if kind == "0":
            self._joined.put(None)
        elif kind == "4":
            self._joined.put(data)
        elif kind == "1":
            self.told_to_leave = True
        elif kind in "36":
            with self._changed:
                self._answers.pop(number).put(data[0])
        elif kind in "25":
            with self._changed:
                self.messages.append((data[0], data[1]))
                self._changed.notify_all()

    def post(self, name: str, *arguments: Any) -> "queue.SimpleQueue":
        """Sends a request; the answer comes into the queue, None where the connection ended."""
        attachments = [part for part in arguments if isinstance(part, bytes)]
        places = iter(range(len(attachments)))
        data = [
            {"_placeholder": True, "num": next(places)} if isinstance(part, bytes) else part
            for part in arguments
        ]
        answer: queue.SimpleQueue = queue.SimpleQueue()
        with self._changed:
            number = self._next_id
            self._next_id += 1
            self._answers[number] = answer
            kind = f"5{len(attachments)}-" if attachments else "2"
            self._socket.send(f"4{kind}{NAMESPACE},{number}{json.dumps([name, *data])}")
            for part in attachments:
                self._socket.send(part)
        return answer

    def ask(self, name: str, *arguments: Any) -> Any:
        """Sends a request and waits for its answer."""
        try:
            answer = self.post(name, *arguments).get(timeout=WAIT_SECONDS)
        except queue.Empty as silence:
            raise TimeoutError(f"no answer to {name}") from silence
        if answer is None:
            raise Closed(self.close_code)
        return answer

    def until(self, fits: Callable[[str, Any], bool], since: int = 0) -> Any:
        """The first message from place `since` on that fits; waits for it."""

        def found() -> Any:
            return next((data for name, data in self.messages[since:] if fits(name, data)), None)

        with self._changed:
            self._changed.wait_for(lambda: found() is not None or self.closed.is_set(), WAIT_SECONDS)
            message = found()
        if message is None:
            names = [name for name, _ in self.messages[since:]]
            raise TimeoutError(f"the message did not come; there were {names}")
        return message

    def close(self) -> None:
        self._socket.close()
