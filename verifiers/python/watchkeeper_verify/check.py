"""The nine steps of package.md §6, each going on after a failure.

It reads no clock and no network. It keeps: a key from the package is at most a key to ask for, never a reason to trust;
and what could not be looked at is a doubt, not a success.
"""

import bisect
import hashlib
import re

from . import container, documents, records, video
from .merkle import inclusion_holds, leaf_hash, range_holds
from .notes import Checkpoint, Key, Note, NoteError, NOTE_BYTES_MAX
from .report import Report, time_text

# A last group may end this much before the asked span does (package.md §6, step 6).
SPAN_SLACK_US = 250_000
# The profile of sound in records (ledger.md §3).
SOUND = 2
# Seal reason of a record that was made after a crash (ledger.md §3); it may lie outside the bracket (step 8).
RECOVERED = 5
EARLIER_NAME = re.compile(r"proof/checkpoint-[0-9a-f]{16}\.txt")
# A record may lie this much outside the bracket (step 8).
BRACKET_SLACK_US = 60_000_000
BATCH_WIDTHS = {1 << n for n in range(4, 17)}
CHUNK = 1 << 18


def check(path, policy=None):
    """The report on the package at `path`. `policy` comes from elsewhere; None means that there is none."""
    checker = Checker(policy)
    try:
        checker.run(path)
    except container.ArchiveError as error:
        checker.report["bytes_intact"].find("archive_form", str(error))
        for claim in checker.report.claims.values():
            claim.asked = True
        checker.refuse("the manifest cannot be read")
    except container.ContainerError as error:
        checker.refuse(str(error))
    except OSError as error:
        checker.refuse("cannot be read: %s" % error)
    except (MemoryError, RecursionError):
        checker.refuse("too large for this machine")
    except Exception as error:  # A mistake of this verifier must not read as a verdict, nor end without one.
        checker.refuse("this verifier failed: %s: %s" % (type(error).__name__, error))
        checker.failed = True
    return checker.report


class Checker:
    def __init__(self, policy):
        self.policy = policy
        self.report = Report()
        self.trusted = False
        self.failed = False
        self.manifest = None
        self.footage = None
        self.access = None
        self.listed = {"manifest.json", "manifest.sig"}
        self.spans = []
        self.videos = set()
        self.report["witnessed"].asked = self._witnesses_asked()
        self.report["time_bracket"].asked = self._witnesses_asked()

    def _witnesses_asked(self):
        return self.policy is None or self.policy.quorum != "none"

    def refuse(self, why):
        for claim in self.report.claims.values():
            claim.doubt(why)

    def run(self, path):
        self.files = container.open_package(path)
        for code, file, text in self.files.problems:
            self.report["bytes_intact"].find(code, text, file=file)
        self._read_manifest()
        if self.manifest is None:
            for claim in self.report.claims.values():
                claim.asked = True
            self.refuse("the manifest cannot be read")
            return
        self._signature()
        self._check_files()
        self.footage = self._checkpoint("proof/footage-checkpoint.txt", self.manifest.footage_log,
                                        "place_in_original")
        self.footage_signed = self.footage is not None and not self.report["place_in_original"].findings
        if not self.footage_signed:
            self.report["complete"].doubt("there is no checkpoint that records could be in")
        self._check_cameras()
        self._hand_over()
        self._witnesses()
        self._derivative()
        self._crcs()
        if not self.trusted:
            self.refuse("no key that counts signed the package")

    # ---- the manifest and its signature: steps 1 and 2

    def _bytes(self, name, most):
        """The bytes of a file, or None where it is not there, not listed, or cannot be read."""
        entry = self.files.files.get(name)
        if entry is None or name not in self.listed:
            return None
        try:
            return entry.read_all(most)
        except OSError:
            return None

    def _read_manifest(self):
        intact = self.report["bytes_intact"]
        self.manifest_bytes = self._bytes("manifest.json", documents.MANIFEST_BYTES_MAX)
        if self.manifest_bytes is None:
            intact.find("manifest", "is missing, or cannot be read", file="manifest.json")
            return
        try:
            self.manifest = documents.Manifest(self.manifest_bytes)
        except documents.DocumentError as error:
            intact.find("manifest", str(error), file="manifest.json")
            return
        self.report.copy_id = self.manifest.copy_id_text
        folder = self.files.folder_name
        if folder is not None and folder != "evidence-" + self.manifest.copy_id_text:
            intact.find("archive_form", "the archive's folder is not named after the copy")

    def _signature(self):
        """Step 2. The text must be that of package.md §3."""
        origin, intact = self.report["origin"], self.report["bytes_intact"]
        origin.checked = intact.checked = True
        data = self._bytes("manifest.sig", NOTE_BYTES_MAX)
        try:
            if data is None:
                raise NoteError("is missing, or cannot be read")
            note = Note(data)
        except NoteError as error:
            for claim in (origin, intact):
                claim.find("signature", str(error), file="manifest.sig")
            return
        m = self.manifest
        digest = hashlib.sha256(self.manifest_bytes).hexdigest()
        text = "watchkeeper-evidence/1\ncopy %s\nfootage-log %s\naccess-log %s\nmanifest-sha256 %s\n" % (
            m.copy_id_text, m.footage_log.origin, m.access_log.origin, digest)
        right = note.text == text.encode("utf-8", "surrogatepass")
        if not right:
            for claim in (origin, intact):
                claim.find("signature", "what was signed is not this manifest", file="manifest.sig")
        self._signer(note, right)
        if len(note.lines) > 1:
            origin.note("manifest.sig has %d signatures; those of unknown keys say nothing" % len(note.lines))

    def _signer(self, note, right):
        origin = self.report["origin"]
        log = self.manifest.footage_log
        keys = self._named(log) if self.policy is None else self.policy.keys_of_log(log.origin)
        signed = any(note.signed_by(key) for key in keys)
        if self.policy is None:
            origin.doubt("no key was given that you trust; ask the operator for the verifier key by another way")
            if not signed:
                for claim in (origin, self.report["bytes_intact"]):
                    claim.find("signature", "not signed by the key that the manifest names", file="manifest.sig")
        elif not signed:
            origin.find("signature", "not signed by a key that you trust", file="manifest.sig")
            if any(note.names(key) for key in keys):
                self.report["bytes_intact"].find("signature", "a signature of a key that you trust is false",
                                                 file="manifest.sig")
        self.trusted = signed and right

    def _keys(self, log):
        """The keys that count for a log: those of the policy, else the one that the manifest names.

        The latter is vouched for by the signature (package.md §3). Where no key of the policy signed the package
        nothing is proven, and the named keys serve to find what else is wrong.
        """
        known = [] if self.policy is None else self.policy.keys_of_log(log.origin)
        if self.policy is not None and not self.trusted:
            known = []
        return known or self._named(log)

    @staticmethod
    def _named(log):
        try:
            key = Key(log.vkey)
        except (NoteError, UnicodeEncodeError):
            return []
        return [key] if key.name == log.origin else []

    # ---- files: step 3

    def _check_files(self):
        intact = self.report["bytes_intact"]
        videos = {v.file for camera in self.manifest.cameras + self.manifest.sound for v in camera.videos}
        listed = self.listed
        for name, size, digest in self.manifest.files:
            if not container.name_allowed(name):
                intact.find("name", "a name that no file of a package has", file=name)
                continue
            if name in listed:
                intact.find("doubled", "is listed twice, or is a file that lists", file=name)
                continue
            listed.add(name)
            entry = self.files.files.get(name)
            if entry is None:
                intact.find("missing", "is listed and not there", file=name)
            elif entry.size != size:
                intact.find("changed", "has %d bytes, not %d" % (entry.size, size), file=name)
            elif name not in videos:
                self._check_hash(entry, digest)
        for name in sorted(set(self.files.files) - listed):
            intact.find("added", "is there and not listed", file=name)
        self.sizes = {name: size for name, size, _ in self.manifest.files}

    def _check_hash(self, entry, digest):
        try:
            with entry.open() as reader:
                computed = hashlib.sha256()
                while reader.left:
                    computed.update(reader.read(CHUNK))
                entry.crc_checked = entry.crc is None or entry.crc == reader.crc
        except OSError as error:
            self.report["bytes_intact"].find("unreadable", "cannot be read: %s" % error, file=entry.name)
            return
        if computed.digest() != digest:
            self.report["bytes_intact"].find("changed", "its SHA-256 is not the listed one", file=entry.name)

    def _crcs(self):
        """An archive's CRCs are part of its form (package.md §1). Files that were read already are not read again."""
        for entry in self.files.files.values():
            if entry.crc is None or entry.crc_checked or entry.problem:
                if entry.problem:
                    self.report["bytes_intact"].find("archive_form", entry.problem, file=entry.name)
                continue
            with entry.open() as reader:
                reader.skip(entry.size)
                if reader.crc != entry.crc:
                    self.report["bytes_intact"].find("archive_form", "its CRC-32 is not that of its bytes",
                                                     file=entry.name)

    # ---- checkpoints: step 4

    def _note(self, name, claim):
        data = self._bytes(name, NOTE_BYTES_MAX)
        try:
            if data is None:
                raise NoteError("is missing, or cannot be read")
            return Checkpoint(Note(data))
        except NoteError as error:
            self.report[claim].find("checkpoint", str(error), file=name)
            return None

    def _checkpoint(self, name, log, claim):
        checkpoint = self._note(name, claim)
        if checkpoint is None:
            return None
        keys = self._keys(log)
        if checkpoint.origin != log.origin:
            self.report[claim].find("checkpoint", "its origin is not that of the manifest", file=name)
        elif not any(checkpoint.note.signed_by(key) for key in keys):
            self.report[claim].find("checkpoint", "it is not signed by a key that counts", file=name)
        try:
            checkpoint.cosigned = self.policy.cosignatures(checkpoint.note) if self.policy is not None else {}
        except NoteError as error:
            self.report[claim].find("checkpoint", str(error), file=name)
            return None
        return checkpoint

    # ---- records and videos: steps 5 and 6

    def _check_cameras(self):
        place, complete, cameras = self.report["place_in_original"], self.report["complete"], self.manifest.cameras
        place.checked = complete.checked = True
        if [camera.number for camera in cameras] != list(range(1, len(cameras) + 1)):
            place.find("camera", "the cameras are not numbered 1, 2, …")
        if len({camera.id for camera in cameras}) != len(cameras):
            place.find("camera", "a camera is there twice")
        if not cameras:
            complete.find("tiling", "the package has no camera")
        profile = {"main": 0, "sub": 1, "later": 3}.get(self.manifest.profile)
        for number, camera in enumerate(cameras, 1):
            self._check_camera(number, camera, profile)
        known = {(camera.id, camera.number) for camera in cameras}
        for camera in self.manifest.sound:
            if (camera.id, camera.number) not in known:
                place.find("camera", "sound of a camera that is not there, or under another number")
            self._check_camera(camera.number, camera, SOUND)
        if len({camera.id for camera in self.manifest.sound}) != len(self.manifest.sound):
            place.find("camera", "the sound of a camera is there twice")

    def _check_camera(self, number, camera, profile):
        walks = _Videos(self, camera)
        chain, gaps, segments = [], {}, []
        for seq, kind, file in camera.records:
            record, proof = self._record(camera, profile, seq, kind, file)
            if record is None or not proof.proven:
                self.report["complete"].doubt("the record %s cannot be relied on" % file[:100])
            else:
                chain.append((file, record, proof.log_index))
                gaps.setdefault(seq, (record.start_us, record.end_us) if record.kind == "gap" else ())
                self.spans.append((file, record, proof.log_index))
            if record is None:
                continue
            if record.kind == "segment":
                segments.append((file, record, proof))
            else:
                self.report["complete"].note("gap of camera %d, %s" % (number, _gap_text(record)))
        # Video by video, each with its records as they are listed: that they are listed in another order is the tiling's.
        places = {item.file: place for place, item in enumerate(camera.videos)}
        for file, record, proof in sorted(segments, key=lambda one: places.get(one[2].video, -1)):
            walks.segment(file, record, proof)
        walks.finish()
        self._tiling(camera, chain)
        self._later(number, camera, gaps)

    def _later(self, number, camera, gaps):
        """Step 5: what the manifest says of footage that was brought later must be a part of a listed gap."""
        listed = {seq for seq, kind, _ in camera.records if kind == "gap"}
        for gap, start, end, seq in camera.later:
            span = gaps.get(gap, None if gap in listed else ())
            # A gap whose record cannot be read has its own finding.
            if span is not None and not (span and span[0] <= start < end <= span[1]):
                self.report["place_in_original"].find("later", "footage brought later for a gap that is not there",
                                                      start_us=start, end_us=end)
                continue
            self.report["complete"].note(
                "camera %d: footage of %s to %s was brought later; it is not in this package (record %d of profile later)"
                % (number, time_text(start), time_text(end), seq))

    def _record(self, camera, profile, seq, kind, file):
        """Step 5 for one record: (record, proof), or Nones where it cannot be read."""
        place = self.report["place_in_original"]
        data = self._bytes(file, documents.PROOF_BYTES_MAX)
        try:
            if data is None:
                raise documents.DocumentError("is missing, or cannot be read")
            proof = documents.Proof(data, file)
            record = (records.Segment if proof.kind == "segment" else records.Gap)(proof.record)
        except (documents.DocumentError, records.RecordError) as error:
            place.find("record", str(error), file=file)
            return None, None
        where = {"file": file, "start_us": record.start_us, "end_us": record.end_us}

        def say(text):
            proof.proven = False
            place.find("record", text, **where)

        if (record.store, record.camera, record.profile) != (self.manifest.store, camera.id, profile):
            say("it is of another store, camera or profile")
        if (proof.kind, record.seq) != (kind, seq):
            say("it has another kind or number than listed")
        # Without a checkpoint that counts there is nothing that it could be in: step 4 says so.
        if self.footage_signed and not inclusion_holds(leaf_hash(proof.record), proof.log_index, self.footage.size,
                                                       proof.inclusion, self.footage.root):
            say("it is not in the log of the checkpoint")
        if record.kind == "segment":
            if record.unchecked:
                place.note("digests or signatures of a record were not checked: no algorithm for them here")
            self._groups(record, proof, say)
        return record, proof

    @staticmethod
    def _groups(record, proof, say):
        """The groups are the range of gops_root, and lie where their decode times say."""
        end = proof.first_gop + len(proof.gops)
        if not proof.gops or end > record.gop_count:
            say("it has no groups, or more than were logged")
            proof.gops = proof.gops[:max(0, record.gop_count - proof.first_gop)]
            return
        if not range_holds(video.gop_leaves(proof), proof.first_gop, record.gop_count, proof.range_proof,
                           record.gops_root):
            say("its groups are not a range of those that were logged")

    def _tiling(self, camera, chain):
        """The tiling rule of ledger.md §3 over the asked span, by the records that can be relied on."""
        complete = self.report["complete"]
        asked = (self.manifest.from_us, self.manifest.to_us)
        if not chain:
            complete.find("tiling", "camera %d has no record" % camera.number, start_us=asked[0], end_us=asked[1])
            return
        for (_, a, a_index), (file, b, b_index) in zip(chain, chain[1:]):
            where = {"file": file, "start_us": a.end_us, "end_us": b.start_us}
            if b.seq != a.seq + 1:
                complete.find("tiling", "it does not follow record %d" % a.seq, **where)
            elif b.prev != a.hash:
                complete.find("tiling", "it names another record before it", **where)
            if b.start_us != a.end_us:
                complete.find("tiling", "it does not begin where the one before ends", **where)
            if b_index <= a_index:
                complete.find("tiling", "it stands in the log before the one before", **where)
        first, last = chain[0][1], chain[-1][1]
        if first.start_us > asked[0] and first.seq != 0:
            complete.find("tiling", "camera %d: the first record begins behind the asked span's start" % camera.number,
                          start_us=asked[0], end_us=first.start_us)
        if last.end_us < asked[1]:
            complete.find("tiling", "camera %d: the last record ends before the asked span does" % camera.number,
                          start_us=last.end_us, end_us=asked[1])

    def span_of_groups(self, file, record, proof, begin_us, end_us):
        """Step 6: the groups of a segment reach over the asked span, as far as the segment does."""
        complete = self.report["complete"]
        asked_from, asked_to = self.manifest.from_us, self.manifest.to_us
        if proof.first_gop > 0:
            if begin_us is None:
                complete.doubt("where the first group of %s begins could not be read" % file)
            elif begin_us > asked_from:
                complete.find("span", "its first group begins inside the asked span, and is not the segment's first",
                              file=file, start_us=asked_from, end_us=begin_us)
        if proof.first_gop + len(proof.gops) < record.gop_count:
            if end_us is None:
                complete.doubt("where the last group of %s ends could not be read" % file)
            elif end_us < asked_to - SPAN_SLACK_US:
                complete.find("span", "its last group ends before the asked span, and is not the segment's last",
                              file=file, start_us=end_us, end_us=asked_to)

    # ---- the hand-over: step 7

    def _hand_over(self):
        name = "proof/hand-over.json"
        released = self.report["released"]
        released.checked = True
        self.access = self._checkpoint("proof/access-checkpoint.txt", self.manifest.access_log, "released")
        data = self._bytes(name, documents.PROOF_BYTES_MAX)
        if data is None:
            released.find("hand_over", "is missing, or cannot be read", file=name)
            return
        try:
            entry = documents.HandOver(data)
            record = records.Access(entry.record)
            leaf, batch = records.AccessLeaf(entry.leaf), records.BatchLeaf(entry.batch_leaf)
        except (documents.DocumentError, records.RecordError) as error:
            released.find("hand_over", str(error), file=name)
            return
        for holds, text in self._logged(entry, record, leaf, batch) + self._said(record):
            if not holds:
                released.find("hand_over", text, file=name)

    def _logged(self, entry, record, leaf, batch):
        minute = record.time_us // 60_000_000
        width, log = entry.batch_width, self.access
        return [
            (records.commitment(entry.salt, entry.record) == leaf.commitment, "the leaf is not that of the record"),
            (leaf.epoch == record.time_us // 86_400_000_000, "the leaf's day is not the record's"),
            (leaf.act_class == records.CLASS_HANDING_OUT, "the leaf is not of the class of handing out"),
            (width in BATCH_WIDTHS, "the batch's width is not a power of two from 16 to 65,536"),
            (batch.minute >= minute, "the batch is older than the record"),
            (inclusion_holds(leaf_hash(entry.leaf), entry.batch_index, width, entry.batch_proof, batch.root),
             "the leaf is not in the batch"),
            (log is not None and inclusion_holds(leaf_hash(entry.batch_leaf), entry.log_index, log.size,
                                                 entry.inclusion, log.root),
             "the batch is not in the log of the checkpoint"),
        ]

    def _said(self, record):
        """What the record must say: package.md §5."""
        m = self.manifest
        return [
            (record.kind == records.EXPORT, "the act is not an export"),
            (record.permitted, "the act was refused"),
            (record.rendering == records.ORIGINAL, "the act is not for the original pictures"),
            (record.subject == m.copy_id, "the act is for another copy"),
            (record.names_cameras({camera.id for camera in m.cameras}), "the act is for other cameras"),
            (record.span == (m.from_us, m.to_us), "the act is for another span"),
            (record.recipient == recipient_text(*m.recipient), "the act is for another recipient"),
        ]

    # ---- witnesses and time: step 8

    def _witnesses(self):
        witnessed, bracket = self.report["witnessed"], self.report["time_bracket"]
        if not self._witnesses_asked():
            return
        witnessed.checked = bracket.checked = True
        if self.policy is None:
            self._doubt_witnesses("no policy was given that names witnesses")
            return
        if self.footage is None or not self.footage_signed:
            self._doubt_witnesses("there is no checkpoint that could be relied on")
            return
        cosigned = self.footage.cosigned
        if not self.policy.quorum_met(cosigned):
            self._doubt_witnesses("the witnesses that signed the checkpoint are not those that the policy asks for")
        latest = max(cosigned.values(), default=None)
        if latest is None:
            bracket.doubt("no witness signed the checkpoint")
            return
        earlier = self._earlier()
        for file, record, log_index in self.spans:
            # In the log after the latest cosignature of a tree that was too small to hold it.
            earliest = max((time for size, time in earlier if size <= log_index), default=None)
            if earliest is None:
                bracket.doubt("for some records no earlier checkpoint is here that a witness signed")
            # What a crash left behind is recorded later.
            if record.kind == "segment" and record.seal_reason == RECOVERED:
                continue
            where = {"file": file, "start_us": record.start_us, "end_us": record.end_us}
            if record.end_us > latest * 1_000_000 + BRACKET_SLACK_US:
                bracket.find("bracket", "it ends after witnesses had seen it", **where)
            elif earliest is not None and record.end_us < earliest * 1_000_000 - BRACKET_SLACK_US:
                bracket.find("bracket", "it ends before witnesses had seen the log without it", **where)

    def _doubt_witnesses(self, text):
        self.report["witnessed"].doubt(text)
        self.report["time_bracket"].doubt(text)

    def _earlier(self):
        """Size and latest cosignature (POSIX seconds) of each earlier checkpoint of the footage log that the package holds."""
        log, found = self.manifest.footage_log, []
        for name in sorted(self.listed):
            if not EARLIER_NAME.fullmatch(name):
                continue
            data = self._bytes(name, NOTE_BYTES_MAX)
            if data is None:
                continue
            try:
                checkpoint = Checkpoint(Note(data))
                signed = any(checkpoint.note.signed_by(key) for key in self._keys(log))
                times = self.policy.cosignatures(checkpoint.note).values()
                if checkpoint.origin == log.origin and signed and times:
                    found.append((checkpoint.size, max(times)))
            except NoteError:
                continue
        return found

    # ---- derivative: step 9

    def _derivative(self):
        claim = self.report["derivative"]
        claim.checked = True
        if self.manifest.rendering != "original":
            claim.doubt("a rendering that is not defined: %s" % self.manifest.rendering[:64])
        if self.report["bytes_intact"].findings or self.report["place_in_original"].findings:
            claim.doubt("the pictures are not all the stored ones: see what was found wrong")


def recipient_text(name, organisation):
    """package.md §5: `name, organisation` or `name`, cut to 192 bytes with an ellipsis that counts."""
    text = name + ", " + organisation if organisation else name
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) <= 192:
        return text
    return raw[:192 - 3].decode("utf-8", "ignore") + "\u2026"


def _gap_text(record):
    return "%s to %s: %s" % (time_text(record.start_us), time_text(record.end_us), record.cause)


class _Videos:
    """The videos of one camera, each walked once, in the order in which its records name them."""

    def __init__(self, checker, camera):
        self.checker = checker
        self.place = checker.report["place_in_original"]
        self.videos = {}
        for item in camera.videos:
            if item.file in checker.videos:
                # The first listing counts.
                self.place.find("video", "is listed twice", file=item.file)
                continue
            checker.videos.add(item.file)
            self.videos[item.file] = item
        self.walk = None
        self.done, self.lost = set(), set()

    def segment(self, file, record, proof):
        listed = self.videos.get(proof.video)
        if listed is None:
            self.place.find("video", "the record %s names a video that is not listed" % file, file=proof.video[:100])
            return
        if listed.file in self.lost:
            return
        if self.walk is None or self.walk.video is not listed:
            self._close()
            self._open(file, listed)
        if self.walk is None or not proof.gops:
            return
        walk = self.walk
        self._compare(walk, listed, record)
        if proof.first_gop + len(proof.gops) > record.gop_count:
            return
        try:
            begin_us, end_us = walk.segment(record, proof)
        except OSError as error:
            self._unreadable(listed, error)
            return
        if proof.proven:
            self.checker.span_of_groups(file, record, proof, begin_us, end_us)

    def _compare(self, walk, listed, record):
        """The one configuration of the video is that of each record."""
        last = len(listed.pieces) - 1
        if not listed.config_sha256 == record.config_hash:
            walk.problem(last + 1, last, "init", "the listed configuration is not that of record %d" % record.seq)
        init = walk.init
        if init is not None and init.config_hash != record.config_hash:
            walk.problem(0, 0, "init", "the configuration is not that of record %d" % record.seq)
        if init is not None and (init.codec, init.width, init.height) != (record.codec, record.width, record.height):
            walk.problem(0, 0, "init", "codec or size are not those of record %d" % record.seq)

    def _open(self, file, listed):
        if listed.file in self.done:
            self.place.find("video", "its records do not stand together (%s)" % file, file=listed.file)
            return
        self.done.add(listed.file)
        entry = self.checker.files.files.get(listed.file)
        if entry is None or listed.file not in self.checker.listed:
            self._missing(listed)
            return
        if sum(piece.bytes for piece in listed.pieces) != self.checker.sizes.get(listed.file):
            self.place.find("pieces", "the pieces do not tile the video", file=listed.file)
        try:
            walk = video.Walk(entry, listed, self.checker.sizes.get(listed.file))
        except OSError as error:
            self._unreadable(listed, error)
            return
        if walk.init is not None and walk.init.config_hash != listed.config_sha256:
            walk.problem(0, 0, "init", "the configuration is not the listed one")
        if walk.init is not None and walk.init.copy_id != self.checker.manifest.copy_id:
            walk.problem(0, 0, "init", "the copy id is not the manifest's")
        self.walk = walk

    def _missing(self, listed):
        if listed.file not in self.checker.listed:
            self.checker.report["bytes_intact"].find("missing", "is named and not listed", file=listed.file[:100])
        self._doubt(listed.file)

    def _unreadable(self, listed, error):
        self.checker.report["bytes_intact"].find("unreadable", "cannot be read: %s" % error, file=listed.file)
        self._doubt(listed.file)
        self.walk = None

    def _doubt(self, name):
        self.lost.add(name)
        self.place.doubt("%s could not be compared with the log" % name[:100])

    def _close(self):
        walk, self.walk = self.walk, None
        if walk is None:
            return
        try:
            walk.finish()
        except OSError as error:
            self._unreadable(walk.video, error)
            return
        self._judge(walk)

    def _judge(self, walk):
        """package.md §6, step 6: what a changed piece explains was changed afterwards; the rest was wrong before."""
        pieces, intact = walk.video.pieces, self.checker.report["bytes_intact"]
        damaged = [i for i, _ in walk.damaged]
        for i, at in walk.damaged:
            piece = pieces[i]
            intact.find("changed", "its bytes are not those that were handed over", file=walk.video.file, fragment=i,
                        span=(at, at + piece.bytes), start_us=piece.from_us, end_us=piece.to_us)
        if walk.trailing:
            self._trailing(walk)
        if damaged[:1] == [0]:
            self.place.find("init", "what is before the first fragment was changed", file=walk.video.file, fragment=0)
        for problem in walk.problems:
            nearest = bisect.bisect_left(damaged, problem.first)
            if not problem.excused or nearest == len(damaged) or damaged[nearest] > problem.last:
                self.place.find(problem.code, problem.text, file=walk.video.file,
                                fragment=problem.first if problem.first == problem.last else None,
                                start_us=problem.start_us, end_us=problem.end_us)

    def _trailing(self, walk):
        """Bytes behind the last piece: added since, or never listed (package.md §2: pieces tile the video)."""
        name, size = walk.video.file, walk.entry.size
        span = (size - walk.trailing, size)
        if self.checker.sizes.get(name) == size:
            self.place.find("pieces", "the pieces do not tile the video", file=name, span=span)
        else:
            self.checker.report["bytes_intact"].find("changed", "bytes follow the last fragment", file=name, span=span)

    def finish(self):
        self._close()
        for name, listed in self.videos.items():
            if name not in self.done:
                self._open("", listed)
                self._close()
