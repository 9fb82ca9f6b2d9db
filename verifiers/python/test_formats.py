"""Notes, records, containers, JSON and MP4 by themselves: what is in form is taken, and nothing beside it.

Whole packages are in test_package.py.
"""

import json
import os
import tempfile
import unittest

import sample
from watchkeeper_verify import container, documents, mp4, notes, records

# The example of c2sp.org/signed-note, and the key with which Go's documentation verifies a note of this form.
EXAMPLE = ("If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
           "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
           "\n").encode()
EXAMPLE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


class NoteTest(unittest.TestCase):
    def test_the_example_verifies(self):
        note, key = notes.Note(EXAMPLE), notes.Key(EXAMPLE_KEY)
        self.assertTrue(note.signed_by(key))
        self.assertFalse(notes.Note(EXAMPLE.replace(b"your", b"Your", 1)).signed_by(key))

    def test_notes_out_of_form(self):
        for wrong in (b"", b"\n", EXAMPLE[:-1], EXAMPLE + b"\n", EXAMPLE.replace(b"\n\n", b"\n"), b"\xff" + EXAMPLE,
                      EXAMPLE.replace(b"your", b"y\rur"), EXAMPLE.replace(b"nAM=", b"nAN="), EXAMPLE.replace(b"x08go", b"")):
            with self.assertRaises(notes.NoteError, msg=wrong[-40:]):
                notes.Note(wrong)

    def test_a_false_line_of_a_known_key_spoils_the_note(self):
        signer = sample.Signer("a.example", b"a" * 32)
        for text in (signer.line(b"x\n") + signer.line(b"y\n"), signer.line(b"y\n") + signer.line(b"x\n")):
            note = notes.Note(b"x\n\n" + text.encode())
            self.assertFalse(note.signed_by(notes.Key(signer.vkey)))

    def test_policies(self):
        log, w = sample.Signer("a.example", b"a" * 32).vkey, [sample.Signer("w%d" % i, bytes([i]) * 32, 4) for i in range(3)]
        names = "".join("witness W%d %s\n" % (i, signer.vkey) for i, signer in enumerate(w))
        base = "log %s\n" % log + names
        policy = notes.Policy.parse((base + "group g 2 W0 W1 W2\nquorum g\n").encode())
        for cosigned, met in ((set(), False), ({"W0"}, False), ({"W0", "W2"}, True), ({"X", "Y"}, False)):
            self.assertEqual(policy.quorum_met(cosigned), met)
        for wrong in ("", "quorum none\nquorum none\n", "quorum g\n", "group g 0 W0\nquorum g\n", "group g any none\nquorum g\n",
                      "group g any W0\ngroup h any W0\nquorum h\n", "log %s\nquorum none\n" % log, "x\nquorum none\n",
                      "quorum none", "quorum none\r\n", "witness W0 %s\nquorum none\n" % log):
            with self.assertRaises(notes.NoteError, msg=wrong):
                notes.Policy.parse((base + wrong).encode())


class RecordTest(unittest.TestCase):
    def setUp(self):
        self.segment = sample.Segment(7, b"p" * 32, sample.T0, 0, b"config").record
        self.gap = sample.gap(8, b"p" * 32, sample.T0, sample.T0 + 1)

    def test_lengths_are_those_of_the_tables(self):
        self.assertEqual(len(self.segment), 316)
        self.assertEqual(records.Segment(self.segment).au_count, 40)
        self.assertEqual(records.Gap(self.gap).cause, "network")

    def test_truncations_and_extensions_are_refused(self):
        for kind, data in ((records.Segment, self.segment), (records.Gap, self.gap)):
            for wrong in [data[:n] for n in range(len(data))] + [data + b"\0"]:
                with self.assertRaises(records.RecordError):
                    kind(wrong)

    def test_changed_bits_never_raise_anything_else(self):
        for kind, data in ((records.Segment, self.segment), (records.Gap, self.gap), (records.Access, self.gap)):
            for i in range(8 * len(data)):
                changed = bytearray(data)
                changed[i // 8] ^= 1 << i % 8
                try:
                    kind(bytes(changed))
                except records.RecordError:
                    pass


class JsonTest(unittest.TestCase):
    def test_what_is_no_json_here(self):
        for wrong in (b"", b"\xef\xbb\xbf{}", b"{", b"{}x", b'{"a":NaN}', b"[" * 100000, b'"\xff"', b"01", b'"\t"'):
            with self.assertRaises(documents.DocumentError, msg=wrong[:20]):
                documents.load(wrong)

    def test_members_are_of_their_type(self):
        reader = lambda text: documents.Reader(documents.load(text), "x")
        self.assertEqual(reader(b'{"a":9007199254740991}').number("a"), 2**53 - 1)
        for wrong in (b"1.0", b"1e0", b"9007199254740992", b"-0", b'"1"', b"true", b"null", b"9" * 6000, b"1,\"a\":1"):
            with self.assertRaises(documents.DocumentError, msg=wrong[:20]):
                reader(b'{"a":%s}' % wrong).number("a")
        self.assertEqual(reader(b'{"b":1.5,"c":1,"c":2,"a":3}').number("a"), 3)


class Mp4Test(unittest.TestCase):
    def test_ntp_times(self):
        check = lambda seconds, fraction, us: self.assertEqual(mp4.wall_us(seconds, fraction), us)
        check(2_208_988_800 + 1_000_000_000, 1 << 31, 1_000_000_000_500_000)
        check(3_155_673_600, 0, 946_684_800_000_000)
        check(3_155_673_599, 0, 946_684_799_000_000 + (1_000_000 << 32))

    def test_truncations_of_piece_0_and_of_a_head(self):
        piece = sample.init(b"config") + sample.box(b"uuid", mp4.UUID + b"\1" + sample.COPY)
        self.assertIsNone(mp4.Init(piece).odd)
        for n in range(len(piece)):
            with self.assertRaises(mp4.FormError):
                mp4.Init(piece[:n])

    def test_what_players_go_by(self):
        piece = sample.init(b"config") + sample.box(b"uuid", mp4.UUID + b"\1" + sample.COPY)
        for old, new in ((b"vide", b"soun"), (b"mvex", b"edts"), (b"\x40\0\0\0", b"\x41\0\0\0"), (b"stts", b"stxx"),
                         (b"\0\1\x5f\x90", b"\0\1\x5f\x91")):
            self.assertIn(old, piece)
            self.assertIsNotNone(mp4.Init(piece.replace(old, new, 1)).odd, old)

    def test_nal_units(self):
        self.assertEqual(mp4.nal_count(b"\0\0\0\1a\0\0\0\2bc"), 2)
        for wrong in (b"\0\0\0\2a", b"\0\0\0\1ab", b"\xff" * 9):
            with self.assertRaises(mp4.FormError):
                mp4.nal_count(wrong)


class ContainerTest(unittest.TestCase):
    def problems(self, data):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.zip")
            with open(path, "wb") as file:
                file.write(data)
            try:
                return container.open_package(path).problems
            except container.ContainerError as error:
                return [str(error)]

    def test_every_byte_that_is_not_a_files_is_compared(self):
        made = sample.Sample()
        made.files = {"README.txt": b"for people", "form.html": b"form", "manifest.json": b"{}", "proof/x.json": b"1"}
        data = made.archive()
        self.assertEqual(self.problems(data), [])
        inside = set()
        for name, body in made.files.items():
            at = data.index(name.encode()) + len(name)
            inside |= set(range(at, at + len(body)))
        for i in range(len(data)):
            changed = data[:i] + bytes([data[i] ^ 1]) + data[i + 1:]
            self.assertEqual(bool(self.problems(changed)), i not in inside, i)
        for i in range(0, len(data), 7):
            self.assertTrue(self.problems(data[:i]), i)
            self.assertTrue(self.problems(data[:i] + b"PK" + data[i:]), i)

    def test_headers_beyond_4_gib(self):
        version = lambda header, at: int.from_bytes(header[at:at + 2], "little")
        for size, offset, local, extra, central in ((5, 0, 20, 0, 20), (1 << 32, 0, 45, 20, 45), (5, 1 << 32, 45, 0, 45)):
            head, entry = container._local(b"x", size, 0, offset), container._central(b"x", size, 0, offset)
            self.assertEqual((version(head, 4), version(head, 28), version(entry, 4), version(entry, 6)),
                             (local, extra, central, central))

    def test_names(self):
        for name, allowed in (("a", True), ("proof/CAMERA-01/00000042.json", True), ("a/b/c/d", False), ("../a", False),
                              (".a", False), ("a//b", False), ("a b", False), ("x" * 100, True), ("x" * 101, False),
                              ("a/", False), ("/a", False), ("\u00e4", False), ("a\n", False), ("", False)):
            self.assertEqual(container.name_allowed(name), allowed, name)

    def test_links_and_pipes_are_not_opened(self):
        with tempfile.TemporaryDirectory() as folder:
            os.symlink("/etc/passwd", os.path.join(folder, "link"))
            os.mkfifo(os.path.join(folder, "pipe"))
            found = container.open_package(folder)
        self.assertEqual(found.files, {})
        self.assertEqual(sorted(code for code, _, _ in found.problems), ["link", "not_a_file"])


if __name__ == "__main__":
    unittest.main()
