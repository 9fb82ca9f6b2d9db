"""Fragmented MP4 as packages have it (ISO/IEC 14496-12; package.md §4, footage.md §2): read, never repaired.

It decodes no picture and reads no other file's form. It keeps: what is accepted is what a player sees; there is no box
that this reader passes over.
"""

import hashlib
import struct

HEAD_BYTES_MAX = 1 << 20
SAMPLE_BYTES_MAX = 64 << 20
UUID = bytes.fromhex("3d1c6f529a0e4b77a1485c27d093e61b")
KEY_FLAGS, OTHER_FLAGS = 0x02000000, 0x01010000
# Seconds from 1900 to 1970 (RFC 5905 §6), and from where a timestamp is of the era that begins in 2036.
NTP_UNIX = 2_208_988_800
NTP_ERA_FROM = 3_155_673_600
# Sound: codec numbers from 4 on, and their sample entries.
AAC = 4
SOUND_ENTRIES = {b"mp4a": AAC, b"ulaw": 5, b"alaw": 6}
# What describes the samples of each entry, and the record's number of its codec; JPEG pictures have a fixed description.
JPEG = 3
SAMPLE_ENTRIES = {b"avc1": (1, b"avcC"), b"hvc1": (2, b"hvcC"), b"mp4v": (JPEG, b"esds")}
JPEG_ESDS = bytes.fromhex("000000000315000000040d6c110000000000000000000000060102")
# The kind under which CHILDREN has the `minf` of sound.
SOUND = b"minf of sound"
IDENTITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)

# Which boxes stand in which: each exactly once. An edit list, a second track or a fragment index would change what a
# player shows, and has no place here.
CHILDREN = {
    b"moov": (b"mvhd", b"trak", b"mvex"),
    b"trak": (b"tkhd", b"mdia"),
    b"mdia": (b"mdhd", b"hdlr", b"minf"),
    b"minf": (b"vmhd", b"dinf", b"stbl"),
    SOUND: (b"smhd", b"dinf", b"stbl"),
    b"dinf": (b"dref",),
    b"stbl": (b"stsd", b"stts", b"stsc", b"stsz", b"stco"),
    b"mvex": (b"trex",),
}


class FormError(ValueError):
    """What is wrong with the bytes of a piece."""


def _boxes(data):
    """(type, body) of the boxes that fill `data`."""
    at = 0
    while at < len(data):
        if len(data) - at < 8:
            raise FormError("bytes that are no box")
        size, kind = struct.unpack_from(">I4s", data, at)
        if size < 8 or size > len(data) - at:
            raise FormError("a box of impossible size")
        yield kind, data[at + 8:at + size]
        at += size


def _child(body, kind):
    """The body of the first box of this type."""
    for found, inner in _boxes(body):
        if found == kind:
            return inner
    raise FormError("there is no box %r" % kind.decode("latin-1"))


def _tree(kind, body, found, sound):
    """Fills `found` with the bodies of the boxes without children; CHILDREN bounds the depth."""
    allowed = CHILDREN.get(SOUND if kind == b"minf" and sound else kind)
    if allowed is None:
        found[kind] = body
        return
    seen = set()
    for child, inner in _boxes(body):
        if child not in allowed or child in seen:
            raise FormError("the box %r has no place in %r" % (child.decode("latin-1"), kind.decode("latin-1")))
        seen.add(child)
        _tree(child, inner, found, sound)
    if len(seen) != len(allowed):
        raise FormError("a box is missing in %r" % kind.decode("latin-1"))


def _need(holds, text):
    if not holds:
        raise FormError(text)


class Init:
    """Piece 0: `ftyp`, `moov` and the `uuid` box. `odd` says what is not as footage.md §2 has it, or is None."""

    def __init__(self, data):
        boxes = list(_boxes(data))
        _need([kind for kind, _ in boxes] == [b"ftyp", b"moov", b"uuid"], "it does not begin with ftyp, moov, uuid")
        body = boxes[2][1]
        _need(len(body) == 33 and body[:16] == UUID and body[16] == 1, "the uuid box is not that of a package")
        self.copy_id = body[17:]
        self.stored = data[:-41]
        entry = boxes[1][1]
        for kind in (b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
            entry = _child(entry, kind)
        self._entry(entry)
        self.odd = None
        try:
            self._headers(boxes[1][1])
        except (FormError, struct.error) as error:
            self.odd = str(error)

    def _entry(self, body):
        """The sample entry (ISO/IEC 14496-12 §12.1.3, 14496-15 §5.3.3.1 and §8.3.3.1)."""
        entries = list(_boxes(body[8:]))
        _need(body[4:8] == b"\0\0\0\1" and len(entries) == 1, "not exactly one sample entry")
        kind, entry = entries[0]
        self.sound = kind in SOUND_ENTRIES
        if self.sound:
            self._sound_entry(body, kind, entry)
            return
        _need(kind in SAMPLE_ENTRIES, "the sample entry is none of avc1, hvc1, mp4v, mp4a, ulaw and alaw")
        self.codec, described = SAMPLE_ENTRIES[kind]
        stored = _child(entry[78:], described)
        self.width, self.height = struct.unpack_from(">HH", entry, 24)
        # A JPEG picture describes itself; the configuration record is its size (footage.md §2, point 1).
        _need(self.codec != JPEG or stored == JPEG_ESDS, "the esds box is not that of JPEG pictures")
        self.config = struct.pack(">BHH", 1, self.width, self.height) if self.codec == JPEG else stored
        self.config_hash = hashlib.sha256(self.config).digest()
        self._plain = body[:4] == bytes(4) and entry[6:8] == b"\0\1" and len(entry) == 86 + len(stored)

    def _sound_entry(self, body, kind, entry):
        """AudioSampleEntry (ISO/IEC 14496-12 §12.2.3), of AAC with its esds (14496-14 §5.6.1)."""
        self.codec, self.width, self.height = SOUND_ENTRIES[kind], 0, 0
        _need(len(entry) >= 28, "the sample entry is cut off")
        channels, rate = struct.unpack_from(">H", entry, 16)[0], struct.unpack_from(">I", entry, 24)[0] >> 16
        if self.codec == AAC:
            stored = _child(entry[28:], b"esds")
            self.config = stored[26:-3]
            _need(stored == aac_esds(self.config), "the esds box is not that of AAC")
        else:
            stored = b""
            self.config = struct.pack(">BIB", 1, rate, channels & 0xFF)
        self.config_hash = hashlib.sha256(self.config).digest()
        head = struct.pack(">6xH8xHH4xI", 1, channels, 16, rate << 16)
        whole = 36 + len(stored) if self.codec == AAC else 28
        self._plain = body[:4] == bytes(4) and entry[:28] == head and len(entry) == whole

    def _headers(self, moov):
        """What players go by: time scale, durations, orientation, where the data is (footage.md §2, point 1)."""
        found = {}
        _tree(b"moov", moov, found, self.sound)
        _need(self._plain, "the sample entry holds more than the configuration record, or data elsewhere")
        movie, track, media = found[b"mvhd"], found[b"tkhd"], found[b"mdhd"]
        _need(len(movie) == 100 and movie[:12] == bytes(12), "mvhd is not of version 0 without dates")
        _need(movie[16:20] == bytes(4), "mvhd has a duration")
        _need(movie[20:24] == b"\0\1\0\0" and movie[36:72] == IDENTITY, "mvhd changes rate or orientation")
        _need(len(track) == 84 and track[:1] == b"\0" and track[4:12] == bytes(8), "tkhd is not of version 0, or dated")
        _need(struct.unpack_from(">I", track, 12)[0] == 1, "the track's id is not 1")
        _need(track[20:24] == bytes(4), "tkhd has a duration")
        _need(track[40:76] == IDENTITY, "tkhd changes the orientation")
        _need(track[76:84] == struct.pack(">HHHH", self.width, 0, self.height, 0), "tkhd changes the size")
        _need(len(media) == 24 and media[:12] == bytes(12), "mdhd is not of version 0 without dates")
        _need(struct.unpack_from(">II", media, 12) == (90000, 0), "mdhd has another time scale, or a duration")
        handler = b"soun" if self.sound else b"vide"
        _need(found[b"hdlr"][8:12] == handler, "the track is not what its sample entry is of")
        _need(found[b"dref"] == struct.pack(">III4sI", 0, 1, 12, b"url ", 1), "the samples are in another file")
        for name, length in ((b"stts", 8), (b"stsc", 8), (b"stsz", 12), (b"stco", 8)):
            _need(found[name] == bytes(length), "the sample tables are not empty")
        _need(found[b"trex"] == struct.pack(">IIIIII", 0, 1, 1, 0, 0, 0), "trex has defaults")


def wall_us(seconds, fraction):
    """Microseconds since 1970 of an NTP timestamp (package.md §4)."""
    if seconds < NTP_ERA_FROM:
        seconds += 1 << 32
    return (seconds - NTP_UNIX) * 1_000_000 + (fraction * 1_000_000 >> 32)


# prft, version 1: 32 bytes. moof without samples: 88 bytes (footage.md §2, arithmetic). Header of mdat: 8.
PRFT, MOOF, MDAT = 32, 88, 8
_PRFT = struct.Struct(">I4sIIIIQ")
_MOOF = struct.Struct(">I4s I4sII I4s I4sII I4sIQ I4sIIi")
_SAMPLE = struct.Struct(">IIIi")


class Fragment:
    """The head of one fragment: `prft moof mdat` up to the first sample. `samples` are (size, dts, pts, key)."""

    def __init__(self, reader):
        head = reader.read(PRFT + 8)
        _need(len(head) == PRFT + 8, "the fragment is cut off")
        size, kind, flags, track, seconds, fraction, media_time = _PRFT.unpack_from(head)
        _need((size, kind, flags, track) == (PRFT, b"prft", 0x01000018, 1), "no prft box in the one form")
        self.wall_us = wall_us(seconds, fraction)
        moof_size, kind = struct.unpack_from(">I4s", head, PRFT)
        _need(kind == b"moof" and moof_size >= MOOF and (moof_size - MOOF) % 16 == 0, "no moof box in the one form")
        head_bytes = PRFT + moof_size + MDAT
        _need(head_bytes <= HEAD_BYTES_MAX, "a head of more than 1 MiB")
        head += reader.read(head_bytes - len(head))
        _need(len(head) == head_bytes, "the fragment is cut off")
        self.head = head
        media_bytes = self._moof(head, moof_size)
        _need(media_time == self.dts, "prft has another decode time than tfdt")
        mdat_size, kind = struct.unpack_from(">I4s", head, PRFT + moof_size)
        _need(kind == b"mdat" and mdat_size == MDAT + media_bytes, "mdat does not hold the samples and nothing else")
        _need(media_bytes <= reader.left, "the fragment is cut off")
        self.bytes = head_bytes + media_bytes

    def _moof(self, head, size):
        """The boxes of moof (§8.8.4 to §8.8.12) in the one form that the writer makes."""
        count = (size - MOOF) // 16
        (_, _, mfhd_size, mfhd, mfhd_flags, self.number, traf_size, traf, tfhd_size, tfhd, tfhd_flags, track,
         tfdt_size, tfdt, tfdt_flags, self.dts, trun_size, trun, trun_flags, samples, offset) \
            = _MOOF.unpack_from(head, PRFT)
        _need((mfhd_size, mfhd, mfhd_flags) == (16, b"mfhd", 0), "mfhd is not in the one form")
        _need((traf_size, traf) == (size - 24, b"traf"), "traf is not in the one form")
        _need((tfhd_size, tfhd, tfhd_flags, track) == (16, b"tfhd", 0x020000, 1), "tfhd is not in the one form")
        _need((tfdt_size, tfdt, tfdt_flags) == (20, b"tfdt", 0x01000000), "tfdt is not in the one form")
        _need((trun_size, trun, trun_flags) == (size - 68, b"trun", 0x01000F01), "trun is not in the one form")
        _need(samples == count and count > 0, "trun has another number of samples than it says")
        _need(offset == size + MDAT, "the first sample is not the first byte of mdat")
        _need(self.dts < 1 << 62, "a decode time out of range")
        self.samples, dts, total = [], self.dts, 0
        for duration, length, flags, shift in _SAMPLE.iter_unpack(head[PRFT + MOOF:PRFT + size]):
            _need(flags in (KEY_FLAGS, OTHER_FLAGS), "a sample with other flags than two")
            _need(length <= SAMPLE_BYTES_MAX, "a sample of more than 64 MiB")
            self.samples.append((length, dts, dts + shift, flags == KEY_FLAGS))
            dts += duration
            total += length
        self.end_dts = dts
        return total


def aac_esds(config):
    """The body of the `esds` of AAC with this AudioSpecificConfig (footage.md §2, point 1)."""
    size = len(config)
    _need(size <= 64, "a configuration of sound above 64 bytes")
    return (struct.pack(">IBBHBBBBB", 0, 3, 23 + size, 0, 0, 4, 15 + size, 0x40, 0x15) + bytes(11)
            + bytes((5, size)) + config + bytes((6, 1, 2)))


def unit_prefix(sample, codec):
    """What is hashed before the sample: the number of units and, of a picture or sound, its length (footage.md §5)."""
    if codec >= JPEG:
        _need(len(sample) > 0, "a sample without a picture or sound")
        return struct.pack(">II", 1, len(sample))
    return struct.pack(">I", nal_count(sample))


def nal_count(sample):
    """How many NAL units, each behind its length, fill the sample."""
    at, count, size = 0, 0, len(sample)
    while at + 4 <= size:
        at += 4 + int.from_bytes(sample[at:at + 4], "big")
        count += 1
    _need(at == size, "a sample is not a row of NAL units")
    return count
