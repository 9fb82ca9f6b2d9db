"""Ed25519 against the vectors of RFC 8032 §7.1, and against signatures in a second form.

It is not a test of signing: there is none.
"""

import unittest

from watchkeeper_verify import ed25519

VECTORS = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "55141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "027beceea1ec40a"),
]


class Ed25519Test(unittest.TestCase):
    def test_vectors_of_the_rfc(self):
        for key, message, signature in VECTORS:
            with self.subTest(key=key):
                args = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
                self.assertTrue(ed25519.verify(*args))
                self.assertFalse(ed25519.verify(args[0], args[1] + b"x", args[2]))

    def test_every_changed_byte_is_refused(self):
        key, message, signature = (bytes.fromhex(text) for text in VECTORS[1])
        for i in range(0, 64, 5):
            changed = signature[:i] + bytes([signature[i] ^ 4]) + signature[i + 1:]
            self.assertFalse(ed25519.verify(key, message, changed), i)

    def test_second_forms_are_refused(self):
        key, message, signature = (bytes.fromhex(text) for text in VECTORS[1])
        s = int.from_bytes(signature[32:], "little") + ed25519.L
        cases = [
            ("S + L", key, signature[:32] + s.to_bytes(32, "little")),
            ("y = p", ed25519.P.to_bytes(32, "little"), signature),
            ("x = 0 with a sign", (1 | 1 << 255).to_bytes(32, "little"), signature),
            ("no point", (2).to_bytes(32, "little"), signature),
            ("short", key, signature[:63]),
        ]
        for name, k, sig in cases:
            self.assertFalse(ed25519.verify(k, message, sig), name)


if __name__ == "__main__":
    unittest.main()
