"""A kiosk without a screen: one pairing, one journal, one connection at a time."""

import struct
import time
from typing import Any, Iterator

from folding import credential_key, sealed_part, sha256_hex
from journal import Event, Journal, Places, batch_bytes
from line import Address, ask
from socketio import Connection

PROTOCOL = 1
BATCH_EVENTS_MAX = 500
DEVICE = "wire-python"


def redeem(address: Address, secret: str, previous: str | None = None) -> dict:
    """Pairs by the secret as a person types it. Throws where it is refused."""
    body = {"secret": secret, "device": DEVICE, **({} if previous is None else {"previous": previous})}
    reply = ask(address, "POST", "/pairings/redeem", body)
    if reply.status != 200:
        raise ConnectionError(f"{reply.status} {reply.body.decode()}")
    return reply.json


def earliest(told: dict) -> int:
    return min(session["from"] for session in told["info"]["definition"]["sessions"])


def stand_in(told: dict, station: int) -> str | None:
    stations = told["info"]["definition"]["stations"]
    return next((entry["stand"] for entry in stations if entry["station"] == station), None)


class Counted:
    """Whom the edge has counted in one round (section 8)."""

    def __init__(self) -> None:
        self.epoch: str | None = None
        self.number: int | None = None
        self.people: dict[str, tuple[int, int, str | None]] = {}

    def apply(self, batch: dict) -> str:
        """`applied`, `known`, or `ask` where something is missing."""
        if not batch["full"]:
            if batch["epoch"] != self.epoch or self.number is None:
                self.number = None
                return "ask"
            if batch["number"] <= self.number:
                return "known"
            if batch["number"] > self.number + 1:
                return "ask"
        else:
            self.people.clear()
        self.epoch, self.number = batch["epoch"], batch["number"]
        for at in range(0, len(batch["removals"]), 16):
            self.people.pop(batch["removals"][at : at + 16].hex(), None)
        for key, at_time, station, tube in counted_entries(batch["entries"]):
            self.people[key] = (at_time, station, batch["tubes"][tube - 1] if tube else None)
        return "applied"


def counted_entries(entries: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Key, time, station (0: none) and place in `tubes` (0: none) of each entry."""
    for key, at_time, station, tube in struct.iter_unpack(">16sQHH", entries):
        yield key.hex(), at_time, station, tube


class Kiosk:
    def __init__(self, address: Address, pairing: dict, journal: Journal | None = None) -> None:
        self.address = address
        self.token: str = pairing["token"]
        self.station: int = pairing["station"]
        self.intake_key = bytes.fromhex(pairing["intakeKey"])
        self.journal = journal or Journal()
        self.connection: Any = None
        self.edge_head: dict | None = None
        self.watermark = 0
        self.epoch = ""
        self.tube: str | None = None
        self.joined_places = 0
        self.offset: int | None = None
        self.roster: set[str] | None = None
        self.key_known = True
        if journal is None:
            self.install(None)

    def install(self, parent: dict | None) -> Event:
        place = {"round": None, "station": self.station, "stand": None, "phase": "unfiled", "tube": None}
        return self.journal.append("installed", place, {"device": DEVICE, "parent": parent})

    def connect(self) -> Connection:
        if self.connection is not None:
            self.connection.close()
        self.connection = Connection(self.address, {"token": self.token, "protocol": PROTOCOL})
        return self.connection

    def hello(self, **changes: Any) -> dict:
        """Says hello; `changes` replace members of the message."""
        message = {
            "install": self.journal.install,
            "head": self.journal.head,
            "wallTime": int(time.time() * 1000),
            "edgeHead": self.edge_head,
            "counted": None,
            **changes,
        }
        answer = self.connection.ask("hello", message)
        if answer["outcome"] == "welcome":
            self.watermark = answer["watermark"]["sequence"]
            self.edge_head, self.epoch = answer["edgeHead"], answer["epoch"]
        return answer

    def online(self) -> dict:
        """Connects and says hello until `rounds` has come."""
        self.connect()
        answer = self.hello()
        if answer["outcome"] == "welcome":
            self.rounds_from(0)
        return answer

    def rounds_from(self, place: int) -> dict:
        return self.connection.until(lambda name, _: name == "rounds", place)

    @property
    def told(self) -> dict:
        """The last `rounds`; without any there are none."""
        messages = reversed(self.connection.messages)
        return next((data for name, data in messages if name == "rounds"), {"rounds": [], "site": ""})

    def post(self, events: list[Event], first: int | None = None, data: bytes | None = None) -> Any:
        """Sends these events; `first` and `data` say something else than they do."""
        about = {
            "install": self.journal.install,
            "first": first or events[0].sequence,
            "head": self.journal.head,
            "wallTime": int(time.time() * 1000),
        }
        answer = self.connection.ask("events", about, batch_bytes(events) if data is None else data)
        if answer["outcome"] == "stored":
            self.watermark = answer["watermark"]
        return answer

    def send(self) -> list[dict]:
        """Sends all that is not acknowledged, batch by batch. The answers; it ends with the first that is not `stored`."""
        answers: list[dict] = []
        while self.watermark < len(self.journal.events):
            start = self.watermark
            answers.append(self.post(self.journal.events[start : start + BATCH_EVENTS_MAX]))
            if answers[-1]["outcome"] != "stored":
                break
        return answers

    def status(self) -> dict:
        sent = int(time.time() * 1000)
        answer = self.connection.ask("status", self.status_message())
        back = int(time.time() * 1000)
        self.offset = answer["edgeTime"] - (sent + back) // 2
        return answer

    def status_message(self) -> dict:
        current = self.current
        return {
            "head": self.journal.head,
            "pending": max(0, len(self.journal.events) - self.watermark),
            "reader": "none",
            "readerSince": None,
            "openTube": self._open_tube(),
            "round": None if current is None else current["info"]["round"],
            "version": "1",
            "wallTime": int(time.time() * 1000),
        }

    def _open_tube(self) -> dict | None:
        if self.tube is None:
            return None
        return {"code": None, "count": self.joined_places + self.places().taken(self.tube)}

    def _part_in(self, round_id: str) -> bool:
        """Took part in the round and has not ended it."""
        took, ended = False, False
        for event in self.journal.events:
            members = event.members
            if members.get("round") != round_id or members.get("phase") != "open":
                continue
            if members["type"] in ("swipe", "unreadable"):
                took, ended = True, False
            elif members["type"] in ("tube-opened", "tube-joined"):
                took = True
            elif members["type"] == "round-ended":
                ended = True
        return took and not ended

    @property
    def current(self) -> dict | None:
        """The round to record for (section 5)."""
        mine = [told for told in self.told["rounds"] if stand_in(told, self.station) is not None]
        for state in ("open", "settling", "draft"):
            fit = [told for told in mine if told["info"]["state"] == state]
            if state == "settling":
                fit = [told for told in fit if self._part_in(told["info"]["round"])]
            if fit:
                return max(fit, key=earliest)
        return None

    def place(self) -> dict[str, Any]:
        told = self.current
        if told is None:
            found = {"round": None, "station": self.station, "stand": None, "phase": "unfiled"}
        else:
            found = {
                "round": told["info"]["round"],
                "station": self.station,
                "stand": stand_in(told, self.station),
                "phase": "test" if told["info"]["state"] == "draft" else "open",
            }
        return {**found, "tube": self.tube, "clockOffset": self.offset}

    def append(self, kind: str, own: dict[str, Any], **place: Any) -> str:
        """Appends an event where the kiosk stands now. Returns its id."""
        event = self.journal.append(kind, {**self.place(), **place}, own)
        return self.journal.event_id(event.sequence)

    def places(self) -> Places:
        place = self.place()
        return Places(self.journal, place["round"], place["phase"])

    def swipe(self, person: dict, counted: Counted | None = None) -> str:
        """Records a swipe as the page has it. Returns its id."""
        place, told = self.place(), self.current
        round_key = bytes.fromhex(told["key"]) if told is not None and self.key_known else None
        key = None if round_key is None else credential_key(round_key, person["kind"], person["number"])
        to = self.intake_key if told is None else bytes.fromhex(told["info"]["publicKey"])
        given = {"kind": person["kind"], "number": person["number"], "name": person.get("name")}
        sealed = sealed_part({**given, "phone": None, "note": None}, to)
        shown, ordinal = self._shown(place["phase"], key, counted)
        own = {
            "credential": {"kind": person["kind"], "key": key},
            "sealed": sha256_hex(sealed),
            "entry": "card" if person["kind"] == "id" else "manual",
            "shown": shown,
            "ordinal": ordinal,
        }
        return self.journal.event_id(self.journal.append("swipe", place, own, sealed).sequence)

    def _shown(self, phase: str, key: str | None, counted: Counted | None) -> tuple[str, int | None]:
        places, told = self.places(), self.current
        if phase == "test":
            return "test", None if places.knows(key) else self._ordinal(places)
        if key is None:
            return "unchecked", self._ordinal(places)
        if places.knows(key):
            return "repeat-here", None
        elsewhere = counted is not None and key in counted.people
        if elsewhere:
            return "repeat-elsewhere", None
        walk_in = self.roster is not None and told is not None and key not in self.roster
        return "walk-in" if walk_in else "counted", self._ordinal(places)

    def _ordinal(self, places: Places) -> int:
        told = self.current
        if self.tube is not None:
            return self.joined_places + places.taken(self.tube) + 1
        tubes = told is not None and told["info"]["definition"]["tubeMode"] != "none"
        if tubes and stand_in(told or {}, self.station) == "before":
            return places.taken(None) + 1
        return places.numbered() + 1

    def open_tube(self, code: str, capacity: int = 10) -> str:
        own = {"code": code, "batch": None, "capacity": capacity, "collects": self.places().loose()}
        self.tube = self.append("tube-opened", own, tube=None)
        self.joined_places = 0
        return self.tube

    def join_tube(self, used: dict) -> str:
        self.tube, self.joined_places = used["opened"], used["count"]
        return self.append("tube-joined", {"opened": used["opened"]})

    def seal_tube(self, swabbed: int | None) -> str:
        offered = self.joined_places + self.places().taken(self.tube)
        sealed = self.append(
            "tube-sealed", {"opened": self.tube, "offered": offered, "swabbed": swabbed}
        )
        self.tube, self.joined_places = None, 0
        return sealed
