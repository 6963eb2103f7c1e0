"""The vectors of the page, worked through without an edge (section 10)."""

import json
import re
from pathlib import Path

import folding
from boxes import open_seal, public_key, secretbox, unwrap_round_key, wrapping_key
from folding import credential_key, padded, sealed_part
from journal import Event, batch_bytes, event_hash
from kiosk import counted_entries
from report import Report, equal, require

PAGE = Path(__file__).resolve().parents[2] / "docs" / "protocol.md"


def page_vectors(page: Path) -> dict:
    blocks = re.findall("```json\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(blocks[-1])


def canonical(given: dict) -> str | None:
    if given["kind"] == "staff":
        return folding.staff_number(given["given"])
    if given["kind"] == "id":
        return folding.id_number(given["given"])
    if given["kind"] == "physical":
        return folding.physical_number(given["given"])
    return folding.document_number(given["type"], given["given"])


def _check_numbers(report: Report, vectors: dict) -> None:
    round_key = bytes.fromhex(vectors["roundKey"])
    with report.check("credential keys follow from kind and number"):
        for known in vectors["credentialKeys"]:
            equal(credential_key(round_key, known["kind"], known["canonical"]), known["key"])
    with report.check("numbers however written fold to one form and key"):
        for given in vectors["numbers"]:
            number = canonical(given)
            equal(number, given["canonical"])
            if number is not None:
                equal(credential_key(round_key, given["kind"], number), given["key"])
    with report.check("an ID number of 15 digits becomes the one of 18"):
        equal(folding.id_number("110199751103008"), "11019919751103008X")


def _check_sealed(report: Report, vectors: dict) -> None:
    sealed, secret_key = vectors["sealed"], bytes.fromhex(vectors["boxSecretKey"])
    with report.check("plain parts are filled up to multiples of 128 bytes"):
        for length in vectors["padding"]:
            equal(len(padded(b"x" * length["jsonLength"])), length["plainLength"])
    with report.check("the public key belongs to the secret one"):
        equal(public_key(secret_key).hex(), vectors["boxPublicKey"])
    with report.check("the sealed part opens to its person"):
        plain = open_seal(bytes.fromhex(sealed["sealed"]), secret_key)
        equal(plain.hex(), sealed["plain"])
        equal(json.loads(plain.rstrip(b" ")), sealed["person"])
    with report.check("a part sealed here opens again and is as long as the page's"):
        mine = sealed_part(sealed["person"], public_key(secret_key))
        equal(len(mine), sealed["sealedLength"])
        equal(open_seal(mine, secret_key).hex(), sealed["plain"])
    code = vectors["openingCode"]
    with report.check("the opening code unwraps the round key, another code does not"):
        equal(unwrap_round_key(code["code"], code).hex(), vectors["roundKey"])
        try:
            unwrap_round_key("0123456780", code)
        except ValueError:
            pass
        else:
            require(False, "another code opened it")
    with report.check("the round key wraps to the bytes of the page"):
        nonce, key = bytes.fromhex(code["box"])[:24], wrapping_key(code["code"], code)
        wrapped = nonce + secretbox(bytes.fromhex(vectors["roundKey"]), nonce, key)
        equal(wrapped.hex(), code["box"])


def _check_events(report: Report, vectors: dict) -> None:
    install = vectors["install"]
    with report.check("event hashes chain as the formula says"):
        for event in vectors["events"]:
            body, previous = event["body"].encode(), bytes.fromhex(event["previous"])
            equal(folding.sha256_hex(body), event["bodyHash"])
            equal(event_hash(previous, install, event["sequence"], body).hex(), event["hash"])
    with report.check("the batch is the events byte for byte"):
        sealed = [b"", bytes.fromhex(vectors["sealed"]["sealed"])]
        events = [
            Event(event["sequence"], event["body"].encode(), part, bytes.fromhex(event["hash"]))
            for event, part in zip(vectors["events"], sealed)
        ]
        equal(batch_bytes(events).hex(), vectors["batch"]["bytes"])
        equal(json.loads(events[1].body)["sealed"], folding.sha256_hex(sealed[1]))
    with report.check("counted entries are read"):
        counted = vectors["counted"]
        first, second = counted_entries(bytes.fromhex(counted["entries"]))
        equal(first[0], vectors["credentialKeys"][0]["key"])
        equal((first[2], counted["tubes"][first[3] - 1]), (2, "0000017"))
        equal((second[2], second[3]), (0, 0))


def check_vectors(report: Report) -> None:
    vectors = page_vectors(PAGE)
    _check_numbers(report, vectors)
    _check_sealed(report, vectors)
    _check_events(report, vectors)
