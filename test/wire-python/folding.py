"""Numbers of people: their canonical form, their key, and the part that is sealed (section 6)."""

import hashlib
import hmac
import json
import re
import secrets

from boxes import seal

_BLANKS = (
    set(range(0x09, 0x0E))
    | {0x20, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF}
    | set(range(0x2000, 0x200C))
)
_INVISIBLE = set(range(0x200C, 0x2010)) | set(range(0x202A, 0x202F)) | {0x2060}
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
STAFF_NUMBER_MAX = 40
PADDING = 128


def folded(text: str) -> str:
    narrow = (chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)
    return "".join(c for c in narrow if ord(c) not in _BLANKS).upper()


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def staff_number(text: str) -> str | None:
    number = folded(text)
    if not 1 <= utf16_length(number) <= STAFF_NUMBER_MAX:
        return None
    return number[:-1].lstrip("0") + number[-1]


def id_number(text: str) -> str | None:
    number = "".join(c for c in folded(text) if ord(c) not in _INVISIBLE)
    number = re.sub("^['‘’`]", "", number)
    if re.fullmatch(r"\d{15}", number, re.ASCII):
        seventeen = number[:6] + "19" + number[6:]
        number = seventeen + check_digit(seventeen)
    return number if re.fullmatch(r"\d{17}[\dX]", number, re.ASCII) else None


def check_digit(seventeen: str) -> str:
    """The last character of an 18-digit number (GB 11643-1999)."""
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, _ID_WEIGHTS))
    return "10X98765432"[total % 11]


def physical_number(text: str) -> str | None:
    number = folded(text)
    return number if re.fullmatch("[0-9A-F]{16}", number) else None


def document_number(kind: str, text: str) -> str | None:
    kind, number = folded(kind), folded(text)
    whole = f"{kind}/{number}"
    fits = kind != "" and number != "" and "/" not in kind and utf16_length(whole) <= 40
    return whole if fits else None


def credential_key(round_key: bytes, kind: str, canonical: str) -> str:
    message = kind.encode() + b"\x00" + canonical.encode()
    return hmac.digest(round_key, message, "sha256")[:16].hex()


def padded(plain: bytes) -> bytes:
    return plain + b" " * (-len(plain) % PADDING)


def sealed_part(person: dict, recipient: bytes) -> bytes:
    """The person as `sealed` bytes; what the JSON holds is the caller's."""
    return seal(padded(json.dumps(person, ensure_ascii=False, separators=(",", ":")).encode()), recipient)


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def nobody() -> str:
    """The number of a person without a document (`none`)."""
    return secrets.token_hex(16)


def invented_id(n: int) -> str:
    """The ID number of an invented person."""
    seventeen = f"110199{1950 + n % 50}{1 + n % 12:02}{1 + n % 28:02}{n % 1000:03}"
    return seventeen + check_digit(seventeen)
