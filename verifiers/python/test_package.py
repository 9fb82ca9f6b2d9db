"""Whole packages: a true one is proven, and each lie and each change is found under the claim that it breaks.

The packages come from sample.py; that the product's packages get the same verdicts is not tested here.
"""

import contextlib
import io
import json
import os
import random
import tempfile
import unittest

import sample
from sample import T0, Sample, Signer
from watchkeeper_verify import __main__ as command
from watchkeeper_verify.check import check, recipient_text
from watchkeeper_verify.notes import Policy

WITNESS = Signer("witness.example", b"w" * 32, 4)


def write(files, folder):
    for name, data in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)


def report(made, policy="default", archive=False):
    if policy == "default":
        policy = "log %s\nquorum none\n" % made.footage.vkey
    policy = policy and Policy.parse(policy.encode())
    with tempfile.TemporaryDirectory() as folder:
        if archive:
            path = os.path.join(folder, "a.zip")
            write({"a.zip": made.archive()}, folder)
        else:
            path = os.path.join(folder, "evidence")
            write(made.files, path)
        return check(path, policy).as_json()


def verdicts(result):
    """The claims that are neither proven nor unasked, shortened: `place=found complete=cannot_tell`."""
    return " ".join("%s=%s" % (c["name"].split("_")[0], c["verdict"]) for c in result["claims"]
                    if c["verdict"] not in ("proven", "not_asked"))


FORGED = "origin=found bytes=cannot_tell place=cannot_tell complete=cannot_tell derivative=cannot_tell released=cannot_tell"
PLACE = "place=found derivative=cannot_tell"
BYTES = "bytes=found derivative=cannot_tell"


class PackageTest(unittest.TestCase):
    def check(self, made, expected, **options):
        result = report(made, **options)
        for claim in result["claims"]:
            self.assertFalse([d for d in claim["doubts"] if "verifier failed" in d], claim)
        self.assertEqual(verdicts(result), expected)
        return result

    def test_a_true_package(self):
        made = Sample()
        self.assertEqual(self.check(made, "")["exit_code"], 0)
        self.assertEqual(self.check(made, "", archive=True)["exit_code"], 0)
        unknown = "origin=cannot_tell time=cannot_tell witnessed=cannot_tell"
        self.assertEqual(self.check(made, unknown, policy=None)["exit_code"], 2)

    def test_keys(self):
        made, forger = Sample(), Signer("example.org/footage", b"z" * 32)
        self.check(made, FORGED, policy="log %s\nquorum none\n" % forger.vkey)
        access = Signer("example.org/access", b"z" * 32)
        self.check(made, "released=found", policy="log %s\nlog %s\nquorum none\n" % (made.footage.vkey, access.vkey))

    def test_lies_in_the_manifest(self):
        video = lambda m: m["cameras"][0]["videos"][0]
        piece = lambda i, **values: lambda m: video(m)["pieces"][i].update(values)
        unreadable = ("origin=cannot_tell bytes=found place=cannot_tell complete=cannot_tell time=cannot_tell "
                      "witnessed=cannot_tell derivative=cannot_tell released=cannot_tell")
        listed = lambda m: m["cameras"][0]["records"]
        # The gap is record 8, from 10 s to 15 s.
        part = {"gap": 8, "from_us": T0 + 11_000_000, "to_us": T0 + 12_000_000, "seq": 3}
        later = lambda **values: lambda m: m["cameras"][0].update(later=[dict(part, **values)])
        for lie, expected in (
                (lambda m: m["asked"].update(from_us=T0 + 2_999_999), "complete=found released=found"),
                (lambda m: m["asked"].update(to_us=T0 + 26_000_000), "complete=found released=found"),
                (piece(3, from_us=T0), PLACE), (piece(13, to_us=T0 + 10_000_001), PLACE), (piece(3, seq=8), PLACE),
                (lambda m: video(m).update(heads_sha256="00" * 32), PLACE),
                (lambda m: video(m).update(config_sha256="00" * 32), PLACE),
                (lambda m: listed(m).pop(1), "complete=found"),
                (lambda m: listed(m).pop(0), "place=found complete=found derivative=cannot_tell"),
                (lambda m: m["cameras"][0].update(id=sample.uuid(b"D" * 16)),
                 "place=found complete=found derivative=cannot_tell released=found"),
                (lambda m: m.update(profile="sub"), "place=found complete=found derivative=cannot_tell"),
                (later(), ""), (later(gap=7), PLACE), (later(gap=10), PLACE), (later(from_us=T0), PLACE),
                (later(to_us=T0 + 16_000_000), PLACE), (later(to_us=T0 + 11_000_000), PLACE), (later(seq=-1), unreadable),
                (lambda m: m.update(rendering="marked"), "derivative=cannot_tell"),
                (lambda m: m["recipient"].update(name="Wang"), "released=found"),
                (lambda m: m["files"].append({"name": "../x", "bytes": 0, "sha256": "00" * 32}), BYTES),
                (lambda m: m["files"].pop(), BYTES + " released=found"),
                (lambda m: m.update(format="watchkeeper-evidence/2"), unreadable),
                (lambda m: m.update(created_us=2**53), unreadable),
                (lambda m: m.update(more=[1.5, {"x": None}]), "")):
            with self.subTest(expected=expected):
                self.check(Sample(lie=lie), expected)

    def test_lies_in_proofs(self):
        unproven = "place=found complete=found derivative=cannot_tell"
        for seq, change, expected in (
                (7, {"first_piece": 8}, PLACE), (7, {"piece_count": 2**31}, PLACE), (7, {"log_index": 2}, unproven),
                (9, {"gops": []}, unproven), (7, {"first_gop": 4}, unproven), (9, {"video": "CAMERA-01-002.mp4"}, PLACE),
                (9, {"record": "AAAA"}, unproven), (8, {"kind": "segment"}, unproven), (8, {"log_index": 3.0}, unproven)):
            with self.subTest(change=change):
                edit = lambda n, proof: proof.update(change) if n == seq else None
                self.check(Sample(edit=edit), expected)

    def test_lies_in_the_hand_over(self):
        for change in ({"kind": 5}, {"rendering": 2}, {"subject": b"Q" * 16}, {"cameras": b"\0\0"}, {"span": (T0, T0 + 1)},
                       {"recipient": "Li Wei"}, {"outcome": b"\1" + b"\0\1x" * 3}, {"kind": 99}):
            with self.subTest(change=change):
                self.check(Sample(record=change), "released=found")

    def test_groups_left_out(self):
        self.check(Sample(cut=slice(0, 10)), "")
        self.check(Sample(cut=slice(4, 10)), "complete=found")
        self.check(Sample(cut=slice(3, 9)), "complete=found")

    def test_recipients_are_cut(self):
        for name, organisation, expected in (("Li", "", "Li"), ("Li", "Court", "Li, Court"), ("x" * 192, "", "x" * 192),
                                             ("x" * 193, "", "x" * 189 + "\u2026"), ("\u738b" * 70, "", "\u738b" * 63 + "\u2026")):
            self.assertEqual(recipient_text(name, organisation), expected)

    def test_witnesses(self):
        made = Sample(witness=WITNESS)
        policy = "log %s\nwitness W %s\nquorum W\n" % (made.footage.vkey, WITNESS.vkey)
        # The records name no earlier checkpoint, so one side of the bracket is open.
        self.check(made, "time=cannot_tell", policy=policy)
        self.check(Sample(), "time=cannot_tell witnessed=cannot_tell", policy=policy)

    def test_changes_after_the_hand_over(self):
        def change(name, edit):
            made = Sample()
            made.files[name] = edit(made.files[name])
            return made
        flip = lambda at: lambda data: data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
        result = self.check(change("CAMERA-01-001.mp4", flip(9000)), "bytes=found place=found derivative=cannot_tell")
        found = result["claims"][1]["findings"]
        self.assertEqual([(f["file"], f["fragment"]) for f in found], [("CAMERA-01-001.mp4", 5)])
        self.assertLess(found[0]["bytes"][0], 9000)
        self.assertLess(9000, found[0]["bytes"][1])
        self.check(change("CAMERA-01-001.mp4", lambda data: data + b"x"), BYTES)
        self.check(change("README.txt", flip(0)), BYTES)
        made = Sample()
        made.files["added.txt"] = b""
        self.check(made, BYTES)
        made = Sample()
        del made.files["CAMERA-01-001.mp4"]
        self.check(made, "bytes=found place=cannot_tell derivative=cannot_tell")

    def test_noise_never_raises_and_is_never_proven(self):
        chance = random.Random(1)
        made = Sample()
        original = dict(made.files)
        for _ in range(60):
            name = chance.choice(sorted(original))
            data, at = bytearray(original[name]), chance.randrange(len(original[name]))
            kind = chance.randrange(4)
            if kind == 0:
                data[at] ^= 1 << chance.randrange(8)
            elif kind == 1:
                del data[at:at + chance.choice((1, 40, 5000))]
            elif kind == 2:
                data[at:at] = chance.choice((b"\xff" * 8, b"[" * 3000, b"\0" * 40))
            else:
                data[at:at + 8] = chance.choice((b"\xff" * 8, b"99999999", b'"":{}[],'))
            made.files = dict(original, **{name: bytes(data)})
            result = report(made)
            self.assertFalse([c for c in result["claims"] for d in c["doubts"] if "verifier failed" in d], name)
            self.assertEqual(result["exit_code"], 0 if bytes(data) == original[name] else 1, (name, at, kind))


class CommandTest(unittest.TestCase):
    def run_command(self, *args):
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with contextlib.redirect_stdout(out):
            code = command.main(list(args))
        return code, out.buffer.getvalue().decode()

    def test_exit_codes(self):
        made = Sample()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "evidence")
            write(made.files, path)
            code, text = self.run_command(path, "--json", "--key", made.footage.vkey, made.access.vkey)
            self.assertEqual((code, json.loads(text)["exit_code"]), (0, 0))
            self.assertEqual(self.run_command(path)[0], 2)
            self.assertEqual(self.run_command(path, "--key", made.access.vkey)[0], 1)
            self.assertEqual(self.run_command(path, "--key", "nonsense")[0], 2)
            self.assertEqual(self.run_command(path, "--policy", os.path.join(folder, "none"))[0], 2)
            self.assertEqual(self.run_command(os.path.join(folder, "none"))[0], 2)


if __name__ == "__main__":
    unittest.main()
