#!/usr/bin/env python3
"""Independent statement of the footage hashes (docs/design/footage.md §5), to make and check frozen vectors.

    vectors.py hashes                    prints hash-vectors.txt
    vectors.py segment FILE SECRET_HEX   prints what the segment file's hashes are (segment-v1.txt)
    vectors.py pictures FILE SECRET_HEX  the same of a file whose samples are JPEG pictures (segment-jpeg-v1.txt)

Written from the document with hashlib alone; it shares nothing with the Rust code.
"""
import hashlib
import struct
import sys


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def gop_salt(secret, gop):
    return sha(b"watchkeeper/gop-salt/v1\n", secret, struct.pack(">I", gop))


def au_hash(salt, track, dts, pts, key, nals):
    head = struct.pack(">BqqBI", track, dts, pts, key, len(nals))
    body = b"".join(struct.pack(">I", len(nal)) + nal for nal in nals)
    return sha(b"watchkeeper/au/v1\n", salt, head, body)


def piece_hash(piece, data):
    return sha(b"watchkeeper/piece/v1\n", struct.pack(">I", piece), data)


def fragment_digest(fragment, pieces, units):
    """Fragment 1 answers for pieces 0 and 1, every other for its own."""
    return sha(b"watchkeeper/fragment/v1\n", struct.pack(">I", fragment), *pieces, *units)


def hashes():
    secret = bytes(range(32))
    for gop in (0, 1, 4294967295):
        print("gop_salt", gop, gop_salt(secret, gop).hex())
    salt = gop_salt(secret, 0)
    units = []
    for dts, pts, key, nals in (
        (0, 0, 1, [b"\x65"]),
        (3600, 10800, 0, [b"\x09\xf0", b"\x41\x9a\x00\x00\x03\x01"]),
        (9007199254740993, 9007199254740992, 0, [b"\x00"] * 3),
    ):
        units.append(au_hash(salt, 1, dts, pts, key, nals))
        print("au_hash", dts, pts, key, ",".join(nal.hex() for nal in nals), units[-1].hex())
    for piece, data in ((0, b""), (1, b"moof"), (65536, bytes(256))):
        print("piece_hash", piece, data.hex() or "-", piece_hash(piece, data).hex())
    print("fragment_digest 1", fragment_digest(1, [piece_hash(0, b""), piece_hash(1, b"moof")], []).hex())
    picture = b"\xff\xd8\x00\xff\xd9"  # one unit, whose length the file does not hold
    print("au_hash_whole", 3600, 3600, 1, picture.hex(), au_hash(salt, 1, 3600, 3600, 1, [picture]).hex())
    print("fragment_digest 2", fragment_digest(2, [piece_hash(2, b"moof")], units).hex())


def boxes(data, at, end):
    while at < end:
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        yield kind.decode(), at, at + size
        at += size


def nals_of(sample):
    nals = []
    while sample:
        (length,) = struct.unpack(">I", sample[:4])
        nals.append(sample[4 : 4 + length])
        sample = sample[4 + length :]
    return nals


def fragment(data, moof, moof_end):
    """Sequence number and, per sample, (size, dts, pts, key)."""
    found = {}
    for kind, at, end in boxes(data, moof + 8, moof_end):
        found[kind] = (at, end)
    (sequence,) = struct.unpack(">I", data[found["mfhd"][0] + 12 : found["mfhd"][1]])
    for kind, at, end in boxes(data, found["traf"][0] + 8, found["traf"][1]):
        found[kind] = (at, end)
    (dts,) = struct.unpack(">Q", data[found["tfdt"][0] + 12 : found["tfdt"][1]])
    at = found["trun"][0] + 20
    samples = []
    while at < found["trun"][1]:
        duration, size, flags, offset = struct.unpack(">IIIi", data[at : at + 16])
        samples.append((size, dts, dts + offset, int(not flags & 0x10000)))
        dts += duration
        at += 16
    return sequence, samples


def segment(path, secret, units_of):
    data = open(path, "rb").read()
    start, gop, sequence, samples, pieces = 0, -1, 0, [], []
    for kind, at, end in boxes(data, 0, len(data)):
        if kind == "moov":
            pieces = [piece_hash(0, data[:end])]
            print("piece", 0, pieces[0].hex())
            start = end
        elif kind == "moof":
            sequence, samples = fragment(data, at, end)
        elif kind == "mdat":
            pieces.append(piece_hash(sequence, data[start : at + 8]))
            units, at = [], at + 8
            print("piece", sequence, pieces[-1].hex())
            for size, dts, pts, key in samples:
                gop += key
                units.append(au_hash(gop_salt(secret, gop), 1, dts, pts, key, units_of(data[at : at + size])))
                print("unit", gop, dts, pts, key, size, units[-1].hex())
                at += size
            print("fragment", sequence, fragment_digest(sequence, pieces, units).hex())
            start, pieces = end, []


if sys.argv[1:2] == ["hashes"]:
    hashes()
elif sys.argv[1:2] == ["segment"] and len(sys.argv) == 4:
    segment(sys.argv[2], bytes.fromhex(sys.argv[3]), nals_of)
elif sys.argv[1:2] == ["pictures"] and len(sys.argv) == 4:
    segment(sys.argv[2], bytes.fromhex(sys.argv[3]), lambda picture: [picture])
else:
    sys.exit(__doc__)
