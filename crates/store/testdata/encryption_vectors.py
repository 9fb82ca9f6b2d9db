"""Vectors of encryption at rest, written from docs/design/encryption.md with Python's `cryptography` alone, without sight of
the Rust code. Made once: `python3 encryption_vectors.py > encryption-vectors.txt`. Never run again to make a test pass."""
import hashlib
import struct
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

STORE = (1).to_bytes(16, "big")
PATH = b"abcdef012345/sub/20261122/100000-0badcafe.mp4"
DATA_KEY = bytes([5]) * 32
STORE_KEY = bytes([1]) * 32


def plain(size):
    return bytes(((i * 2654435761 & 0xFFFFFFFF) >> 13) & 0xFF for i in range(size))


def nonce(kind, number):
    return bytes([kind]) + bytes(7) + struct.pack(">I", number)


def encrypted(appends):
    cipher, place = AESGCM(DATA_KEY), STORE + bytes([len(PATH)]) + PATH
    out, lengths, offset = b"watchkeeper/enc1", [], 0
    for append in appends:
        for at in range(0, len(append), 65536):
            chunk, number = append[at : at + 65536], len(lengths)
            bound = b"watchkeeper/chunk/v1\n" + place + struct.pack(">IQI", number, offset, len(chunk))
            out += struct.pack(">I", len(chunk)) + cipher.encrypt(nonce(1, number), chunk, bound)
            lengths.append(len(chunk))
            offset += len(chunk)
    table = b"".join(struct.pack(">I", length) for length in lengths)
    bound = b"watchkeeper/end/v1\n" + place + struct.pack(">IQ", len(lengths), offset) + table
    tag = cipher.encrypt(nonce(2, len(lengths)), b"", bound)
    return out + b"\xff\xff\xff\xff" + table + tag + struct.pack(">IQ", len(lengths), offset) + b"WKEND1\r\n"


def hchacha20(key, start):
    state = list(struct.unpack("<4I", b"expand 32-byte k") + struct.unpack("<8I", key) + struct.unpack("<4I", start))

    def quarter(a, b, c, d):
        for first, second, third, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[first] = (state[first] + state[second]) & 0xFFFFFFFF
            mixed = state[third] ^ state[first]
            state[third] = (mixed << bits | mixed >> (32 - bits)) & 0xFFFFFFFF

    for _ in range(10):
        for columns in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)):
            quarter(*columns)
        for diagonals in ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(*diagonals)
    return struct.pack("<8I", *(state[:4] + state[12:]))


def sidecar():
    camera = bytes.fromhex("0198000000007000" + "8000abcdef012345")
    key_id = hashlib.sha256(b"watchkeeper/store-key-id/v1\n" + STORE_KEY).digest()[:8]
    bound = b"watchkeeper/sidecar/v2\n" + STORE + camera + bytes([1]) + struct.pack(">q", 1795341600123456)
    bound += bytes([3]) * 32 + key_id
    start = bytes(range(24))
    cipher = ChaCha20Poly1305(hchacha20(STORE_KEY, start[:16]))
    sealed = cipher.encrypt(bytes(4) + start[16:], DATA_KEY + bytes([9]) * 32, bound + PATH)
    body = bound + start + sealed
    return body + hashlib.sha256(body).digest()


print("file", encrypted([plain(40), plain(40), plain(7)]).hex())
print("long-file-sha256", hashlib.sha256(encrypted([plain(1), plain(65536), plain(131073)])).hexdigest())
print("sidecar", sidecar().hex())
