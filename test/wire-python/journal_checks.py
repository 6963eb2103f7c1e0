"""Events, answers to batches, and what is kept of a journal (sections 3 to 5)."""

import json
import secrets

from boxes import seal
from folding import invented_id, nobody, sha256_hex
from journal import Event, Journal, batch_bytes, body_bytes
from kiosk import BATCH_EVENTS_MAX, Kiosk
from report import Report, equal, require

BATCH_BYTES_MAX = 768 * 1024
BODY_BYTES_MAX = 65_536
SEALED_BYTES_MAX = 4_096


def outcomes(answer: dict) -> list[tuple[int, int, str]]:
    require(answer["outcome"] == "stored", answer)
    return [(run["from"], run["to"], run["outcome"]) for run in answer["items"]]


def swipe_members(kiosk: Kiosk) -> dict:
    """A good swipe of no round, as members."""
    event = kiosk.swipe({"kind": "none", "number": nobody()})
    return kiosk.journal.events.pop(int(event.split(":")[1]) - 1).members


def check_journal(report: Report, kiosk: Kiosk) -> None:
    journal = kiosk.journal
    with report.check("an event is created, durable, and answered with the watermark"):
        answer = kiosk.send()[0]
        equal(sorted(answer), ["edgeTime", "epoch", "items", "outcome", "verdicts", "watermark"])
        equal((outcomes(answer), answer["watermark"]), ([(1, 1, "created")], 1))
        equal((answer["epoch"], answer["verdicts"]), (kiosk.epoch, []))
    with report.check("unfiled swipes sealed to the intake key are created"):
        kiosk.swipe({"kind": "id", "number": invented_id(1), "name": "测一"})
        kiosk.swipe({"kind": "staff", "number": "127", "name": None})
        equal(outcomes(kiosk.send()[0]), [(2, 3, "created")])
    with report.check("the same batch again exists, in one run"):
        equal(outcomes(kiosk.post(journal.events)), [(1, 3, "exists")])
    with report.check("a batch of known and new events is answered in runs"):
        kiosk.swipe({"kind": "none", "number": nobody()})
        equal(outcomes(kiosk.post(journal.events)), [(1, 3, "exists"), (4, 4, "created")])
    with report.check("a batch that begins too late is a gap, told with the watermark"):
        for _ in range(2):
            kiosk.swipe({"kind": "none", "number": nobody()})
        answer = kiosk.post(journal.events[5:])
        equal((answer["outcome"], answer["watermark"], answer["epoch"]), ("gap", 4, kiosk.epoch))
        equal(outcomes(kiosk.send()[0]), [(5, 6, "created")])
    _check_bad_bodies(report, kiosk)
    _check_freedom(report, kiosk)
    _check_hashes(report, kiosk)
    _check_conflict(report, kiosk)


def _check_bad_bodies(report: Report, kiosk: Kiosk) -> None:
    journal, good = kiosk.journal, swipe_members(kiosk)
    bad = {
        "a member that is not named": {**good, "more": 1},
        "a value beyond its bounds": {**good, "station": 1000},
        "a number with a fraction": {**good, "wallTime": 1.5},
    }
    for name, members in bad.items():
        with report.check(f"{name} is kept as invalid"):
            place = journal.append_raw(body_bytes(members)).sequence
            equal(outcomes(kiosk.send()[0]), [(place, place, "invalid")])
    with report.check("a body that is no JSON is kept as invalid"):
        place = journal.append_raw(b"no json").sequence
        equal(outcomes(kiosk.send()[0]), [(place, place, "invalid")])
    with report.check("a member that is missing is kept as invalid"):
        place = journal.append_raw(body_bytes({k: v for k, v in good.items() if k != "shown"})).sequence
        equal(outcomes(kiosk.send()[0]), [(place, place, "invalid")])
    for name, change in (("version", {"version": 2}), ("type", {"type": "photographed"})):
        with report.check(f"a {name} this edge does not know is kept as not-understood"):
            place = journal.append_raw(body_bytes({**good, **change})).sequence
            equal(outcomes(kiosk.send()[0]), [(place, place, "not-understood")])
    with report.check("what is invalid is held: again it exists"):
        equal(outcomes(kiosk.post(journal.events[-1:])), [(place, place, "exists")])


def _check_freedom(report: Report, kiosk: Kiosk) -> None:
    """What the page leaves to whoever writes the bytes."""
    journal = kiosk.journal
    with report.check("order of members and blanks of a body are free"):
        kiosk.swipe({"kind": "none", "number": nobody()})
        last = journal.events.pop()
        body = json.dumps(dict(reversed(last.members.items())), indent=1, ensure_ascii=True).encode()
        journal.append_raw(body, last.sealed)
        equal(outcomes(kiosk.send()[0]), [(last.sequence, last.sequence, "created")])
    with report.check("a second installed is created"):
        place = kiosk.install(None).sequence
        equal(outcomes(kiosk.send()[0]), [(place, place, "created")])


def _check_hashes(report: Report, kiosk: Kiosk) -> None:
    journal = kiosk.journal
    with report.check("hashes are told in the order asked, null where nothing is held"):
        about = {"install": journal.install, "sequences": [3, 1, 999_999]}
        answer = kiosk.connection.ask("hashes", about)
        equal(answer, {"hashes": [journal.events[2].hash.hex(), journal.events[0].hash.hex(), None]})
    with report.check("of an unknown install no hash is told"):
        about = {"install": Journal().install, "sequences": [1]}
        equal(kiosk.connection.ask("hashes", about), {"hashes": [None]})
    with report.check("more than 64 sequences are refused as invalid"):
        about = {"install": journal.install, "sequences": list(range(1, 66))}
        equal(kiosk.connection.ask("hashes", about)["code"], "invalid")


def _check_conflict(report: Report, kiosk: Kiosk) -> None:
    journal = kiosk.journal
    with report.check("another event under a held number is a conflict, and not kept"):
        place = len(journal.events)
        other = journal.copy(place - 1)
        other.append_raw(body_bytes(swipe_members(kiosk)))
        equal(outcomes(kiosk.post(other.events[-1:])), [(place, place, "conflict")])
        equal(outcomes(kiosk.post(journal.events[-1:])), [(place, place, "exists")])
    with report.check("a hash that does not follow is broken, and nothing from it on is stored"):
        whole = journal.copy(len(journal.events))
        whole.append_raw(body_bytes(swipe_members(kiosk)))
        event = whole.events[-1]
        changed = Event(event.sequence, event.body, event.sealed, secrets.token_bytes(32))
        answer = kiosk.post([changed])
        equal((answer["outcome"], answer["at"]), ("broken", event.sequence))
        equal(answer["watermark"], len(journal.events))
        require(answer["code"] != "" and answer["message"] != "", answer)


def check_limits(report: Report, kiosk: Kiosk) -> None:
    """Batches beyond the limits of `events`, on a connection that stays."""
    kiosk.online()
    journal = kiosk.journal
    with report.check("a connection cut goes on where the welcome says"):
        kiosk.swipe({"kind": "none", "number": nobody()})
        kiosk.connection.close()
        answer = kiosk.online()
        equal(answer["watermark"]["sequence"], len(journal.events) - 1)
        equal(answer["watermark"]["hash"], journal.events[-2].hash.hex())
        equal(outcomes(kiosk.send()[0])[0][2], "created")
    with report.check("501 events are refused, 500 are stored"):
        begin = len(journal.events)
        for _ in range(BATCH_EVENTS_MAX + 1):
            kiosk.append("unreadable", {"attempts": 1})
        answer = kiosk.post(journal.events[begin:])
        equal((answer["outcome"], answer["code"]), ("refused", "invalid"))
        answers = kiosk.send()
        equal([outcomes(one)[0][2] for one in answers], ["created", "created"])
        equal(kiosk.watermark, begin + BATCH_EVENTS_MAX + 1)
    with report.check("a batch beyond 768 KiB is refused, and the connection stays"):
        whole = journal.copy(len(journal.events))
        body = body_bytes(swipe_members(kiosk)).ljust(BODY_BYTES_MAX)
        while len(batch_bytes(whole.events[len(journal.events) :])) <= BATCH_BYTES_MAX:
            whole.append_raw(body)
        answer = kiosk.post(whole.events[len(journal.events) :])
        equal((answer["outcome"], answer["code"]), ("refused", "invalid"))
        equal(sorted(kiosk.status()), ["edgeTime"])
    _check_lengths(report, kiosk)


def _check_lengths(report: Report, kiosk: Kiosk) -> None:
    journal, good = kiosk.journal, swipe_members(kiosk)

    def tried(body: bytes, sealed: bytes = b"", cut: int = 0) -> dict:
        """The answer to one more event, which is kept only where it was stored."""
        event = journal.append_raw(body, sealed)
        data = batch_bytes([event])
        answer = kiosk.post([event], data=data[: len(data) - cut])
        if answer["outcome"] != "stored":
            journal.events.pop()
        return answer

    with report.check("a body of 65,536 bytes is stored, one more and none are refused"):
        equal(outcomes(tried(body_bytes(good).ljust(BODY_BYTES_MAX)))[0][2], "created")
        for body in (body_bytes(good).ljust(BODY_BYTES_MAX + 1), b""):
            equal(tried(body)["code"], "invalid")
    with report.check("a sealed part beyond 4,096 bytes and a batch cut short are refused"):
        equal(tried(body_bytes(good), bytes(SEALED_BYTES_MAX + 1))["code"], "invalid")
        equal(tried(body_bytes(good), cut=3)["code"], "invalid")
    with report.check("a sealed part that is not the body's is broken, and so is one no body names"):
        equal((tried(body_bytes(good), b"x" * 128)["code"]), "sealed")
        place = {**kiosk.place(), "bootId": journal.boot_id, "by": None, "origin": None}
        card = {"type": "unreadable", "version": 1, **place, "wallTime": 0, "monotonicTime": 0}
        equal(tried(body_bytes({**card, "attempts": 1}), b"x" * 128)["code"], "sealed-not-named")
    with report.check("a swipe without its sealed part is stored, and is not given one later"):
        sealed = seal(b" " * 128, kiosk.intake_key)
        body = body_bytes({**good, "sealed": sha256_hex(sealed)})
        equal(outcomes(tried(body))[0][2], "created")
        last = journal.events[-1]
        again = Event(last.sequence, last.body, sealed, last.hash)
        equal(outcomes(kiosk.post([again]))[0][2], "exists")
    with report.check("a sealed part as long as may be is created"):
        sealed = seal(b" " * (SEALED_BYTES_MAX - 48), kiosk.intake_key)
        body = body_bytes({**good, "sealed": sha256_hex(sealed)})
        equal((len(sealed), outcomes(tried(body, sealed))[0][2]), (SEALED_BYTES_MAX, "created"))
