"""What libsodium calls crypto_box_seal and crypto_secretbox, from the standard library alone.

Written for clearness, not against somebody who measures times: a station for real takes a library.
"""

import hashlib
import hmac
import secrets
import struct

_PRIME = 2**255 - 19
_POLY_PRIME = 2**130 - 5
_SIGMA = b"expand 32-byte k"
_BASE_POINT = (9).to_bytes(32, "little")


def x25519(scalar: bytes, point: bytes) -> bytes:
    """The shared secret of RFC 7748: `scalar` times `point`."""
    bits = int.from_bytes(scalar, "little") & ~7 & ~(1 << 255) | (1 << 254)
    base = int.from_bytes(point, "little") & ((1 << 255) - 1)
    x2, z2, x3, z3, swap = 1, 0, base, 1, 0
    for place in range(254, -1, -1):
        bit = bits >> place & 1
        if bit != swap:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % _PRIME, b * b % _PRIME, d * a % _PRIME, c * b % _PRIME
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % _PRIME, base * (da - cb) ** 2 % _PRIME
        x2, z2 = aa * bb % _PRIME, e * (aa + 121665 * e) % _PRIME
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, _PRIME - 2, _PRIME) % _PRIME).to_bytes(32, "little")


def public_key(secret_key: bytes) -> bytes:
    return x25519(secret_key, _BASE_POINT)


def _rotated(value: int, by: int) -> int:
    value &= 0xFFFFFFFF
    return (value << by | value >> (32 - by)) & 0xFFFFFFFF


_COLUMNS = ((0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11))
_ROWS = ((0, 1, 2, 3), (5, 6, 7, 4), (10, 11, 8, 9), (15, 12, 13, 14))


def _salsa_rounds(state: list[int]) -> list[int]:
    x = list(state)
    for _ in range(10):
        for quarters in (_COLUMNS, _ROWS):
            for a, b, c, d in quarters:
                x[b] ^= _rotated(x[a] + x[d], 7)
                x[c] ^= _rotated(x[b] + x[a], 9)
                x[d] ^= _rotated(x[c] + x[b], 13)
                x[a] ^= _rotated(x[d] + x[c], 18)
    return x


def _salsa_state(key: bytes, middle: bytes) -> list[int]:
    sigma, words, mid = (struct.unpack(f"<{len(part) // 4}I", part) for part in (_SIGMA, key, middle))
    return [sigma[0], *words[:4], sigma[1], *mid, sigma[2], *words[4:], sigma[3]]


def _hsalsa20(key: bytes, nonce: bytes) -> bytes:
    x = _salsa_rounds(_salsa_state(key, nonce))
    return struct.pack("<8I", *(x[place] for place in (0, 5, 10, 15, 6, 7, 8, 9)))


def _stream(key: bytes, nonce: bytes, length: int) -> bytes:
    inner = _hsalsa20(key, nonce[:16])
    out = bytearray()
    for block in range(-(-length // 64)):
        state = _salsa_state(inner, nonce[16:] + block.to_bytes(8, "little"))
        mixed = _salsa_rounds(state)
        out += struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(mixed, state)))
    return bytes(out[:length])


def _poly1305(key: bytes, message: bytes) -> bytes:
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    sum_ = 0
    for at in range(0, len(message), 16):
        sum_ = (sum_ + int.from_bytes(message[at : at + 16] + b"\x01", "little")) * r % _POLY_PRIME
    return ((sum_ + int.from_bytes(key[16:], "little")) & ((1 << 128) - 1)).to_bytes(16, "little")


def _xored(a: bytes, b: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(a, b))


def secretbox(message: bytes, nonce: bytes, key: bytes) -> bytes:
    """crypto_secretbox_easy: the tag of 16 bytes, then the box."""
    stream = _stream(key, nonce, 32 + len(message))
    box = _xored(message, stream[32:])
    return _poly1305(stream[:32], box) + box


def open_secretbox(box: bytes, nonce: bytes, key: bytes) -> bytes:
    """crypto_secretbox_open_easy. ValueError where the key is another or a byte was changed."""
    stream = _stream(key, nonce, 16 + len(box))
    if not hmac.compare_digest(_poly1305(stream[:32], box[16:]), box[:16]):
        raise ValueError("the box does not open")
    return _xored(box[16:], stream[32:])


def _seal_parts(mine: bytes, theirs: bytes, ephemeral: bytes, recipient: bytes) -> tuple[bytes, bytes]:
    nonce = hashlib.blake2b(ephemeral + recipient, digest_size=24).digest()
    return nonce, _hsalsa20(x25519(mine, theirs), bytes(16))


def seal(message: bytes, recipient: bytes) -> bytes:
    """crypto_box_seal to the public key `recipient`."""
    secret_key = secrets.token_bytes(32)
    ephemeral = public_key(secret_key)
    nonce, key = _seal_parts(secret_key, recipient, ephemeral, recipient)
    return ephemeral + secretbox(message, nonce, key)


def open_seal(sealed: bytes, secret_key: bytes) -> bytes:
    """crypto_box_seal_open."""
    ephemeral, recipient = sealed[:32], public_key(secret_key)
    nonce, key = _seal_parts(secret_key, ephemeral, ephemeral, recipient)
    return open_secretbox(sealed[32:], nonce, key)


def wrapping_key(code: str, wrapped: dict) -> bytes:
    """The key that the ten-digit opening code gives for `info.wrappedKey` (section 6)."""
    cost, block, parallel = wrapped["costN"], wrapped["blockR"], wrapped["parallelP"]
    return hashlib.scrypt(
        code.encode("ascii"),
        salt=bytes.fromhex(wrapped["salt"]),
        n=cost,
        r=block,
        p=parallel,
        dklen=32,
        maxmem=128 * block * (cost + parallel + 2) + 2**20,
    )


def unwrap_round_key(code: str, wrapped: dict) -> bytes:
    """The round key out of `info.wrappedKey`. ValueError where the code is another."""
    box = bytes.fromhex(wrapped["box"])
    return open_secretbox(box[24:], box[:24], wrapping_key(code, wrapped))
