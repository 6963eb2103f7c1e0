"""The journal of a kiosk: events as bytes, chained by hashes, and the batches made of them (sections 4 and 5).

It is kept in memory: nobody is shown "counted" here. A station for real writes each event to disk first.
"""

import hashlib
import json
import secrets
import struct
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

EMPTY_HASH = bytes(32)


@dataclass(frozen=True)
class Event:
    sequence: int
    body: bytes
    sealed: bytes
    hash: bytes

    @property
    def members(self) -> dict[str, Any]:
        return json.loads(self.body)


def event_hash(previous: bytes, install: str, sequence: int, body: bytes) -> bytes:
    chained = previous + uuid.UUID(install).bytes + sequence.to_bytes(8, "big")
    return hashlib.sha256(chained + hashlib.sha256(body).digest()).digest()


def batch_bytes(events: list[Event]) -> bytes:
    return b"".join(
        struct.pack(">II", len(event.body), len(event.sealed)) + event.hash + event.body + event.sealed
        for event in events
    )


def body_bytes(members: dict[str, Any]) -> bytes:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def head_of(sequence: int, hash_: bytes) -> dict[str, Any]:
    return {"sequence": sequence, "hash": hash_.hex()}


class Journal:
    def __init__(self, events: list[Event] | None = None, install: str | None = None) -> None:
        self.install = install or str(uuid.uuid4())
        self.boot_id = secrets.token_hex(8)
        self.events: list[Event] = list(events or [])

    @property
    def head(self) -> dict[str, Any]:
        return head_of(len(self.events), self.events[-1].hash if self.events else EMPTY_HASH)

    def event_id(self, sequence: int) -> str:
        return f"{self.install}:{sequence}"

    def append_raw(self, body: bytes, sealed: bytes = b"") -> Event:
        """Appends a body as it is, good or bad."""
        sequence = len(self.events) + 1
        previous = self.events[-1].hash if self.events else EMPTY_HASH
        event = Event(sequence, body, sealed, event_hash(previous, self.install, sequence, body))
        self.events.append(event)
        return event

    def append(self, kind: str, place: dict[str, Any], own: dict[str, Any], sealed: bytes = b"") -> Event:
        """Appends an event; `place` has what says where it belongs (round, station, stand, phase, tube)."""
        members = {
            "type": kind,
            "version": 1,
            **place,
            "bootId": self.boot_id,
            "clockOffset": None,
            "by": None,
            "origin": None,
            "wallTime": int(time.time() * 1000),
            "monotonicTime": int(time.monotonic() * 1000),
        }
        # `place` may bring what is not its own, such as `clockOffset` or the `origin` after a fork.
        members.update(place)
        return self.append_raw(body_bytes({**members, **own}), sealed)

    def copy(self, up_to: int) -> "Journal":
        """The same install with the events up to `up_to`: what an old backup of the disk would hold."""
        return Journal(self.events[:up_to], self.install)


@dataclass
class _Swipe:
    key: str | None
    tube: str | None
    shown: str
    ordinal: int | None
    sampled: bool = False


class Places:
    """Whom the events of one round and phase put where, as the counting rule of section 5 has it."""

    def __init__(self, journal: Journal, round_id: str | None, phase: str) -> None:
        self.swipes: dict[str, _Swipe] = {}
        self.unreadable: dict[str, str | None] = {}
        self._sampled: set[str] = set()
        for event in journal.events:
            # What was written wrong on purpose has no place anywhere.
            with suppress(ValueError, KeyError):
                members = event.members
                if (members["round"], members["phase"]) == (round_id, phase):
                    self._take(journal.event_id(event.sequence), members)

    def _take(self, event: str, members: dict[str, Any]) -> None:
        kind = members["type"]
        if kind == "swipe":
            key = members["credential"]["key"]
            self.swipes[event] = _Swipe(key, members["tube"], members["shown"], members["ordinal"])
        elif kind == "unreadable":
            self.unreadable[event] = members["tube"]
        elif kind == "unreadable-settled":
            self._sampled.discard(members["unreadable"])
            if members["outcome"] == "sampled":
                self._sampled.add(members["unreadable"])
        elif kind == "sampled-again" and members["swipe"] in self.swipes:
            self.swipes[members["swipe"]].sampled = members["sampled"]
        elif kind == "void":
            self.swipes.pop(members["swipe"], None)
        elif kind == "tube-opened":
            self._move(members["collects"], event)
        elif kind == "swipes-moved":
            self._move(members["swipes"], members["to"])

    def _move(self, events: list[str], tube: str | None) -> None:
        for event in events:
            if event in self.swipes:
                self.swipes[event].tube = tube
            elif event in self.unreadable:
                self.unreadable[event] = tube

    def knows(self, key: str | None) -> bool:
        return key is not None and any(swipe.key == key for swipe in self.swipes.values())

    def taken(self, tube: str | None) -> int:
        """Places taken in the tube; with None those of the loose ones."""
        there = [
            swipe.key or event
            for event, swipe in self.swipes.items()
            if swipe.tube == tube and (swipe.shown != "repeat-elsewhere" or swipe.sampled)
        ]
        return len(set(there)) + sum(self.unreadable[event] == tube for event in self._sampled)

    def numbered(self) -> int:
        """Live swipes that have an ordinal or were sampled again."""
        return sum(swipe.ordinal is not None or swipe.sampled for swipe in self.swipes.values())

    def loose(self) -> list[str]:
        swipes = [event for event, swipe in self.swipes.items() if swipe.tube is None]
        return swipes + [event for event, tube in self.unreadable.items() if tube is None]
