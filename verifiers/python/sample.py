"""Makes a small evidence package for the tests, from package.md, ledger.md and footage.md alone.

It is not the product's exporter: pictures are noise, and it can be told to lie. Written with the verifier, so it shares
the verifier's reading of the documents; packages of the product are what settles that.
"""

import base64
import hashlib
import json
import struct
import zlib

from test_merkle import inclusion, range_proof
from watchkeeper_verify import ed25519, merkle, mp4, records

H = lambda data: hashlib.sha256(data).digest()
T0 = 1_750_000_000_000_000
COPY, STORE, CAMERA = bytes(range(16)), b"S" * 16, b"C" * 16
CONFIG, SIZE = b"\1\x64\0\x1f config", (640, 480)
ZONE = 90_000


def uuid(raw):
    h = raw.hex()
    return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))


def b64(data):
    return base64.b64encode(data).decode()


class Signer:
    """RFC 8032 §5.1.6."""

    def __init__(self, name, seed, kind=1):
        self.name, self.kind = name, kind
        digest = hashlib.sha512(seed).digest()
        self._a = (int.from_bytes(digest[:32], "little") & (1 << 254) - 8) | 1 << 254
        self._prefix = digest[32:]
        self.public = ed25519._encode(ed25519._multiply(self._a, ed25519._BASE))
        self.key_id = H(name.encode() + b"\n" + bytes([kind]) + self.public)[:4]
        self.vkey = "%s+%s+%s" % (name, self.key_id.hex(), b64(bytes([kind]) + self.public))

    def sign(self, message):
        number = lambda data: int.from_bytes(hashlib.sha512(data).digest(), "little")
        r = number(self._prefix + message) % ed25519.L
        big_r = ed25519._encode(ed25519._multiply(r, ed25519._BASE))
        k = number(big_r + self.public + message) % ed25519.L
        return big_r + ((r + k * self._a) % ed25519.L).to_bytes(32, "little")

    def line(self, text, seconds=None):
        head, body = b"", text
        if seconds is not None:
            head, body = struct.pack(">Q", seconds), b"cosignature/v1\ntime %d\n" % seconds + text
        return "\u2014 %s %s\n" % (self.name, b64(self.key_id + head + self.sign(body)))


def box(kind, *bodies):
    body = b"".join(bodies)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def init(config):
    """ftyp and moov."""
    width, height = SIZE
    full = lambda flags=0, version=0: struct.pack(">I", version << 24 | flags)
    entry = bytes(6) + b"\0\1" + bytes(16) + struct.pack(">HHIIIH", width, height, 0x480000, 0x480000, 0, 1)
    entry = box(b"avc1", entry + bytes(32) + b"\0\x18\xff\xff", box(b"avcC", config))
    stbl = box(b"stbl", box(b"stsd", full(), b"\0\0\0\1", entry), box(b"stts", bytes(8)), box(b"stsc", bytes(8)),
               box(b"stsz", bytes(12)), box(b"stco", bytes(8)))
    dinf = box(b"dinf", box(b"dref", full(), b"\0\0\0\1", box(b"url ", full(1))))
    minf = box(b"minf", box(b"vmhd", full(1), bytes(8)), dinf, stbl)
    mdia = box(b"mdia", box(b"mdhd", full(), bytes(8), struct.pack(">III", ZONE, 0, 0x55C40000)),
               box(b"hdlr", full(), bytes(4), b"vide", bytes(12), b"\0"), minf)
    tkhd = box(b"tkhd", full(3), bytes(8), struct.pack(">III", 1, 0, 0), bytes(16), mp4.IDENTITY,
               struct.pack(">HHHH", width, 0, height, 0))
    mvhd = box(b"mvhd", full(), bytes(8), struct.pack(">III", 1000, 0, 0x10000), b"\1\0", bytes(10), mp4.IDENTITY,
               bytes(24), struct.pack(">I", 2))
    trex = box(b"mvex", box(b"trex", full(), struct.pack(">IIIII", 1, 1, 0, 0, 0)))
    return box(b"ftyp", b"iso6\0\0\0\1iso6") + box(b"moov", mvhd, box(b"trak", tkhd, mdia), trex)


def head(number, wall_us, dts, samples):
    """prft, moof and the header of mdat; samples are (size, duration, key)."""
    seconds, us = divmod(wall_us, 1_000_000)
    fraction = -(-(us << 32) // 1_000_000)
    prft = box(b"prft", struct.pack(">IIIIQ", 0x01000018, 1, (seconds + mp4.NTP_UNIX) % (1 << 32), fraction, dts))
    rows = b"".join(struct.pack(">IIIi", d, s, mp4.KEY_FLAGS if k else mp4.OTHER_FLAGS, 0) for s, d, k in samples)
    size = mp4.MOOF + len(rows)
    moof = box(b"moof", box(b"mfhd", struct.pack(">II", 0, number)), box(
        b"traf", box(b"tfhd", struct.pack(">II", 0x020000, 1)), box(b"tfdt", struct.pack(">IQ", 0x01000000, dts)),
        box(b"trun", struct.pack(">IIi", 0x01000F01, len(samples), size + 8), rows)))
    return prft + moof + struct.pack(">I4s", 8 + sum(s for s, _, _ in samples), b"mdat")


class Segment:
    """Ten groups of a second, each in two fragments of two units, from `start_us` on."""

    def __init__(self, seq, prev, start_us, first_dts, config, last_checkpoint=bytes(32)):
        self.seq, self.start_us, self.end_us = seq, start_us, start_us + 10_000_000
        self.stored = init(config)
        self.fragments, self.gops = [], []
        for g in range(10):
            self._group(g, first_dts + g * ZONE)
        piece = lambda i, h: H(b"watchkeeper/piece/v1\n" + struct.pack(">I", i) + h)
        heads = [self.stored] + [f["head"] for f in self.fragments]
        self.piece_leaves = [merkle.leaf_hash(piece(i, h)) for i, h in enumerate(heads)]
        self.gop_leaves = [merkle.leaf_hash(records.gop_leaf(i, 4, g["first_dts"], g["end_dts"], g["root"]))
                           for i, g in enumerate(self.gops)]
        media = sum(len(f["samples"]) for f in self.fragments)
        self.record = (
            b"\1watchkeeper/segment/v1\n" + STORE + CAMERA + b"\0" + struct.pack(">Q", seq) + prev
            + struct.pack(">qqqqIIQB", start_us, self.end_us, first_dts, first_dts + 10 * ZONE, 10, 40, media, 1)
            + H(config) + struct.pack(">HH", *SIZE) + merkle.root_of(self.gop_leaves)
            + merkle.root_of(self.piece_leaves) + struct.pack(">QqQBQBH", media + 9999, 0, 0, 0, 1, 0, 30)
            + last_checkpoint + b"\0\0")

    def _group(self, g, dts):
        salt, hashes = H(b"salt%d" % g), []
        for f in range(2):
            at, samples, rows = dts + f * ZONE // 2, b"", []
            for u in range(2):
                nal = hashlib.shake_128(b"%d %d %d %d" % (self.seq, g, f, u)).digest(900)
                sample, key = struct.pack(">I", len(nal)) + nal, f == 0 and u == 0
                when = at + u * ZONE // 4
                hashes.append(H(b"watchkeeper/au/v1\n" + salt + b"\1" + struct.pack(">qqBI", when, when, key, 1) + sample))
                samples += sample
                rows.append((len(sample), ZONE // 4, key))
            wall = self.start_us + g * 1_000_000 + f * 500_000
            number = len(self.fragments) + 1
            self.fragments.append({"head": head(number, wall, at, rows), "samples": samples, "from_us": wall})
        root = merkle.root_of([merkle.leaf_hash(h) for h in hashes])
        self.gops.append({"au_count": 4, "first_dts": dts, "end_dts": dts + ZONE, "root": root, "salt": salt})


def gap(seq, prev, start_us, end_us):
    return (b"\1watchkeeper/gap/v1\n" + STORE + CAMERA + b"\0" + struct.pack(">Q", seq) + prev
            + struct.pack(">qqB", start_us, end_us, 2) + b"\0\0" + struct.pack(">Q", 1) + bytes(32))


class Log:
    """A log of some entries, with its checkpoint and inclusion proofs."""

    def __init__(self, signer, entries):
        self.signer = signer
        self.leaves = [merkle.leaf_hash(entry) for entry in entries]
        root = merkle.root_of(self.leaves)
        self.text = ("%s\n%d\n%s\n" % (signer.name, len(entries), b64(root))).encode()

    def checkpoint(self, more=""):
        return self.text + ("\n" + self.signer.line(self.text) + more).encode()

    def inclusion(self, index):
        return [h.hex() for h in inclusion(self.leaves, index)]


class Sample:
    """Two segments and the gap between them; asked are 20 s from the middle of the first to that of the second.

    `lie` is called with the manifest before it is signed, `edit` changes a proof before it is listed.
    """

    def __init__(self, lie=None, edit=None, record=None, witness=None, cut=slice(3, 10)):
        self.footage, self.access = Signer("example.org/footage", b"f" * 32), Signer("example.org/access", b"a" * 32)
        self.files, self.edit = {}, edit
        config, before = CONFIG, H(b"record before")
        a = Segment(7, before, T0, 0, config)
        g = gap(8, H(a.record), a.end_us, a.end_us + 5_000_000)
        b = Segment(9, H(g), a.end_us + 5_000_000, 15 * ZONE, config)
        self.asked = (T0 + 3_500_000, T0 + 19_500_000)
        self.log = Log(self.footage, [b"x", a.record, b"y", g, b.record, b"z"])
        self._video(config, [(a, cut), (b, slice(0, 5))])
        self._proof(7, self._segment(a, cut, 1))
        self._proof(8, {"kind": "gap", "record": b64(g), "log_index": 3, "inclusion": self.log.inclusion(3)})
        self._proof(9, self._segment(b, slice(0, 5), 4))
        more = witness.line(self.log.text, (T0 + 60_000_000) // 1_000_000) if witness else ""
        self.files["proof/footage-checkpoint.txt"] = self.log.checkpoint(more)
        self._hand_over(record or {})
        self.files["README.txt"] = b"for people\n"
        self._manifest(config, lie)

    def _put(self, name, value):
        self.files[name] = json.dumps(value).encode()

    def _video(self, config, parts):
        first = init(config) + box(b"uuid", mp4.UUID + b"\1" + COPY)
        data, heads = first, first
        self.pieces = [{"bytes": len(first), "sha256": H(first).hex(), "from_us": T0, "to_us": T0}]
        for segment, cut in parts:
            for f in segment.fragments[cut.start * 2:cut.stop * 2]:
                piece = f["head"] + f["samples"]
                self.pieces.append({"bytes": len(piece), "sha256": H(piece).hex(), "from_us": f["from_us"],
                                    "to_us": f["from_us"] + 500_000, "seq": segment.seq})
                data, heads = data + piece, heads + f["head"]
        self.heads_sha256 = H(heads).hex()
        self.files["CAMERA-01-001.mp4"] = data

    def _segment(self, s, cut, index):
        gops = [dict(g, root=g["root"].hex(), salt=g["salt"].hex()) for g in s.gops[cut]]
        hexes = lambda proof: [h.hex() for h in proof]
        return {"kind": "segment", "record": b64(s.record), "log_index": index, "inclusion": self.log.inclusion(index),
                "video": "CAMERA-01-001.mp4", "first_gop": cut.start, "gops": gops,
                "range_proof": hexes(range_proof(s.gop_leaves, cut.start, cut.stop)),
                "first_piece": cut.start * 2 + 1, "piece_count": 21,
                "piece_proof": hexes(range_proof(s.piece_leaves, cut.start * 2 + 1, cut.stop * 2 + 1))}

    def _proof(self, seq, proof):
        if self.edit:
            self.edit(seq, proof)
        self._put("proof/CAMERA-01/%08d.json" % seq, proof)

    def _hand_over(self, changes):
        text = lambda value: struct.pack(">H", len(value.encode())) + value.encode()
        f = {"kind": 4, "rendering": 1, "subject": COPY, "cameras": b"\0\1" + CAMERA, "recipient": "Li Wei, Court 1",
             "span": self.asked, "time": T0 + 90_000_000, "outcome": b"\0"}
        f.update(changes)
        record = (b"\1watchkeeper/access/v1\n" + bytes([f["kind"]]) + struct.pack(">q", f["time"]) + b"\1" + b"P" * 16
                  + text("li") + text("Li") + text("operator") + b"\0" + text("unit") + f["cameras"] + b"\1"
                  + struct.pack(">qq", *f["span"]) + b"\2\1\0" + text("") + text("::1") + text("") + bytes([f["rendering"]])
                  + f["outcome"] + b"\0\0\1" + f["subject"] + text(f["recipient"]) + text(""))
        salt, minute = b"s" * 32, f["time"] // 60_000_000
        leaf = (b"\1watchkeeper/access-leaf/v1\n" + struct.pack(">IB", f["time"] // 86_400_000_000, 2)
                + records.commitment(salt, record) + bytes(32))
        leaves = [merkle.leaf_hash(leaf)] + [H(b"pad%d" % i) for i in range(15)]
        batch = b"\1watchkeeper/access-batch/v1\n" + struct.pack(">q", minute) + merkle.root_of(leaves)
        log = Log(self.access, [b"1", batch, b"3"])
        self.files["proof/access-checkpoint.txt"] = log.checkpoint()
        self._put("proof/hand-over.json", {
            "record": b64(record), "salt": salt.hex(), "leaf": b64(leaf), "batch_index": 0, "batch_width": 16,
            "batch_proof": [h.hex() for h in inclusion(leaves, 0)], "batch_leaf": b64(batch), "log_index": 1,
            "inclusion": log.inclusion(1)})

    def _manifest(self, config, lie):
        names = [(seq, kind, "proof/CAMERA-01/%08d.json" % seq) for seq, kind in
                 ((7, "segment"), (8, "gap"), (9, "segment"))]
        video = {"file": "CAMERA-01-001.mp4", "codec": "avc1.64001f", "width": SIZE[0], "height": SIZE[1],
                 "config_sha256": H(config).hex(), "heads_sha256": self.heads_sha256, "pieces": self.pieces}
        self.manifest = {
            "format": "watchkeeper-evidence/1", "copy_id": uuid(COPY), "created_us": T0 + 99_000_000, "made_by": "test",
            "store": uuid(STORE), "unit_name": "unit", "profile": "main", "rendering": "original",
            "asked": {"from_us": self.asked[0], "to_us": self.asked[1]},
            "recipient": {"name": "Li Wei", "organisation": "Court 1"},
            "footage_log": {"origin": self.footage.name, "vkey": self.footage.vkey},
            "access_log": {"origin": self.access.name, "vkey": self.access.vkey},
            "cameras": [{"number": 1, "id": uuid(CAMERA), "name": "gate", "place": "gate", "videos": [video],
                         "records": [{"seq": s, "kind": k, "file": n} for s, k, n in names]}]}
        self.list_files()
        if lie:
            lie(self.manifest)
        self.sign()

    def list_files(self):
        self.manifest["files"] = [{"name": n, "bytes": len(d), "sha256": H(d).hex()}
                                  for n, d in sorted(self.files.items()) if not n.startswith("manifest.")]

    def sign(self, signer=None):
        self._put("manifest.json", self.manifest)
        text = ("watchkeeper-evidence/1\ncopy %s\nfootage-log %s\naccess-log %s\nmanifest-sha256 %s\n" % (
            uuid(COPY), self.footage.name, self.access.name, H(self.files["manifest.json"]).hex())).encode()
        self.files["manifest.sig"] = text + ("\n" + (signer or self.footage).line(text)).encode()

    def archive(self):
        """package.md §1."""
        body, directory = b"", b""
        for name, data in sorted(self.files.items()):
            raw = ("evidence-%s/%s" % (uuid(COPY), name)).encode()
            crc, size, offset = zlib.crc32(data), len(data), len(body)
            body += struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 0x21, crc, size, size, len(raw), 0) + raw + data
            directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 0, 0, 0x21, crc, size, size, len(raw),
                                     0, 0, 0, 0, 0, offset) + raw
        count = len(self.files)
        return body + directory + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(body), 0)
