"""Rounds: told, rehearsed, opened, chosen, settled (sections 3, 5 and 6)."""

from typing import Any

from boxes import unwrap_round_key
from folding import invented_id
from journal_checks import outcomes
from kiosk import Kiosk, earliest, redeem
from lead import Lead
from report import Report, equal, require

BEFORE, ALSO_BEFORE, AFTER, IDLE = 901, 902, 903, 904
PATTERN = {"length": 6, "prefix": "T", "check": "none"}


def person(n: int) -> dict:
    return {"kind": "id", "number": invented_id(n), "name": f"测{n}"}


def paired(lead: Lead, station: int, previous: str | None = None) -> Kiosk:
    return Kiosk(lead.address, redeem(lead.address, lead.pairing(station)["secret"], previous))


def told_round(told: dict, round_id: str) -> dict | None:
    return next((round_ for round_ in told["rounds"] if round_["info"]["round"] == round_id), None)


def state_told(kiosk: Kiosk, round_id: str, state: str, since: int) -> dict:
    """Waits for `rounds` that tell the round in this state."""

    def fits(name: str, data: Any) -> bool:
        found = told_round(data, round_id) if name == "rounds" else None
        return found is not None and found["info"]["state"] == state

    return kiosk.connection.until(fits, since)


def last_shown(kiosk: Kiosk) -> tuple[str, int | None]:
    members = kiosk.journal.events[-1].members
    return members["shown"], members["ordinal"]


def ordinals(kiosk: Kiosk, people: list[dict]) -> list[tuple[str, int | None]]:
    shown = []
    for somebody in people:
        kiosk.swipe(somebody)
        shown.append(last_shown(kiosk))
    return shown


def all_created(kiosk: Kiosk) -> dict:
    """Sends what waits; each event must be created. The last answer."""
    answers = kiosk.send()
    require(answers != [], "nothing was sent")
    for answer in answers:
        equal({outcome for _, _, outcome in outcomes(answer)}, {"created"})
    return answers[-1]


class Site:
    """Three kiosks and the round they record for."""

    def __init__(self, lead: Lead) -> None:
        self.lead = lead
        self.one = paired(lead, BEFORE)
        self.two = paired(lead, ALSO_BEFORE)
        self.after = paired(lead, AFTER)
        self.earlier = ""
        self.round = ""
        for kiosk in (self.one, self.two, self.after):
            equal(kiosk.online()["outcome"], "welcome")
            all_created(kiosk)


def check_rounds(report: Report, lead: Lead) -> Site:
    site = Site(lead)
    _check_draft(report, site)
    _check_rehearsal(report, site)
    _check_opened(report, site)
    return site


def _check_draft(report: Report, site: Site) -> None:
    one, lead = site.one, site.lead
    with report.check("a round planned is told at once, as the lead fixed it"):
        since = len(one.connection.messages)
        made = lead.round("第4轮", [(BEFORE, "before"), (ALSO_BEFORE, "before"), (AFTER, "after")], 3)
        site.round = made["id"]
        told = told_round(state_told(one, site.round, "draft", since), site.round)
        definition = told["info"]["definition"]
        members = ["capacity", "expectedBasis", "name", "sessions", "stations", "tubeMode"]
        equal(sorted(definition), members)
        equal((definition["name"], definition["tubeMode"]), ("第4轮", "codes"))
        equal(one.place()["phase"], "test")
        equal(one.place()["stand"], "before")
    with report.check("the opening code unwraps the key that rounds tell"):
        told = told_round(one.told, site.round)
        code = lead.do("GET", f"/rounds/{site.round}")["openingCode"]
        equal(unwrap_round_key(code, told["info"]["wrappedKey"]).hex(), told["key"])
    with report.check("no tube patterns are told where no round has one"):
        equal([name for name, _ in one.connection.messages if name == "tube-patterns"], [])
    with report.check("a round with a fixed pattern is followed by the patterns"):
        since = len(one.connection.messages)
        stations = [(BEFORE, "before"), (IDLE, "before")]
        site.earlier = lead.round("第3轮", stations, 9, tubePattern=PATTERN)["id"]
        patterns = one.connection.until(lambda name, _: name == "tube-patterns", since)
        equal(patterns, {"patterns": [{"round": site.earlier, "pattern": PATTERN}]})
        names = [name for name, _ in one.connection.messages[since:]]
        equal(names.index("tube-patterns"), names.index("rounds") + 1)
    with report.check("of two drafts the one that begins later is recorded for"):
        equal(len(one.told["rounds"]), 2)
        equal(one.place()["round"], site.round)
    with report.check("rounds are told the newest first, not the one that begins last"):
        equal([told["info"]["round"] for told in one.told["rounds"]], [site.earlier, site.round])
        require(earliest(one.told["rounds"][0]) < earliest(one.told["rounds"][1]), one.told["rounds"])


def _check_rehearsal(report: Report, site: Site) -> None:
    one = site.one
    with report.check("swipes of a rehearsal count on, repeats have no ordinal"):
        seen = ordinals(one, [person(1), person(2), person(1), person(3)])
        equal(seen, [("test", 1), ("test", 2), ("test", None), ("test", 3)])
        equal(all_created(one)["verdicts"], [])
    with report.check("a rehearsal's tube takes places of its own"):
        one.open_tube("TEST-1")
        equal(ordinals(one, [person(4), person(4)]), [("test", 4), ("test", None)])
        one.seal_tube(4)
        all_created(one)


def _check_opened(report: Report, site: Site) -> None:
    one, lead = site.one, site.lead
    with report.check("an opened round is told, and what it counts from then on, all of it"):
        since = len(one.connection.messages)
        lead.state(site.round, "open")
        state_told(one, site.round, "open", since)
        first = one.connection.until(
            lambda name, data: name == "counted" and data["round"] == site.round, since
        )
        equal(first["full"], True)
        equal((first["entries"], first["removals"], first["tubes"]), (b"", b"", []))
        equal(first["epoch"], one.epoch)
        equal(sorted(first), ["entries", "epoch", "full", "number", "removals", "round", "tubes"])
    with report.check("the open round comes before any draft, and counts"):
        lead.state(site.earlier, "open")
        state_told(one, site.earlier, "open", since)
        equal((one.place()["round"], one.place()["phase"]), (site.round, "open"))
    with report.check("the first swipe of the open round begins at 1 again"):
        one.open_tube("T-0001")
        equal(ordinals(one, [person(1)]), [("counted", 1)])
        all_created(one)


def check_settling(report: Report, site: Site) -> None:
    """Late entries, the end of a round, and a round that is told no more."""
    one, lead = site.one, site.lead
    late = paired(lead, AFTER)
    late.online()
    since = len(one.connection.messages)
    with report.check("an open round comes before one that is settling"):
        lead.state(site.earlier, "settling")
        state_told(one, site.earlier, "settling", since)
        equal((one.place()["round"], one.place()["phase"]), (site.round, "open"))
    with report.check("who took part stays on a settling round until it has ended it"):
        lead.state(site.round, "settling")
        state_told(one, site.round, "settling", since)
        equal((one.place()["round"], one.place()["phase"]), (site.round, "open"))
        if one.tube is not None:
            one.seal_tube(None)
        one.append("round-ended", {})
        equal((one.place()["round"], one.place()["phase"]), (None, "unfiled"))
        all_created(one)
    with report.check("who took no part does not record for a settling round"):
        state_told(late, site.round, "settling", 0)
        equal((late.place()["round"], late.place()["phase"]), (None, "unfiled"))
    with report.check("a closed round is told no more"):
        one.append("round-ended", {}, round=site.earlier, stand="before", phase="open")
        all_created(one)
        one.status()
        reason = f"{IDLE}号台没有用,早场取消"
        lead.state(site.earlier, "closed", reason=reason)
        one.connection.until(
            lambda name, data: name == "rounds" and told_round(data, site.earlier) is None, since
        )
