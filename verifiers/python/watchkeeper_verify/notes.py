"""Signed notes, verifier keys, checkpoints, cosignatures and policies (C2SP, RFC 8032).

It holds no keys: they come from the caller, or from a package that is not believed.
It keeps: base64 has one form; a line of an unknown key is nobody's word.
"""

import base64
import binascii
import hashlib
import re

from . import ed25519

# c2sp.org/signed-note: at least 16 lines have to be taken.
SIGNATURES_MAX = 64
NOTE_BYTES_MAX = 128 << 10
KEY_NAME_BYTES_MAX = 255
POLICY_BYTES_MAX = 1 << 20
POLICY_LINES_MAX = 10000

TYPE_ED25519 = 1
TYPE_COSIGNATURE = 4
# c2sp.org/tlog-cosignature, ML-DSA-44: taken in a policy, never verified here, so such a witness counts as absent.
TYPE_COSIGNATURE_MLDSA = 6


class NoteError(ValueError):
    """What is wrong with a note, key or policy, in a sentence."""


def decode_base64(text):
    """RFC 4648 §4 with padding, and with zero in the bits that are left over; else NoteError."""
    try:
        raw = text.encode("ascii") if isinstance(text, str) else text
        data = base64.b64decode(raw, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("not base64") from None
    if base64.b64encode(data) != raw:
        raise NoteError("base64 in another form than the one that encoders write")
    return data


def name_allowed(name):
    """A key's name (c2sp.org/signed-note): not empty, without space and plus; of 255 bytes at most (package.md §7)."""
    return (0 < len(name.encode("utf-8", "surrogateescape")) <= KEY_NAME_BYTES_MAX and "+" not in name
            and not any(c.isspace() or ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in name))


class Key:
    """A verifier key: `name+id+base64(type || public key)` (c2sp.org/signed-note)."""

    def __init__(self, vkey):
        parts = vkey.split("+", 2)
        if len(parts) != 3:
            raise NoteError("a verifier key has three parts with + between them")
        self.name, hex_id, encoded = parts
        if not name_allowed(self.name):
            raise NoteError("the name of a verifier key is empty, too long or has spaces")
        if not re.fullmatch("[0-9a-f]{8}", hex_id):
            raise NoteError("the id of a verifier key is not 8 lower-case hexadecimal digits")
        self.key_id = bytes.fromhex(hex_id)
        data = decode_base64(encoded)
        if not data:
            raise NoteError("a verifier key without a type")
        self.type, self.public = data[0], data[1:]
        if self.type in (TYPE_ED25519, TYPE_COSIGNATURE) and len(self.public) != 32:
            raise NoteError("an Ed25519 key has 32 bytes")
        name = self.name.encode("utf-8", "surrogateescape")
        if self.key_id != hashlib.sha256(name + b"\n" + data).digest()[:4]:
            raise NoteError("the id of a verifier key is not that of its name and key")


class Note:
    """c2sp.org/signed-note: `text` ends in a line feed, `lines` are (name, key id, signature)."""

    def __init__(self, data):
        if len(data) > NOTE_BYTES_MAX:
            raise NoteError("a note of more than 128 KiB")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError:
            raise NoteError("the note is not UTF-8") from None
        if any(ord(c) < 0x20 and c != "\n" for c in whole):
            raise NoteError("the note has control characters")
        cut = whole.rfind("\n\n")
        if cut < 0 or not whole.endswith("\n"):
            raise NoteError("the note has no signatures")
        self.text = whole[:cut + 1].encode("utf-8")
        lines = whole[cut + 2:-1].split("\n")
        if len(lines) > SIGNATURES_MAX:
            raise NoteError("the note has more than %d signatures" % SIGNATURES_MAX)
        self.lines = [self._line(line) for line in lines]

    @staticmethod
    def _line(line):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not name_allowed(parts[1]):
            raise NoteError("a signature line is not `— name base64`")
        data = decode_base64(parts[2])
        if len(data) < 5:
            raise NoteError("a signature is too short")
        return parts[1], data[:4], data[4:]

    def _of(self, key):
        return [sig for name, key_id, sig in self.lines if name == key.name and key_id == key.key_id]

    def signed_by(self, key):
        """The key signed the text, and no line that claims to be this key's is false."""
        if key.type != TYPE_ED25519:
            return False
        signatures = self._of(key)
        return bool(signatures) and all(ed25519.verify(key.public, self.text, s) for s in signatures)

    def names(self, key):
        """A line claims to be this key's, true or false."""
        return bool(self._of(key))

    def cosigned_at(self, key):
        """c2sp.org/tlog-cosignature, Ed25519: the latest time (POSIX seconds) at which this key cosigned, or None.

        NoteError where a line claims to be this key's and is not: by c2sp.org/signed-note the whole note is rejected.
        """
        if key.type != TYPE_COSIGNATURE:
            return None
        latest = None
        for data in self._of(key):
            seconds = int.from_bytes(data[:8], "big")
            message = b"cosignature/v1\ntime %d\n" % seconds + self.text
            if len(data) != 72 or seconds >= 1 << 63 or not ed25519.verify(key.public, message, data[8:]):
                raise NoteError("a cosignature of %s is false" % key.name)
            latest = seconds if latest is None else max(latest, seconds)
        return latest


class Checkpoint:
    """c2sp.org/tlog-checkpoint."""

    def __init__(self, note):
        lines = note.text.decode("utf-8")[:-1].split("\n")
        if len(lines) < 3 or not all(lines):
            raise NoteError("a checkpoint has three lines or more, none of them empty")
        if not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]) or int(lines[1]) >= 1 << 63:
            raise NoteError("the size of the checkpoint is not a number")
        self.note = note
        self.origin = lines[0]
        self.size = int(lines[1])
        self.root = decode_base64(lines[2])
        if len(self.root) != 32:
            raise NoteError("the root of the checkpoint has not 32 bytes")
        self.hash = hashlib.sha256(note.text).digest()


class Policy:
    """c2sp.org/tlog-policy: logs, witnesses, and which of them are enough."""

    def __init__(self):
        self.logs = []
        self.witnesses = {}
        self.groups = {}
        self._members = set()
        self.quorum = None

    @classmethod
    def of_keys(cls, vkeys):
        policy = cls()
        for vkey in vkeys:
            policy._log([vkey])
        policy.quorum = "none"
        return policy

    @classmethod
    def parse(cls, data):
        if len(data) > POLICY_BYTES_MAX or data.count(b"\n") > POLICY_LINES_MAX:
            raise NoteError("the policy is too long")
        if any(b < 0x20 and b not in (9, 10) or b == 0x7F for b in data):
            raise NoteError("the policy has control characters")
        if data and not data.endswith(b"\n"):
            raise NoteError("the last line of the policy has no line feed")
        policy = cls()
        for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
            words = [word for word in re.split("[ \t]+", line) if word]
            if not words or words[0].startswith("#"):
                continue
            try:
                policy._line(words)
            except NoteError as error:
                raise NoteError("line %d of the policy: %s" % (number, error)) from None
        if policy.quorum is None:
            raise NoteError("the policy has no quorum line")
        return policy

    def _line(self, words):
        kind, rest = words[0], words[1:]
        if kind == "log" and len(rest) in (1, 2):
            self._log(rest)
        elif kind == "witness" and len(rest) in (2, 3):
            key = Key(rest[1])
            if key.type not in (TYPE_COSIGNATURE, TYPE_COSIGNATURE_MLDSA):
                raise NoteError("the key of a witness is not of a witness's type")
            if any(key.public == other.public for other in self.witnesses.values()):
                raise NoteError("this witness is there twice")
            self.witnesses[self._new(rest[0])] = key
        elif kind == "group" and len(rest) >= 3:
            self._group(rest[0], rest[1], rest[2:])
        elif kind == "quorum" and len(rest) == 1:
            if self.quorum is not None:
                raise NoteError("a second quorum line")
            if rest[0] != "none" and not self._known(rest[0]):
                raise NoteError("the quorum is not defined before")
            self.quorum = rest[0]
        else:
            raise NoteError("not understood")

    def _known(self, name):
        return name in self.witnesses or name in self.groups

    def _new(self, name):
        if name == "none" or self._known(name):
            raise NoteError("this name is taken")
        return name

    def _log(self, rest):
        key = Key(rest[0])
        if key.type != TYPE_ED25519:
            raise NoteError("the key of a log is not an Ed25519 key")
        if any(key.public == other.public for other in self.logs):
            raise NoteError("this log is there twice")
        self.logs.append(key)

    def _group(self, name, threshold, members):
        for member in members:
            if not self._known(member):
                raise NoteError("a member of the group is not defined before")
            if member in self._members:
                raise NoteError("a member that is in a group already")
            self._members.add(member)
        if threshold in ("any", "all"):
            k = 1 if threshold == "any" else len(members)
        elif re.fullmatch("[1-9][0-9]{0,5}", threshold) and int(threshold) <= len(members):
            k = int(threshold)
        else:
            raise NoteError("the threshold of the group does not fit its members")
        self.groups[self._new(name)] = (k, members)

    def keys_of_log(self, origin):
        return [key for key in self.logs if key.name == origin]

    def cosignatures(self, note):
        """Which witnesses of the policy cosigned, and when: {name: POSIX seconds}."""
        times = {name: note.cosigned_at(key) for name, key in self.witnesses.items()}
        return {name: at for name, at in times.items() if at is not None}

    def quorum_met(self, cosigned):
        """Groups stand in order of definition, so one pass is enough and nothing recurses."""
        met = set(cosigned)
        for name, (k, members) in self.groups.items():
            if sum(member in met for member in members) >= k:
                met.add(name)
        return self.quorum == "none" or self.quorum in met
