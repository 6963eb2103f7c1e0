"""Pairing, the public key, connections refused, and the limits of the line (sections 2 and 3)."""

import secrets
import ssl
import time

from kiosk import Kiosk, redeem
from lead import Lead
from line import Address, WrongKey, ask
from report import Report, equal, require
from socketio import Connection, Refused
from websocket import Closed

PAIRING_TRIES_MAX = 5
MESSAGE_BYTES_MAX = 1_048_576
PING_MS = 10_000


def refusal(address: Address, auth: dict) -> Refused:
    try:
        Connection(address, auth).close()
    except Refused as refused:
        return refused
    raise ConnectionError("the connection was not refused")


def _refused_secret(address: Address, secret: str, status: int, code: str) -> None:
    reply = ask(address, "POST", "/pairings/redeem", {"secret": secret, "device": "x"})
    equal((reply.status, reply.json["code"]), (status, code))
    require(reply.kind.startswith("application/problem+json"), reply.kind)
    require(reply.json["title"] != "" and reply.json["detail"] != "", reply.json)


def check_pairing(report: Report, address: Address, secret: str) -> dict:
    """The pairing that every later check needs; without it nothing else can be tried."""
    with report.check("a wrong public key gets no word from the kiosk"):
        other = Address(address.host, address.port, secrets.token_hex(32))
        try:
            ask(other, "POST", "/pairings/redeem", {"secret": secret, "device": "x"})
        except (WrongKey, ssl.SSLError, OSError):
            pass
        else:
            require(False, "it was spoken to")
    with report.check("a wrong secret is refused with a problem in both languages"):
        _refused_secret(address, "no-such-secret", 403, "pairing-secret")
    with report.check("what is malformed is refused before the secret is looked at"):
        equal(ask(address, "POST", "/pairings/redeem", {"secret": secret}).status, 400)
    pairing = redeem(address, secret)
    with report.check("a typed secret gives token, station, site and intake key"):
        equal(sorted(pairing), ["intakeKey", "site", "station", "token"])
        require(16 <= len(pairing["token"]) <= 128 and 1 <= pairing["station"] <= 999, pairing)
        equal(len(bytes.fromhex(pairing["intakeKey"])), 32)
    with report.check("a secret is good once"):
        _refused_secret(address, secret, 403, "pairing-secret")
    return pairing


def check_tries(report: Report, lead: Lead, station: int) -> None:
    address = lead.address
    with report.check("after five wrong secrets the address waits, until somebody makes a pairing"):
        lead.pairing(station)
        for _ in range(PAIRING_TRIES_MAX):
            _refused_secret(address, "wrong-secret", 403, "pairing-secret")
        _refused_secret(address, "wrong-secret", 429, "too-many-tries")
        secret = lead.pairing(station)["secret"]
        equal(redeem(address, secret)["station"], station)


def check_connections(report: Report, kiosk: Kiosk) -> None:
    address = kiosk.address
    with report.check("an unknown token is refused as unpaired, with words for people"):
        refused = refusal(address, {"token": "t" * 32, "protocol": 1})
        equal(refused.message, "unpaired")
        require(refused.data.get("words"), refused.data)
    with report.check("another protocol version is refused with both versions"):
        refused = refusal(address, {"token": kiosk.token, "protocol": 99})
        equal((refused.message, refused.data["ours"], refused.data["theirs"]), ("unknown-version", 1, 99))
    for auth in ({"token": kiosk.token}, {"token": kiosk.token, "protocol": None}):
        with report.check(f"who names no version is refused too ({len(auth)} members)"):
            refused = refusal(address, auth)
            equal((refused.message, refused.data["theirs"]), ("unknown-version", None))
    with report.check("other members of auth are ignored"):
        Connection(address, {"token": kiosk.token, "protocol": 1, "more": [1]}).close()
    connection = kiosk.connect()
    with report.check("the open packet names ping and size"):
        opened = connection.open_packet
        equal((opened["pingInterval"], opened["pingTimeout"]), (PING_MS, PING_MS))
        equal(opened["maxPayload"], MESSAGE_BYTES_MAX)
    with report.check("messages are not compressed"):
        require("permessage-deflate" not in connection.response.lower(), connection.response)


def check_requests(report: Report, kiosk: Kiosk) -> None:
    """Before hello, malformed, and the first welcome."""
    with report.check("events before hello are refused as no-hello"):
        answer = kiosk.post(kiosk.journal.events)
        equal((answer["outcome"], answer["code"]), ("refused", "no-hello"))
        require(answer["message"] != "", answer)
    with report.check("before hello status, tube-used and roster-name are refused, hashes and counted-since answered"):
        about = {"round": kiosk.journal.install}
        for name, more in (("tube-used", {"code": "x"}), ("roster-name", {"key": "0" * 32})):
            equal(kiosk.connection.ask(name, {**about, **more})["code"], "no-hello")
        equal(kiosk.connection.ask("status", kiosk.status_message())["code"], "no-hello")
        asked = {"install": kiosk.journal.install, "sequences": [1]}
        equal(kiosk.connection.ask("hashes", asked), {"hashes": [None]})
        asked = {**about, "number": None}
        equal(kiosk.connection.ask("counted-since", asked)["code"], "invalid")  # a round nobody told of
    with report.check("a malformed hello is refused with the field's name, and the connection stays"):
        answer = kiosk.hello(wallTime="now")
        equal((answer["outcome"], answer["code"]), ("refused", "invalid"))
        require("wallTime" in answer["message"], answer)
    with report.check("a member that is not named is refused"):
        answer = kiosk.hello(more=1)
        equal((answer["outcome"], answer["code"]), ("refused", "invalid"))
    with report.check("hello is welcomed with the empty watermark"):
        answer = kiosk.hello()
        equal(sorted(answer), ["edgeHead", "edgeTime", "epoch", "outcome", "station", "watermark"])
        equal(answer["outcome"], "welcome")
        equal(answer["watermark"], {"sequence": 0, "hash": "0" * 64})
        equal(answer["station"], kiosk.station)
        require(1 <= len(answer["epoch"]) <= 64, answer)
    with report.check("rounds follow the welcome"):
        told = kiosk.rounds_from(0)
        equal(sorted(told), ["rounds", "site"])
        for round_ in told["rounds"]:
            equal(sorted(round_), ["info", "key"])
    with report.check("status is answered with the edge's clock"):
        answer = kiosk.status()
        equal(sorted(answer), ["edgeTime"])
        require(kiosk.offset is not None and abs(kiosk.offset) < 60_000, kiosk.offset)
    with report.check("a malformed status is refused, and the next is answered"):
        message = {**kiosk.status_message(), "reader": "lost"}
        answer = kiosk.connection.ask("status", message)
        equal((answer["outcome"], answer["code"]), ("refused", "invalid"))
        require("reader" in answer["message"], answer)
        equal(sorted(kiosk.status()), ["edgeTime"])


def check_size(report: Report, kiosk: Kiosk) -> None:
    with report.check("a message beyond 1 MiB ends the connection with 1009"):
        connection = kiosk.connect()
        kiosk.hello()
        try:
            kiosk.post(kiosk.journal.events, data=bytes(MESSAGE_BYTES_MAX + 1))
        except (Closed, OSError):
            pass
        else:
            require(False, "it was answered")
        require(connection.closed.wait(10), "the connection stays")
        equal(connection.close_code, 1009)


class Silence:
    """A connection that answers no ping, begun early because its end takes its time."""

    def __init__(self, kiosk: Kiosk) -> None:
        auth = {"token": kiosk.token, "protocol": 1}
        self.began = time.monotonic()
        self.silent = Connection(kiosk.address, auth, pongs=False)
        self.lively = Connection(kiosk.address, auth)

    def check(self, report: Report) -> None:
        with report.check("a line without pongs is ended after ping interval and timeout"):
            require(self.silent.closed.wait(30), "the connection stays")
            require(self.silent.pings >= 1, "no ping came")
            require(time.monotonic() - self.began > 15, time.monotonic() - self.began)
        with report.check("a line that answers pings stays"):
            require(self.lively.pings >= 1 and not self.lively.closed.is_set(), self.lively.pings)
            self.lively.close()
