"""Tubes, repeats, what the edge has counted, the roster (sections 3, 5, 6 and 8)."""

import hashlib
import secrets
from typing import Any

from folding import credential_key, invented_id
from kiosk import Counted, Kiosk
from line import ask
from report import Report, equal, require
from round_checks import BEFORE, Site, all_created, last_shown, ordinals, person, told_round


def round_key(site: Site) -> bytes:
    return bytes.fromhex(told_round(site.one.told, site.round)["key"])


def key_of(site: Site, somebody: dict) -> str:
    return credential_key(round_key(site), somebody["kind"], somebody["number"])


def used_tube(site: Site, kiosk: Kiosk, code: str) -> Any:
    return kiosk.connection.ask("tube-used", {"round": site.round, "code": code})["used"]


def follow(site: Site, kiosk: Kiosk, counted: Counted, fits: Any, since: int = 0) -> None:
    """Applies the batches of the round that come from `since` on until `fits()`."""
    applied = 0

    def take(name: str, data: Any) -> bool:
        return name == "counted" and data["round"] == site.round

    while not fits():
        batches = [data for name, data in kiosk.connection.messages[since:] if take(name, data)]
        if applied == len(batches):
            seen = len(kiosk.connection.messages)
            kiosk.connection.until(take, seen)
            continue
        require(counted.apply(batches[applied]) != "ask", "a batch is missing")
        applied += 1


def check_counting(report: Report, site: Site) -> Counted:
    counted = Counted()
    _check_tubes(report, site)
    _check_elsewhere(report, site, counted)
    _check_numbers(report, site)
    _check_snapshots(report, site, counted)
    _check_roster(report, site)
    _check_names(report, site)
    return counted


def _check_tubes(report: Report, site: Site) -> None:
    one, two = site.one, site.two
    with report.check("a tube never opened was not used"):
        equal(used_tube(site, one, "T-9999"), None)
    with report.check("a tube in use is told with station, count and its event"):
        ordinals(one, [person(2), person(2)])
        equal(last_shown(one), ("repeat-here", None))
        all_created(one)
        used = used_tube(site, two, "T-0001")
        equal(sorted(used), ["count", "opened", "sealed", "station", "time"])
        equal((used["opened"], used["station"]), (one.tube, BEFORE))
        equal((used["sealed"], used["count"]), (False, 2))
    with report.check("who joins a tube goes on with its places"):
        two.join_tube(used)
        equal(ordinals(two, [person(3)]), [("counted", 3)])
        all_created(two)
        equal(used_tube(site, two, "T-0001")["count"], 3)
    with report.check("a sealed tube is told as sealed"):
        two.seal_tube(3)
        all_created(two)
        used = used_tube(site, one, "T-0001")
        equal((used["sealed"], used["count"]), (True, 3))
        one.tube = None
    with report.check("loose swipes and unreadables marked sampled take places"):
        seen = ordinals(one, [person(5)])
        card = one.append("unreadable", {"attempts": 3})
        one.append("unreadable-settled", {"unreadable": card, "outcome": "sampled", "swipe": None})
        seen += ordinals(one, [person(6)])
        equal(seen, [("counted", 1), ("counted", 3)])
        one.open_tube("T-0002")
        equal(len(one.journal.events[-1].members["collects"]), 3)
        equal(ordinals(one, [person(7)]), [("counted", 4)])
        all_created(one)
        # people alone: the card that could not be read has a place, but is nobody yet
        equal(used_tube(site, one, "T-0002")["count"], 3)


def _check_elsewhere(report: Report, site: Site, counted: Counted) -> None:
    one, two = site.one, site.two
    with report.check("whom another station has counted is a verdict where the kiosk did not know"):
        two.swipe(person(1))
        place = len(two.journal.events)
        equal(last_shown(two), ("counted", 1))
        (verdict,) = all_created(two)["verdicts"]
        equal((verdict["sequence"], sorted(verdict)), (place, ["repeatOf", "sequence"]))
        first = verdict["repeatOf"]
        equal((first["station"], first["tubeCode"]), (BEFORE, "T-0001"))
        equal(sorted(first), ["station", "time", "tubeCode"])
    with report.check("counted tells key, time, station and tube, batch by batch"):
        last = key_of(site, person(7))
        follow(site, two, counted, lambda: last in counted.people)
        equal(counted.people[last][1:], (BEFORE, "T-0002"))
        equal(counted.people[key_of(site, person(1))][:2], (first["time"], BEFORE))
        wall = one.journal.events[-1].members["wallTime"]
        equal(counted.people[last][0], wall)
        equal(len(counted.people), 6)
    with report.check("the kiosk itself says who was counted elsewhere, sampled again or not"):
        again = two.swipe(person(5), counted)
        equal(last_shown(two), ("repeat-elsewhere", None))
        two.append("sampled-again", {"swipe": again, "sampled": True})
        equal(ordinals(two, [person(8)]), [("counted", 3)])
        all_created(two)
    with report.check("a voided swipe is removed from counted"):
        swipe = next(id_ for id_, kept in one.places().swipes.items() if kept.key == last)
        one.append("void", {"swipe": swipe, "reason": "试刷"})
        all_created(one)
        eight = key_of(site, person(8))
        follow(site, two, counted, lambda: last not in counted.people and eight in counted.people)
        equal(len(counted.people), 6)


def _check_numbers(report: Report, site: Site) -> None:
    after, one = site.after, site.one
    with report.check("after the swab a swipe has the number at its station"):
        equal(after.place()["stand"], "after")
        seen = ordinals(after, [person(11), person(12), person(11), person(13)])
        equal(seen, [("counted", 1), ("counted", 2), ("repeat-here", None), ("counted", 3)])
        all_created(after)
    with report.check("without the round key swipes are unchecked, never repeats, and numbered"):
        one.key_known = False
        taken = one.places().taken(one.tube)
        seen = ordinals(one, [person(21), person(21)])
        equal(seen, [("unchecked", taken + 1), ("unchecked", taken + 2)])
        one.key_known = True
        equal(one.journal.events[-1].members["credential"]["key"], None)
        all_created(one)
    with report.check("a person without a number counts as one"):
        one.swipe({"kind": "none", "number": secrets.token_hex(16), "name": "无证"})
        equal(last_shown(one), ("counted", taken + 3))
        all_created(one)


def _check_snapshots(report: Report, site: Site, counted: Counted) -> None:
    two = site.two
    about = {"epoch": counted.epoch, "round": site.round, "number": counted.number}
    fresh, newest = Counted(), Counted()

    def batches(since: int) -> list[dict]:
        messages = two.connection.messages[since:]
        return [data for name, data in messages if name == "counted" and data["round"] == site.round]

    with report.check("batches are numbered without gaps from the first snapshot on"):
        last = site.one.journal.events[-1].members["credential"]["key"]
        follow(site, two, newest, lambda: last in newest.people)
        require(newest.number > counted.number, newest.number)
    with report.check("counted-since without a number sends everything"):
        since = len(two.connection.messages)
        ask_all = {"round": site.round, "number": None}
        equal(two.connection.ask("counted-since", ask_all), {"outcome": "sent"})
        full = two.connection.until(lambda name, _: name == "counted", since)
        equal((full["full"], full["removals"]), (True, b""))
        fresh.apply(full)
        equal((fresh.number, fresh.people), (newest.number, newest.people))
    with report.check("counted-since with a number sends what came after it"):
        since = len(two.connection.messages)
        ask_rest = {"round": site.round, "number": counted.number}
        equal(two.connection.ask("counted-since", ask_rest), {"outcome": "sent"})
        follow(site, two, counted, lambda: counted.number == newest.number, since)
        equal(batches(since)[0]["full"], False)
        equal(counted.people, newest.people)
    with report.check("a second hello on a connection repeats rounds and no counted"):
        since = len(two.connection.messages)
        equal(two.hello()["outcome"], "welcome")
        two.rounds_from(since)
        two.status()
        equal(batches(since), [])
    with report.check("a hello that names its last batch gets what came after it, not everything"):
        two.connect()
        equal(two.hello(counted=about)["outcome"], "welcome")
        two.connection.until(
            lambda name, data: name == "counted" and data["number"] == newest.number
        )
        require(all(batch["full"] is False for batch in batches(0)), batches(0))
        equal([batch["number"] for batch in batches(0)], list(range(about["number"] + 1, newest.number + 1)))
    with report.check("behind the welcome come rounds and counted round by round, of its station alone"):
        two.online()
        two.connection.until(lambda name, data: name == "counted" and data["round"] == site.round)
        two.status()
        told = [(name, data.get("round")) for name, data in two.connection.messages]
        equal(told, [("rounds", None)] + [("counted", r["info"]["round"]) for r in two.told["rounds"]])
        require(site.earlier not in [r["info"]["round"] for r in two.told["rounds"]], told)


def _check_roster(report: Report, site: Site) -> None:
    one, lead = site.one, site.lead
    people = [(invented_id(30 + n), f"试{name}敏", 30 + n) for n, name in enumerate("一二三四五六七八", 1)]
    rows = [f"{number},{name},冲压,甲,00{n}" for number, name, n in people]
    table = "\n".join(["number,name,workshop,team,staff_number", *rows]).encode()

    def snapshot(name: str, token: str | None) -> Any:
        return ask(one.address, "GET", f"/roster-keys/{name}", token=token)

    with report.check("a roster is told by the hash of its keys, for all its numbers"):
        since = len(one.connection.messages)
        path = f"/rounds/{site.round}/roster?reason=%E8%A1%A5"
        lead.do("PUT", path, table, "text/csv")
        one.connection.until(
            lambda name, data: name == "rounds"
            and told_round(data, site.round)["info"]["rosterKeys"] is not None,
            since,
        )
        name = told_round(one.told, site.round)["info"]["rosterKeys"]
        reply = snapshot(name, one.token)
        equal((reply.status, reply.kind), (200, "application/octet-stream"))
        equal(hashlib.sha256(reply.body).hexdigest(), name)
        keys = [reply.body[at : at + 16].hex() for at in range(0, len(reply.body), 16)]
        equal(keys, sorted(set(keys)))
        wanted = [credential_key(round_key(site), "id", number) for number, _, _ in people]
        wanted += [credential_key(round_key(site), "staff", str(n)) for _, _, n in people]
        equal(keys, sorted(wanted))
    with report.check("a roster's keys need a token, and another name is not found"):
        equal(snapshot(name, None).status, 401)
        reply = snapshot("0" * 64, one.token)
        equal((reply.status, reply.json["code"]), (404, "no-roster-keys"))
    with report.check("with the snapshot held, whoever is not on it is a walk-in"):
        one.roster = set(keys)
        known = {"kind": "staff", "number": "31", "name": None}
        seen = ordinals(one, [known, person(40)])
        equal([shown for shown, _ in seen], ["counted", "walk-in"])
        all_created(one)
    with report.check("a staff number of the roster is named in part, anything else is not"):

        def named(kind: str, number: str) -> Any:
            about = {"round": site.round, "key": credential_key(round_key(site), kind, number)}
            return one.connection.ask("roster-name", about)

        # each: the keys of a person's numbers lie in another order for every one
        equal([named("staff", str(n)) for _, _, n in people], [{"name": "试*敏"}] * len(people))
        equal(named("staff", "99"), {"name": None})
        equal(named("id", people[0][0]), {"name": None})


def _check_names(report: Report, site: Site) -> None:
    lead = site.lead
    with report.check("the lead opens names and numbers that were sealed here"):
        opened = lead.do("GET", f"/rounds/{site.round}/tubes")["tubes"]
        tube = next(tube for tube in opened if tube["code"] == "T-0001")
        people = lead.people(site.round, tube["opened"])
        names = sorted(found["name"] for found in people if found["where"] == "in")
        equal(names, ["测1", "测2", "测2", "测3"])
        equal((tube["people"], tube["swabbed"]), (3, 3))
    with report.check("the edge counts the people that were swiped here, each once"):
        ladder = lead.do("GET", f"/rounds/{site.round}/ladder")
        # 1 to 3, 5, 6, 8; three after the swab; twice unchecked, keyed by the edge; one of no number; two behind the roster
        equal(ladder["people"], 6 + 3 + 1 + 1 + 2)
        equal(ladder["voided"], 1)
