"""An edge that was set back: a new epoch, and what it lost is delivered again (sections 3 and 8)."""

from folding import nobody
from journal_checks import outcomes
from kiosk import Counted
from lead import Lead
from report import Report, equal, require
from round_checks import all_created, ordinals, paired, person

STATION = 921


def _asked(words: str) -> None:
    """Has somebody do what no kiosk can, and waits for a line that says it is done."""
    print(f"please {words}, then press Enter", flush=True)
    input()


def check_restore(report: Report, lead: Lead) -> None:
    kiosk = paired(lead, STATION)
    round_id = lead.round("第5轮", [(STATION, "before")], 1)["id"]
    lead.state(round_id, "open")
    kiosk.online()
    kiosk.open_tube("R-0001")
    ordinals(kiosk, [person(1), person(2)])
    all_created(kiosk)
    held, before, counted = len(kiosk.journal.events), kiosk.epoch, Counted()
    _asked("back the edge up")
    ordinals(kiosk, [person(3)])
    kiosk.swipe({"kind": "none", "number": nobody()})
    all_created(kiosk)
    last = kiosk.journal.events[-2].members["credential"]["key"]

    def tells(name: str, data: dict) -> bool:
        return name == "counted" and data["round"] == round_id and last in data["entries"].hex()

    kiosk.connection.until(tells)
    for name, data in kiosk.connection.messages:
        if name == "counted" and data["round"] == round_id:
            counted.apply(data)
    earlier = counted.number
    _asked("set the edge back to that backup and start it again at this address")
    with report.check("an edge set back has a new epoch and the watermark of its backup"):
        kiosk.connect()
        about = {"epoch": counted.epoch, "round": round_id, "number": counted.number}
        answer = kiosk.hello(counted=about)
        equal((answer["outcome"], answer["watermark"]["sequence"]), ("welcome", held))
        equal(answer["watermark"]["hash"], kiosk.journal.events[held - 1].hash.hex())
        require(kiosk.epoch != before, before)
    with report.check("what it lost is delivered again"):
        equal(outcomes(kiosk.send()[0]), [(held + 1, held + 2, "created")])
        equal(outcomes(kiosk.post(kiosk.journal.events)), [(1, held + 2, "exists")])
    with report.check("counted of the new epoch begins with everything, numbered above the old"):
        full = kiosk.connection.until(lambda name, data: name == "counted" and data["round"] == round_id)
        equal((full["full"], full["epoch"]), (True, kiosk.epoch))
        require(full["number"] > earlier, (full["number"], earlier))
        equal(counted.apply({**full, "full": False}), "ask")
        equal(counted.apply(full), "applied")
    with report.check("what was delivered again is counted again"):
        kiosk.connection.until(tells)
        ladder = lead.do("GET", f"/rounds/{round_id}/ladder")
        equal((ladder["people"], ladder["swipes"]), (4, 4))
