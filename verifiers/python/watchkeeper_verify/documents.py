"""The JSON files of a package (package.md §2, §4, §5): read strictly, with their members' types checked.

It compares nothing with anything. It keeps: numbers are whole and below 2^53, and a wrong value is named by its path.
"""

import json
import re

from .notes import NoteError, decode_base64

MANIFEST_BYTES_MAX = 512 << 20
PROOF_BYTES_MAX = 32 << 20
CAMERAS_MAX = 64
FILES_MAX = 100_000
FRAGMENTS_MAX = 2_000_000
NUMBER_LIMIT = 1 << 53
# Values in one file: a manifest at all its limits has about ten million. What is counted is commas and brackets.
VALUES_MAX = 24_000_000

_HASH = re.compile("[0-9a-f]{64}")
_ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class DocumentError(ValueError):
    """Which member of a file is wrong, and how."""


class _Other:
    """What no member of the format is: another number, or a member that is there twice.

    In members that are ignored it does no harm.
    """


def _whole(text):
    if len(text) > 17 or text == "-0" or abs(int(text)) >= NUMBER_LIMIT:
        return _Other
    return int(text)


def _other_number(_text):
    return _Other


def _no_number(text):
    raise DocumentError("not JSON: %s" % text)


def _members(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        seen = set()
        for name, _ in pairs:
            if name in seen:
                result[name] = _Other
            seen.add(name)
    return result


_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)


def _whole_characters(text):
    """No half of a surrogate pair in any name or text, also where it is ignored (package.md §2)."""
    high_ends = None
    for escape in _ESCAPE.finditer(text):
        number = int(escape.group(1) or "0", 16)
        is_low = 0xDC00 <= number < 0xE000
        if is_low != (high_ends == escape.start()) or high_ends is not None and not is_low:
            raise DocumentError("not JSON: half a character")
        high_ends = escape.end() if 0xD800 <= number < 0xDC00 else None
    if high_ends is not None:
        raise DocumentError("not JSON: half a character")


def load(data):
    """The value of a JSON text (RFC 8259) in UTF-8."""
    if sum(data.count(mark) for mark in (b",", b"[", b"{")) > VALUES_MAX:
        raise DocumentError("more values than a package can have")
    try:
        text = data.decode("utf-8")
        _whole_characters(text)
        return json.loads(text, parse_int=_whole, parse_float=_other_number,
                          parse_constant=_no_number, object_pairs_hook=_members)
    except UnicodeDecodeError:
        raise DocumentError("not UTF-8") from None
    except RecursionError:
        raise DocumentError("nested too deep") from None
    except MemoryError:
        raise DocumentError("too large for this machine") from None
    except DocumentError:
        raise
    except ValueError as error:
        raise DocumentError("not JSON: %s" % str(error)[:100]) from None


class Reader:
    """A JSON object with its path, whose members are asked for with their types."""

    def __init__(self, value, path):
        if not isinstance(value, dict):
            raise DocumentError("%s is not an object" % path)
        self.value, self.path = value, path

    def _get(self, name, kind, what):
        value = self.value.get(name)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise DocumentError("%s.%s is not %s" % (self.path, name, what))
        return value

    def text(self, name):
        value = self._get(name, str, "a text")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise DocumentError("%s.%s has half a character" % (self.path, name)) from None
        return value

    def number(self, name, low=0, high=NUMBER_LIMIT):
        value = self._get(name, int, "a whole number below 2^53")
        if not low <= value < high:
            raise DocumentError("%s.%s is out of range" % (self.path, name))
        return value

    def time(self, name):
        return self.number(name, low=1 - NUMBER_LIMIT)

    def hash(self, name):
        return as_hash(self.value.get(name), "%s.%s" % (self.path, name))

    def id(self, name):
        text = self.text(name)
        if not _ID.fullmatch(text):
            raise DocumentError("%s.%s is not a lower-case UUID" % (self.path, name))
        return bytes.fromhex(text.replace("-", ""))

    def base64(self, name):
        try:
            return decode_base64(self.text(name))
        except NoteError as error:
            raise DocumentError("%s.%s: %s" % (self.path, name, error)) from None

    def list(self, name, most):
        value = self._get(name, list, "a list")
        if len(value) > most:
            raise DocumentError("%s.%s has more than %d elements" % (self.path, name, most))
        return value

    def object(self, name):
        return Reader(self.value.get(name), "%s.%s" % (self.path, name))

    def objects(self, name, most):
        for i, value in enumerate(self.list(name, most)):
            yield Reader(value, "%s.%s[%d]" % (self.path, name, i))

    def hashes(self, name, most):
        return [as_hash(value, "%s.%s" % (self.path, name)) for value in self.list(name, most)]


def as_hash(value, path):
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise DocumentError("%s is not a hash" % path)
    return bytes.fromhex(value)


class Piece:
    __slots__ = ("bytes", "sha256", "from_us", "to_us", "seq")

    def __init__(self, reader, first):
        self.bytes = reader.number("bytes")
        self.sha256 = reader.hash("sha256")
        self.from_us, self.to_us = reader.time("from_us"), reader.time("to_us")
        # A fragment without one belongs to no record; of piece 0, which is no fragment, it says nothing.
        seq = reader.number("seq") if "seq" in reader.value else None
        self.seq = None if first else seq


class Video:
    def __init__(self, reader, fragments_left):
        self.file = reader.text("file")
        self.codec = reader.text("codec")
        self.width, self.height = reader.number("width", high=1 << 16), reader.number("height", high=1 << 16)
        self.config_sha256 = reader.hash("config_sha256")
        self.heads_sha256 = reader.hash("heads_sha256")
        pieces = reader.objects("pieces", fragments_left + 1)
        self.pieces = [Piece(piece, i == 0) for i, piece in enumerate(pieces)]


class Camera:
    def __init__(self, reader, fragments_left):
        self.number = reader.number("number", high=1 << 32)
        self.id = reader.id("id")
        self.name = reader.text("name")
        reader.text("place")
        self.records = []
        for record in reader.objects("records", FILES_MAX):
            self.records.append((record.number("seq"), record.text("kind"), record.text("file")))
        # (gap, from, to, number in the stream of profile later): absent where nothing was brought later.
        self.later = []
        for part in reader.objects("later", FILES_MAX) if "later" in reader.value else []:
            self.later.append((part.number("gap"), part.time("from_us"), part.time("to_us"), part.number("seq")))
        self.videos = []
        for video in reader.objects("videos", FILES_MAX):
            self.videos.append(Video(video, fragments_left))
            fragments_left -= max(0, len(self.videos[-1].pieces) - 1)
        self.fragments = sum(max(0, len(video.pieces) - 1) for video in self.videos)


class Log:
    def __init__(self, reader):
        self.origin, self.vkey = reader.text("origin"), reader.text("vkey")


class Manifest:
    """package.md §2. The object in `data` may have more members; they are ignored."""

    def __init__(self, data):
        reader = Reader(load(data), "manifest")
        self.format = reader.text("format")
        if self.format != "watchkeeper-evidence/1":
            raise DocumentError("the format is not watchkeeper-evidence/1")
        self.copy_id = reader.id("copy_id")
        self.copy_id_text = reader.text("copy_id")
        reader.time("created_us")
        reader.text("made_by")
        self.store = reader.id("store")
        reader.text("unit_name")
        self.profile = reader.text("profile")
        self.rendering = reader.text("rendering")
        if "witnessing" in reader.value:
            reader.text("witnessing")
        asked = reader.object("asked")
        self.from_us, self.to_us = asked.time("from_us"), asked.time("to_us")
        if self.to_us < self.from_us:
            raise DocumentError("the asked span ends before it begins")
        recipient = reader.object("recipient")
        self.recipient = (recipient.text("name"), recipient.text("organisation"))
        self.footage_log = Log(reader.object("footage_log"))
        self.access_log = Log(reader.object("access_log"))
        self.cameras, left = [], FRAGMENTS_MAX
        for camera in reader.objects("cameras", CAMERAS_MAX):
            self.cameras.append(Camera(camera, left))
            left -= self.cameras[-1].fragments
        # Sound goes along only where it was asked for.
        self.sound = []
        for camera in reader.objects("sound", CAMERAS_MAX) if "sound" in reader.value else []:
            self.sound.append(Camera(camera, left))
            left -= self.sound[-1].fragments
        self.files = []
        for file in reader.objects("files", FILES_MAX):
            self.files.append((file.text("name"), file.number("bytes"), file.hash("sha256")))


class Gop:
    __slots__ = ("au_count", "first_dts", "end_dts", "root", "salt")

    def __init__(self, reader):
        self.au_count = reader.number("au_count", high=1 << 32)
        self.first_dts = reader.number("first_dts", low=1 - NUMBER_LIMIT)
        self.end_dts = reader.number("end_dts", low=1 - NUMBER_LIMIT)
        self.root, self.salt = reader.hash("root"), reader.hash("salt")


class Proof:
    """package.md §4: one record with its proofs."""

    def __init__(self, data, path):
        reader = Reader(load(data), path)
        self.proven = True  # until the check finds otherwise
        self.kind = reader.text("kind")
        if self.kind not in ("segment", "gap"):
            raise DocumentError("%s.kind is neither segment nor gap" % path)
        self.record = reader.base64("record")
        self.log_index = reader.number("log_index")
        self.inclusion = reader.hashes("inclusion", 64)
        if self.kind == "gap":
            return
        self.video = reader.text("video")
        self.first_gop = reader.number("first_gop", high=1 << 32)
        # A segment has 120,000 units at most (footage.md §2), and a group at least one.
        self.gops = [Gop(gop) for gop in reader.objects("gops", 120_000)]
        self.range_proof = reader.hashes("range_proof", 128)
        self.first_piece = reader.number("first_piece", high=1 << 32)
        self.piece_count = reader.number("piece_count", high=1 << 32)
        self.piece_proof = reader.hashes("piece_proof", 128)


class HandOver:
    """package.md §5."""

    def __init__(self, data):
        reader = Reader(load(data), "hand-over")
        self.record, self.salt = reader.base64("record"), reader.hash("salt")
        self.leaf, self.batch_leaf = reader.base64("leaf"), reader.base64("batch_leaf")
        self.batch_index = reader.number("batch_index", high=1 << 32)
        self.batch_width = reader.number("batch_width", high=1 << 32)
        self.batch_proof = reader.hashes("batch_proof", 64)
        self.log_index = reader.number("log_index")
        self.inclusion = reader.hashes("inclusion", 64)
