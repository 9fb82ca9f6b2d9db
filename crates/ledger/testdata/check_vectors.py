"""Checks vectors.txt against docs/design/ledger.md with nothing but Python's standard library.

Written from the document, not from the code: run it after reading either. Not a test of the build; it needs no package.
XChaCha20-Poly1305 is not in the standard library, so the ciphertext is only hashed.
"""

import hashlib
import pathlib
import struct

values = {}
for line in (pathlib.Path(__file__).parent / "vectors.txt").read_text().splitlines():
    if line and not line.startswith("#"):
        name, value = line.split(": ", 1)
        values[name] = value


def h(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def mth(hashes):
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return h(b"\1", mth(hashes[:split]), mth(hashes[split:]))


def root(entries):
    return mth([h(b"\0", entry) for entry in entries])


def raw(name):
    return bytes.fromhex(values[name])


# Segment record: the table of section 3.
segment = raw("segment record")
assert segment[0] == 1 and segment[1:24] == b"watchkeeper/segment/v1\n"
fields = {
    57: ("Q", 7), 97: ("q", 1_795_348_800_000_000), 105: ("q", 1_795_348_860_000_000), 113: ("q", 90_000),
    121: ("q", 5_490_000), 129: ("I", 30), 133: ("I", 1_500), 137: ("Q", 15_000_000), 145: ("B", 1), 178: ("H", 1_920),
    180: ("H", 1_080), 246: ("Q", 15_040_000), 254: ("q", -1_500), 262: ("Q", 20_000), 270: ("B", 1), 271: ("Q", 3),
    279: ("B", 0), 280: ("H", 30),
}
for offset, (kind, expected) in fields.items():
    assert struct.unpack_from(">" + kind, segment, offset)[0] == expected, offset
hashes = {65: 0x33, 146: 0x44, 182: 0x55, 214: 0x66, 282: 0x77}
for offset, byte in hashes.items():
    assert segment[offset : offset + 32] == bytes([byte]) * 32, offset
assert segment[24:57] == b"\x11" * 16 + b"\x22" * 16 + b"\0" and segment[314:] == b"\0\0"
assert h(segment).hex() == values["segment record hash"]
assert h(b"\0", segment).hex() == values["segment record leaf hash"]

# Gap record.
gap, n = raw("gap record"), 24
assert gap[:20] == b"\1watchkeeper/gap/v1\n" and gap[109] == 2 and gap[110:112] == b"\0\x18"
assert gap[112 : 112 + n] == b"connection reset by peer" and gap[120 + n :] == b"\x77" * 32

# Hold records.
noon, cameras = 1_795_348_800_000_000, b"\x22" * 16 + b"\x23" * 16
tail = [b"\x11" * 16 + b"\xc1" * 16, struct.pack(">qq", noon - 60_000_000, noon + 90_000_000)]
placed = raw("hold placed record")
assert placed == (
    b"\1watchkeeper/hold/v1\n\5" + bytes(32) + tail[0] + struct.pack(">q", noon + 600_000_000) + tail[1]
    + b"\xc2" * 32 + b"\2" + cameras
)
assert raw("hold released record") == (
    b"\1watchkeeper/hold/v1\n\6" + h(placed) + tail[0] + struct.pack(">q", noon + 700_000_000) + tail[1]
    + b"\xc3" * 32 + b"\2" + cameras
)

# Tick: the third table of section 3.
streams = h(b"watchkeeper/tick-streams/v1\n", b"\x22" * 16 + b"\0")
assert streams == raw("tick streams hash")
assert raw("tick record") == (
    b"\1watchkeeper/tick/v1\n"
    + b"\x11" * 16
    + struct.pack(">QIBqqqHH", 3, 17, 0, noon, noon - 5_000_000, 170_000_123, 1, 1)
    + streams
    + struct.pack(">QQIQ", 15_040_000, 2_000_000, 2, 70_000)
    + b"\xee" * 8
)

# Loss.
words = b"its footage is not in this copy"
assert raw("loss record") == (
    b"\1watchkeeper/loss/v1\n" + b"\x11" * 16 + b"\x22" * 16 + b"\0"
    + struct.pack(">qqqQQ", noon + 800_000_000, noon, noon + 180_000_000, 7, 9) + b"\xd1" * 32
    + struct.pack(">H", len(words)) + words + struct.pack(">Q", 4)
)

# Groups and pieces: section 4.
units = [bytes([index]) * 32 for index in range(3)]
rows = [(3, 0, 10_800, root(units)), (2, 10_800, 18_000, root(units[:2])), (1, 18_000, 21_600, root(units[:1]))]
leaves = [
    b"watchkeeper/gop/v1\n" + struct.pack(">IIqq", index, *row[:3]) + row[3] for index, row in enumerate(rows)
]
assert leaves[2] == raw("gop leaf 2") and root(leaves) == raw("gops root")
assert struct.pack(">I", 3) + b"".join(struct.pack(">Iqq", *row[:3]) + row[3] for row in rows) == raw("gop table")
assert root([bytes([index]) * 32 for index in (1, 2, 3)]) == raw("boxes root of three pieces")

# Access entry and batch: section 5.
record, salt = raw("access record"), raw("access record key and salt")[32:]
assert record[:23] == b"\1watchkeeper/access/v1\n" and record[23] == 4
(time,) = struct.unpack_from(">q", record, 24)
leaf = (
    b"\1watchkeeper/access-leaf/v1\n"
    + struct.pack(">IB", time // 86_400_000_000, 2)
    + h(b"watchkeeper/access-commitment/v1\n", salt, record)
    + h(raw("access ciphertext"))
)
assert leaf == raw("access leaf") and h(b"\0", leaf) == raw("access leaf hash")
minute = 29_922_485
pads = [h(b"watchkeeper/access-pad/v1\n", b"\xcc" * 32, struct.pack(">qI", minute, index)) for index in range(1, 16)]
batch = b"\1watchkeeper/access-batch/v1\n" + struct.pack(">q", minute) + mth([h(b"\0", leaf), *pads])
assert batch == raw("batch leaf") and h(b"\0", batch) == raw("batch leaf hash")
ids = b"".join(bytes([index]) * 16 for index in range(65))
assert h(b"watchkeeper/access-cameras/v1\n", ids) == raw("cameras digest of 65")

# Checkpoint hash: the note's text without signatures.
text = values["checkpoint note"].replace("\\n", "\n").split("\n\n")[0] + "\n"
assert h(text.encode()) == raw("checkpoint hash")
print("all vectors are as the document says")
