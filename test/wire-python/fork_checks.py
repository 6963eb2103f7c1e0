"""Journals that part, change hands, or lose their pairing (sections 2, 3 and 9)."""

import time
from typing import Any

from folding import nobody
from journal import EMPTY_HASH, Journal, head_of
from journal_checks import outcomes
from kiosk import DEVICE, Kiosk, redeem
from lead import Lead
from pairing_checks import refusal
from report import Report, equal, require
from round_checks import all_created, paired

STATION = 911
EMPTY = head_of(0, EMPTY_HASH)


def _filled(kiosk: Kiosk, count: int) -> Kiosk:
    """Connected, with so many more swipes, all held by the edge."""
    kiosk.online()
    for _ in range(count):
        kiosk.swipe({"kind": "none", "number": nobody()})
    all_created(kiosk)
    return kiosk


def last_common(kiosk: Kiosk) -> int:
    """Bisects by `hashes` for the last event both hold."""
    low, high = 0, len(kiosk.journal.events)
    while low < high:
        middle = (low + high + 1) // 2
        about = {"install": kiosk.journal.install, "sequences": [middle]}
        (held,) = kiosk.connection.ask("hashes", about)["hashes"]
        if held == kiosk.journal.events[middle - 1].hash.hex():
            low = middle
        else:
            high = middle - 1
    return low


def begin_anew(kiosk: Kiosk, common: int) -> None:
    """A new install behind the last common event; what came after it is appended anew with its origin."""
    old = kiosk.journal
    hash_ = old.events[common - 1].hash if common > 0 else EMPTY_HASH
    kiosk.journal = Journal()
    kiosk.install({"install": old.install, **head_of(common, hash_)})
    for event in old.events[max(common, 1) :]:
        members = event.members
        own = {"event": old.event_id(event.sequence), "hash": event.hash.hex()}
        kiosk.journal.append(members["type"], {**members, "origin": own}, {}, event.sealed)


def check_forks(report: Report, address_kiosk: Kiosk) -> None:
    """Forks of the journals of one pairing; each journal is an install of its own."""

    def another(count: int) -> Kiosk:
        given = address_kiosk
        pairing = {"token": given.token, "station": given.station, "intakeKey": given.intake_key.hex()}
        return _filled(Kiosk(given.address, pairing), count)

    with report.check("another hash at a held number is a fork"):
        kiosk = another(4)
        old = kiosk.journal
        kiosk.journal = old.copy(3)
        for _ in range(2):
            kiosk.journal.append_raw(b"another life")
        kiosk.connect()
        answer = kiosk.hello()
        equal((answer["outcome"], answer["reason"]), ("fork", "other-hash"))
        equal(answer["watermark"], old.head)
        equal(sorted(answer), ["outcome", "reason", "watermark"])
    with report.check("a journal set back behind what is held is a fork"):
        kiosk = another(4)
        kiosk.journal = kiosk.journal.copy(2)
        kiosk.connect()
        answer = kiosk.hello()
        equal((answer["outcome"], answer["reason"]), ("fork", "beyond-head"))
    _check_recovery(report, another)
    _check_second(report, another)


def _check_recovery(report: Report, another: Any) -> None:
    kiosk = another(5)
    with report.check("bisecting by hashes finds the last event in common"):
        kiosk.journal = kiosk.journal.copy(3)
        for _ in range(3):
            kiosk.swipe({"kind": "none", "number": nobody()})
        kiosk.connect()
        equal(kiosk.hello()["outcome"], "fork")
        equal(last_common(kiosk), 3)
    with report.check("a new install with parent and origins goes on where they parted"):
        begin_anew(kiosk, 3)
        first, second = kiosk.journal.events[0].members, kiosk.journal.events[1].members
        equal((first["parent"]["sequence"], second["origin"]["event"].split(":")[1]), (3, "4"))
        answer = kiosk.hello()
        equal((answer["outcome"], answer["watermark"]), ("welcome", EMPTY))
        equal(outcomes(kiosk.send()[0]), [(1, 4, "created")])
    with report.check("a journal that has grown since it parted is welcomed, and its next batch broken"):
        kiosk = another(3)
        old, kiosk.journal = kiosk.journal, kiosk.journal.copy(2)
        for _ in range(4):
            kiosk.swipe({"kind": "none", "number": nobody()})
        kiosk.connect()
        answer = kiosk.hello()
        equal((answer["outcome"], answer["watermark"]), ("welcome", old.head))
        require(kiosk.journal.events[3].hash.hex() != answer["watermark"]["hash"], answer)
        answer = kiosk.send()[0]
        equal((answer["outcome"], answer["at"], answer["watermark"]), ("broken", 5, 4))
        equal(last_common(kiosk), 2)
    with report.check("nothing follows a fork, and its events are refused without a hello"):
        kiosk = another(2)
        whole, kiosk.journal = kiosk.journal, kiosk.journal.copy(1)
        since = len(kiosk.connect().messages)
        equal(kiosk.hello()["outcome"], "fork")
        equal(kiosk.post(whole.events)["code"], "no-hello")
        answer = kiosk.connection.ask("status", kiosk.status_message())
        equal((answer["outcome"], answer["code"]), ("refused", "no-hello"))
        equal(kiosk.connection.messages[since:], [])


def _check_second(report: Report, another: Any) -> None:
    with report.check("of two connections with one journal one is told of the other"):
        kiosk = another(1)
        first = kiosk.connection
        kiosk.connection = None
        kiosk.connect()
        answer = kiosk.hello()
        kiosk.swipe({"kind": "none", "number": nobody()})
        seen = (answer["outcome"], answer.get("reason"), first.told_to_leave, first.closed.is_set())
        first.close()
        equal(seen, ("fork", "second-connection", False, False))
        deadline = time.monotonic() + 10
        while (answer := kiosk.hello())["outcome"] != "welcome" and time.monotonic() < deadline:
            time.sleep(0.1)
        equal(answer["outcome"], "welcome")


def pairing_id(lead: Lead, station: int) -> str:
    pairings = lead.do("GET", "/pairings")["pairings"]
    mine = [pairing for pairing in pairings if pairing["station"] == station]
    return max(mine, key=lambda pairing: pairing["redeemedAt"])["id"]


def check_pairings(report: Report, lead: Lead) -> None:
    """Paired anew, revoked, and a journal that changes hands."""
    kiosk = _filled(paired(lead, STATION), 2)
    old_token = kiosk.token
    with report.check("paired anew with its token, the journal goes on"):
        anew = redeem(lead.address, lead.pairing(STATION + 1)["secret"], old_token)
        kiosk = Kiosk(lead.address, anew, kiosk.journal)
        kiosk.connect()
        answer = kiosk.hello()
        equal((answer["outcome"], answer["watermark"]), ("welcome", kiosk.journal.head))
        equal(answer["station"], STATION + 1)
    with report.check("the token named in previous is revoked"):
        equal(refusal(lead.address, {"token": old_token, "protocol": 1}).message, "revoked")
    with report.check("of a journal of another pairing nothing is told"):
        stranger = _filled(paired(lead, STATION + 2), 1)
        about = {"install": kiosk.journal.install, "sequences": [1, 2]}
        equal(stranger.connection.ask("hashes", about), {"hashes": [None, None]})
        answer = stranger.hello(install=kiosk.journal.install, head=kiosk.journal.head)
        equal((answer["outcome"], answer["reason"]), ("fork", "second-connection"))
        equal(answer["watermark"], EMPTY)
    with report.check("a pairing revoked while connected ends the connection, and the next is refused"):
        held = len(kiosk.journal.events)
        connection = kiosk.connection
        lead.revoke(pairing_id(lead, STATION + 1))
        require(connection.closed.wait(10), "the connection stays")
        equal(connection.told_to_leave, True)
        refused = refusal(lead.address, {"token": kiosk.token, "protocol": 1})
        equal(refused.message, "revoked")
        require(refused.data.get("words"), refused.data)
    _check_claims(report, lead, kiosk, held)


def _claim(lead: Lead, install: str) -> dict:
    claims = lead.do("GET", "/journal-claims")["claims"]
    return next(claim for claim in claims if claim["install"] == install)


def _check_claims(report: Report, lead: Lead, revoked: Kiosk, held: int) -> None:
    def asking(kiosk: Kiosk, station: int) -> Kiosk:
        pairing = redeem(lead.address, lead.pairing(station)["secret"], kiosk.token)
        anew = Kiosk(lead.address, pairing, kiosk.journal)
        anew.connect()
        return anew

    def answer_claim(kiosk: Kiosk, continues: bool) -> None:
        claim = _claim(lead, kiosk.journal.install)
        equal((claim["device"], claim["events"]), (DEVICE, held))
        path = f"/journal-claims/{claim['install']}/{claim['pairing']}"
        lead.do("POST", path, {"continues": continues, "reason": "问过现场"})

    def decided(kiosk: Kiosk) -> dict:
        answer = kiosk.hello()
        deadline = time.monotonic() + 10
        while answer["outcome"] == "refused" and time.monotonic() < deadline:
            time.sleep(0.1)
            answer = kiosk.hello()
        return answer

    with report.check("a revoked token proves nothing: unproven until the lead has decided"):
        kiosk = asking(revoked, STATION + 3)
        answer = kiosk.hello()
        equal((answer["outcome"], answer["code"]), ("refused", "unproven"))
        require(answer["message"] != "", answer)
        answer_claim(kiosk, True)
        equal(decided(kiosk)["outcome"], "welcome")
        equal(kiosk.watermark, held)
    with report.check("where the lead says no, the journal begins anew behind nothing in common"):
        lead.revoke(pairing_id(lead, STATION + 3))
        kiosk = asking(kiosk, STATION + 4)
        equal(kiosk.hello()["outcome"], "refused")
        answer_claim(kiosk, False)
        answer = decided(kiosk)
        equal((answer["outcome"], answer["reason"]), ("fork", "other-pairing"))
        equal(answer["watermark"], EMPTY)
        equal(last_common(kiosk), 0)
        begin_anew(kiosk, 0)
        equal(kiosk.hello()["outcome"], "welcome")
        equal(outcomes(kiosk.send()[0]), [(1, held, "created")])
