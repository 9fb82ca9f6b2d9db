"""The binary records of the ledger (ledger.md §3 and §5): one value has one encoding, and only that is taken.

It decides nothing about what records say. It keeps: an error names the field, and no input gets another exception.
"""

import hashlib

ENTRY_BYTES_MAX = 4096
CAUSES = ("unknown", "camera", "network", "credentials", "disk", "us", "power", "privacy", "planned")
ZERO = bytes(32)
ACTS = {1, 2, 3, 4, 5, 6, 10, 11, 12, 20, 21, 22, 23, 24, 25, 30, 31, 32, 40, 41, 50, 51, 52, 53, 54}
EXPORT = 4
CLASS_HANDING_OUT = 2
ORIGINAL = 1


class RecordError(ValueError):
    """Which field of a record is wrong, and how."""


class Cursor:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, count, field):
        if len(self.data) - self.at < count:
            raise RecordError("%s: the record ends at byte %d" % (field, len(self.data)))
        self.at += count
        return self.data[self.at - count:self.at]

    def unsigned(self, width, field):
        return int.from_bytes(self.take(width, field), "big")

    def i64(self, field):
        return int.from_bytes(self.take(8, field), "big", signed=True)

    def one_of(self, allowed, field):
        value = self.unsigned(1, field)
        if value not in allowed:
            raise RecordError("%s: %d means nothing" % (field, value))
        return value

    def text(self, most, field):
        length = self.unsigned(2, field)
        if length > most:
            raise RecordError("%s: longer than %d bytes" % (field, most))
        try:
            return self.take(length, field).decode("utf-8")
        except UnicodeDecodeError:
            raise RecordError("%s: not UTF-8" % field) from None

    def optional(self, read, field):
        return read() if self.one_of((0, 1), field) else None

    def begin(self, domain):
        if self.take(1, "version") != b"\x01":
            raise RecordError("version: not 1")
        if self.take(len(domain), "domain") != domain:
            raise RecordError("domain: another kind of record")

    def end(self):
        if self.at != len(self.data):
            raise RecordError("bytes behind the record's end")


def _need(holds, field, rule):
    if not holds:
        raise RecordError("%s: %s" % (field, rule))


class StreamRecord:
    """What segment and gap records have alike."""

    def _head(self, c):
        self.store = c.take(16, "store")
        self.camera = c.take(16, "camera")
        self.profile = c.one_of((0, 1, 2, 3), "profile")
        self.seq = c.unsigned(8, "stream_seq")
        self.prev = c.take(32, "prev_record_hash")
        _need((self.prev == ZERO) == (self.seq == 0), "prev_record_hash", "zero if and only if stream_seq is 0")
        self.start_us = c.i64("start_wall")
        self.end_us = c.i64("end_wall")
        _need(self.end_us > self.start_us, "end_wall", "not later than start_wall")


class Segment(StreamRecord):
    kind = "segment"

    def __init__(self, data):
        self.hash = hashlib.sha256(data).digest()
        c = Cursor(data)
        c.begin(b"watchkeeper/segment/v1\n")
        self._head(c)
        self.first_dts, self.end_dts = c.i64("first_dts"), c.i64("end_dts")
        _need(self.end_dts > self.first_dts, "end_dts", "not later than first_dts")
        self.gop_count, self.au_count = c.unsigned(4, "gop_count"), c.unsigned(4, "au_count")
        _need(self.gop_count >= 1, "gop_count", "zero")
        _need(self.au_count >= self.gop_count, "au_count", "less than gop_count")
        media_bytes = c.unsigned(8, "media_bytes")
        self.codec = c.one_of((1, 2, 3, 4, 5, 6), "codec")
        self.config_hash = c.take(32, "config_hash")
        self.width, self.height = c.unsigned(2, "width"), c.unsigned(2, "height")
        self.gops_root, self.boxes_root = c.take(32, "gops_root"), c.take(32, "boxes_root")
        _need(c.unsigned(8, "file_bytes") > media_bytes, "file_bytes", "not more than media_bytes")
        offset, uncertainty = c.i64("clock_offset_us"), c.unsigned(8, "clock_uncertainty_us")
        method = c.one_of((0, 1, 2), "clock_method")
        _need(method or not (offset or uncertainty), "clock_method", "0, with an offset")
        c.unsigned(8, "boot_counter")
        self.seal_reason = c.one_of(range(9), "seal_reason")
        c.unsigned(2, "floor_days")
        self.last_checkpoint = c.take(32, "last_checkpoint")
        self.unchecked = self._algorithms(c, "digests") + self._algorithms(c, "signatures")
        c.end()

    @staticmethod
    def _algorithms(c, field):
        before, count = -1, c.unsigned(1, field)
        _need(count <= 4, field, "more than 4")
        for _ in range(count):
            algorithm, length = c.unsigned(1, field), c.unsigned(2, field)
            _need(algorithm > before, field, "algorithm numbers do not ascend")
            _need(length <= 2420, field, "longer than 2,420 bytes")
            c.take(length, field)
            before = algorithm
        return count


class Gap(StreamRecord):
    kind = "gap"

    def __init__(self, data):
        self.hash = hashlib.sha256(data).digest()
        c = Cursor(data)
        c.begin(b"watchkeeper/gap/v1\n")
        self._head(c)
        self.cause = CAUSES[c.one_of(range(len(CAUSES)), "cause")]
        c.text(500, "evidence")
        c.unsigned(8, "boot_counter")
        self.last_checkpoint = c.take(32, "last_checkpoint")
        c.end()


def camera_digest(ids):
    """ledger.md §5, form 1 of `cameras`."""
    return hashlib.sha256(b"watchkeeper/access-cameras/v1\n" + b"".join(ids)).digest()


class Access:
    """The access record, opened: ledger.md §5."""

    def __init__(self, data, acts=ACTS):
        _need(len(data) <= ENTRY_BYTES_MAX, "record", "longer than an entry")
        c = Cursor(data)
        c.begin(b"watchkeeper/access/v1\n")
        self.kind = c.one_of(acts, "kind")
        self.time_us = c.i64("time")
        c.optional(lambda: c.take(16, "person"), "person")
        self.account = c.text(64, "account")
        for most, field in ((96, "display_name"), (128, "post")):
            c.text(most, field)
        self.unit = c.optional(lambda: c.take(16, "unit"), "unit")
        c.text(96, "unit_name")
        self._cameras(c)
        self.span = c.optional(lambda: (c.i64("span"), c.i64("span")), "span")
        c.one_of(range(7), "purpose")
        c.one_of(range(6), "legal_basis")
        c.optional(lambda: c.take(16, "case"), "case")
        for most, field in ((96, "approver"), (64, "place"), (1500, "note")):
            c.text(most, field)
        self.rendering = c.one_of((0, 1, 2), "rendering")
        refusal = c.optional(lambda: [c.text(most, "outcome") for most in (64, 320, 320)], "outcome")
        self.permitted = refusal is None
        c.optional(lambda: c.unsigned(8, "refers_to"), "refers_to")
        c.optional(lambda: self._served(c), "served")
        self.subject = c.optional(lambda: c.take(16, "subject"), "subject")
        self.recipient = c.text(192, "recipient")
        self.extra = c.text(640, "extra")
        c.end()

    def _cameras(self, c):
        self.cameras = None
        if c.one_of((0, 1), "cameras") == 0:
            count = c.unsigned(1, "cameras")
            _need(count <= 64, "cameras", "more than 64")
            self.cameras = [c.take(16, "cameras") for _ in range(count)]
            pairs = zip(self.cameras, self.cameras[1:])
            _need(all(a < b for a, b in pairs), "cameras", "do not ascend")
        else:
            self.camera_count = c.unsigned(4, "cameras")
            self.camera_digest = c.take(32, "cameras")

    @staticmethod
    def _served(c):
        c.take(16, "served")
        c.one_of((0, 1), "served")
        c.take(32, "served")

    def names_cameras(self, ids):
        """Exactly these cameras, as a list or as a digest."""
        ids = sorted(ids)
        if self.cameras is not None:
            return self.cameras == ids
        return self.camera_count == len(ids) and self.camera_digest == camera_digest(ids)


class AccessLeaf:
    def __init__(self, data):
        c = Cursor(data)
        c.begin(b"watchkeeper/access-leaf/v1\n")
        self.epoch = c.unsigned(4, "epoch")
        self.act_class = c.one_of(range(1, 7), "class")
        self.commitment = c.take(32, "commitment")
        c.take(32, "ciphertext hash")
        c.end()


class BatchLeaf:
    def __init__(self, data):
        c = Cursor(data)
        c.begin(b"watchkeeper/access-batch/v1\n")
        self.minute = c.i64("minute")
        self.root = c.take(32, "root")
        c.end()


def commitment(salt, record):
    return hashlib.sha256(b"watchkeeper/access-commitment/v1\n" + salt + record).digest()


def gop_leaf(index, au_count, first_dts, end_dts, root):
    """ledger.md §4."""
    return (b"watchkeeper/gop/v1\n" + index.to_bytes(4, "big") + au_count.to_bytes(4, "big")
            + first_dts.to_bytes(8, "big", signed=True) + end_dts.to_bytes(8, "big", signed=True) + root)
