"""A kiosk written from docs/protocol.md alone, tried against a running edge. `--help` says how."""

import argparse
import os
import sys

sys.dont_write_bytecode = True

from counting_checks import check_counting
from fork_checks import check_forks, check_pairings
from journal_checks import check_journal, check_limits
from kiosk import Kiosk
from lead import Lead
from line import Address
from pairing_checks import (
    Silence,
    check_connections,
    check_pairing,
    check_requests,
    check_size,
    check_tries,
)
from report import Report
from restore_checks import check_restore
from round_checks import check_rounds, check_settling
from vector_checks import check_vectors


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edge", required=True, help="https://host:port, or http:// on loopback")
    parser.add_argument("--fingerprint", required=True, help="64 hex digits of the pairing, - for http")
    parser.add_argument("--secret", help="of a pairing made at the board; a lead given makes one")
    parser.add_argument(
        "--lead", help="account of a site lead, password in MUSTER_LEAD_PASSWORD: also what needs rounds"
    )
    parser.add_argument(
        "--restore", action="store_true", help="also have the edge set back: it is asked for line by line"
    )
    given = parser.parse_args()
    if given.secret is None and given.lead is None:
        parser.error("--secret or --lead is needed")
    if given.restore and given.lead is None:
        parser.error("--restore needs --lead")
    return given


def main() -> int:
    given = arguments()
    address, report = Address.of(given.edge, given.fingerprint), Report()
    lead = None
    if given.lead is not None:
        lead = Lead(address, given.lead, os.environ["MUSTER_LEAD_PASSWORD"])
    check_vectors(report)
    secret = given.secret or lead.pairing(1)["secret"]
    kiosk = Kiosk(address, check_pairing(report, address, secret))
    silence = Silence(kiosk)
    check_connections(report, kiosk)
    check_requests(report, kiosk)
    check_journal(report, kiosk)
    check_limits(report, kiosk)
    check_size(report, kiosk)
    check_forks(report, kiosk)
    if lead is not None:
        check_tries(report, lead, kiosk.station)
        site = check_rounds(report, lead)
        check_counting(report, site)
        check_settling(report, site)
        check_pairings(report, lead)
    silence.check(report)
    if given.restore:
        check_restore(report, lead)
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
