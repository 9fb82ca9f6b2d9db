"""One pass over a video: access-unit hashes to group roots, heads to the piece root (package.md §6, step 6).

It knows one video and the records that name it, one after another; what that means for claims is said in `check`.
It keeps: samples are read once and one at a time; only where something differs is the file read again, by pieces.
"""

import hashlib
import struct

from . import merkle, mp4
from .records import gop_leaf

_sha256 = hashlib.sha256
_PIECE = b"watchkeeper/piece/v1\n"
_UNIT = struct.Struct(">qqB")
CHUNK = 1 << 18


def piece_leaf(number, head):
    return merkle.leaf_hash(_sha256(_PIECE + number.to_bytes(4, "big") + head).digest())


class Problem:
    """Something that differs, and the pieces [first, last] that it is about.

    `excused`: it says nothing about the log, so it counts only if none of these pieces was changed afterwards.
    """

    def __init__(self, first, last, code, text, start_us=None, end_us=None, excused=False):
        self.first, self.last, self.code, self.text = first, last, code, text
        self.start_us, self.end_us, self.excused = start_us, end_us, excused


class Groups:
    """The groups of one segment, filled with the units of fragments that come in order.

    A group ends when it has its number of units. Behind bytes that cannot be read the next group is found by its first
    decode time.
    """

    def __init__(self, proof, problem):
        self.gops = proof.gops
        self.first_gop = proof.first_gop
        self._problem = problem
        self._starts = {}
        for i, gop in enumerate(self.gops):
            self._starts.setdefault(gop.first_dts, i)
        self.current = -1
        self._begin_group(0)

    def _begin_group(self, piece):
        self._count, self._tree, self._broken = 0, merkle.Frontier(), None
        self._first_piece = self._last_piece = piece

    def _full(self):
        if not 0 <= self.current < len(self.gops):
            return self.current < 0
        return self._broken is None and self._count >= self.gops[self.current].au_count

    def _advance(self, to, piece):
        """Closes the current group, reports those that were passed over, opens the next."""
        self._close()
        for i in range(self.current + 1, min(to, len(self.gops))):
            self._report(i, self._last_piece, piece, "the group is missing")
        self.current = to
        self._begin_group(piece)

    def _report(self, i, first, last, text):
        self._problem(first, last, "group", "group %d of the segment: %s" % (self.first_gop + i, text))

    def _close(self):
        if self.current < 0 or self.current >= len(self.gops):
            return
        gop = self.gops[self.current]
        text = self._broken
        if text is None and self._count != gop.au_count:
            text = "it has %d access units, not %d" % (self._count, gop.au_count)
        if text is None and self._tree.root() != gop.root:
            text = "its access units are not those that were logged"
        if text is not None:
            self._report(self.current, self._first_piece, self._last_piece, text)

    def lost(self, piece):
        """A fragment that cannot be read: it belongs to the group that is open, or opens the next."""
        if self._full() and self.current + 1 < len(self.gops):
            self._advance(self.current + 1, piece)
        self._last_piece = piece
        self._broken = self._broken or "a fragment of it cannot be read"

    def place(self, fragment, piece):
        """Which group a fragment belongs to. None: to none."""
        key = fragment.samples[0][3]
        known = self._starts.get(fragment.dts, -1) if key else -1
        if known > self.current:
            self._advance(known, piece)
        elif self._full():
            self._advance(self.current + 1, piece)
        if self.current >= len(self.gops):
            self._problem(piece, piece, "group", "a fragment behind the segment's last group")
            return None
        self._last_piece = piece
        gop = self.gops[self.current]
        if self._count == 0 and self._broken is None and (not key or fragment.dts != gop.first_dts):
            self._broken = "it does not begin with a key unit at its decode time"
        return gop

    def add(self, au_hash):
        self._count += 1
        self._tree.add(merkle.leaf_hash(au_hash))

    def finish(self, last_piece):
        if self.current < len(self.gops):
            self._advance(len(self.gops), last_piece)


class Walk:
    """One video file, from its first byte to its last. Problems collect in `problems`; nothing is judged here."""

    def __init__(self, entry, video, listed_size):
        self.entry, self.video, self.listed_size = entry, video, listed_size
        self.problems = []
        self.broken = False
        self.init = None
        self._at, self._listed_at = 1, 0
        self._heads = _sha256()
        self._seqs = {}
        for i in range(1, len(video.pieces)):
            span = self._seqs.setdefault(video.pieces[i].seq, [i, i])
            span[1] = i
        self.damaged = []
        self.trailing = 0
        self._last = len(video.pieces) - 1
        self._reader = entry.open()
        if video.pieces:
            self._begin()

    def problem(self, first, last, code, text, start_us=None, end_us=None, excused=False):
        if start_us is None and 0 < first <= last < len(self.video.pieces):
            start_us, end_us = self.video.pieces[first].from_us, self.video.pieces[last].to_us
        if len(self.problems) < 10_000:
            self.problems.append(Problem(first, last, code, text, start_us, end_us, excused))

    def _begin(self):
        declared = self.video.pieces[0].bytes
        try:
            if declared > mp4.HEAD_BYTES_MAX:
                raise mp4.FormError("a head of more than 1 MiB")
            data = self._reader.read(declared)
            if len(data) != declared:
                raise mp4.FormError("the file is cut off")
            self._heads.update(data)
            self.init = mp4.Init(data)
            if self.init.odd is not None:
                self.problem(0, 0, "init", self.init.odd)
        except mp4.FormError as error:
            self.broken = True
            self.problem(0, 0, "init", str(error))
        self._listed_at = declared
        self._reader.skip(declared - self._reader.at)

    def _extra(self, first, last):
        """Pieces that no record accounts for."""
        if first <= last:
            self.problem(first, last, "group", "fragments that belong to no record")
        for i in range(first, last + 1):
            self._listed_at += self.video.pieces[i].bytes
        self._reader.skip(self._listed_at - self._reader.at)

    def segment(self, record, proof):
        """The fragments of one record. Gives the wall times where its groups begin and end, or Nones."""
        first, last = self._seqs.pop(record.seq, (0, -1))
        if last < self._at or first < self._at:
            self.problem(0, self._last, "group", "no fragments for record %d" % record.seq)
            return None, None
        self._extra(self._at, first - 1)
        self._at = last + 1
        groups = Groups(proof, self.problem)
        leaves, end = [], None
        begin_us, end_us = self.video.pieces[first].from_us, self.video.pieces[last].to_us
        for i in range(first, last + 1):
            end = fragment = self._fragment(i, record, proof.first_piece + i - first, groups)
            if fragment is None:
                continue
            leaves.append(piece_leaf(fragment.number, fragment.head))
        groups.finish(last)
        self._check_heads(record, proof, leaves, first, last)
        if not self.broken and end is not None and end.wall_us == self.video.pieces[last].from_us:
            # What is listed says where a group ends; what was logged says it better. footage.md §3: prft of the
            # fragment plus the difference of decode times, ticks of 1/90000 s.
            end_us = end.wall_us + (proof.gops[-1].end_dts - end.dts) * 100 // 9
        return begin_us, end_us

    def _fragment(self, i, record, number, groups):
        """Reads one fragment and hashes its units; None where it cannot be read."""
        piece = self.video.pieces[i]
        self._listed_at += piece.bytes
        begin, fragment = self._reader.at, None
        try:
            fragment = mp4.Fragment(self._reader)
            if fragment.bytes != piece.bytes:
                self.problem(i, i, "pieces", "the fragment has not the length that is listed", excused=True)
            self._heads.update(fragment.head)
            self._times(i, piece, fragment, record, number)
            self._units(fragment, groups.place(fragment, i), groups, record.codec)
            self._reader.skip(begin + fragment.bytes - self._reader.at)
        except mp4.FormError as error:
            self.broken = True
            self.problem(i, i, "fragment", str(error), piece.from_us, piece.to_us)
            groups.lost(i)
            fragment = None
            # What cannot be read is passed over as it is listed; what can be read goes by its own boxes.
            self._reader.skip(self._listed_at - self._reader.at)
        return fragment

    def _units(self, fragment, gop, groups, codec):
        if gop is None:
            return
        prefix = b"watchkeeper/au/v1\n" + gop.salt + b"\x01"
        read, pack = self._reader.read, _UNIT.pack
        for size, dts, pts, key in fragment.samples:
            sample = read(size)
            if len(sample) != size:
                raise mp4.FormError("the file is cut off")
            unit = _sha256(prefix + pack(dts, pts, key) + mp4.unit_prefix(sample, codec))
            unit.update(sample)
            groups.add(unit.digest())

    def _times(self, i, piece, fragment, record, number):
        say = lambda code, text: self.problem(i, i, code, text, piece.from_us, piece.to_us)
        if fragment.number != number:
            say("fragment", "it has the number %d, not %d" % (fragment.number, number))
        if piece.seq != record.seq:
            say("time", "it is listed under record %s" % piece.seq)
        if piece.from_us != fragment.wall_us:
            say("time", "the listed time is not that of the fragment")
        if not record.start_us <= fragment.wall_us < record.end_us:
            say("time", "the fragment's time lies outside its record's span")
        if not piece.from_us <= piece.to_us <= record.end_us:
            say("time", "the fragment ends before it begins, or behind its record's end")

    def _check_heads(self, record, proof, leaves, first, last):
        """The heads lead to boxes_root. In a tree of pieces from 1 on, the proof's first hash is piece 0's leaf."""
        span = (record.start_us, record.end_us)
        if len(leaves) != last + 1 - first:
            return  # A fragment that cannot be read has been reported.
        if not merkle.range_holds(leaves, proof.first_piece, proof.piece_count, proof.piece_proof, record.boxes_root):
            self.problem(first, last, "heads", "the heads of fragments are not those that were logged", *span)
        elif self.init is not None and proof.first_piece == 1:
            if proof.piece_proof[0] != piece_leaf(0, self.init.stored):
                self.problem(0, 0, "init", "ftyp and moov are not those that were logged", *span)

    def finish(self):
        """What is left over, the heads together; then, if anything differs, which pieces were changed."""
        self._extra(self._at, self._last)
        self.trailing = self._reader.left
        self._reader.skip(self._reader.left)
        if self.entry.crc is not None:
            self.entry.crc_checked = self._reader.crc == self.entry.crc
        self._reader.close()
        if self._heads.digest() != self.video.heads_sha256:
            self.problem(0, self._last, "heads", "heads_sha256 is not that of the heads", excused=True)
        if self.problems:
            self._hash_pieces()

    def _hash_pieces(self):
        """Piece numbers with their offsets whose SHA-256 is not the listed one."""
        at = 0
        with self.entry.open() as reader:
            for i, piece in enumerate(self.video.pieces):
                digest, left = _sha256(), piece.bytes
                while left > 0:
                    data = reader.read(min(CHUNK, left))
                    if not data:
                        break
                    digest.update(data)
                    left -= len(data)
                # What the file was never so long for was wrong before the hand-over: the pieces do not tile it.
                was_never = left > 0 and self.entry.size == self.listed_size
                if not was_never and (left > 0 or digest.digest() != piece.sha256):
                    self.damaged.append((i, at))
                at += piece.bytes


def gop_leaves(proof):
    """Leaf hashes of the proof's groups in the tree of gops_root (ledger.md §4)."""
    return [merkle.leaf_hash(gop_leaf(proof.first_gop + i, g.au_count, g.first_dts, g.end_dts, g.root))
            for i, g in enumerate(proof.gops)]
