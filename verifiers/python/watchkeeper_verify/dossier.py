"""A system's dossier: docs/design/dossier.md §1 to §4, written from the page; entries and proofs as in ledger.md §5.

It knows nothing of what the register says. It keeps: a claim is proven only by an entry that its proof leads to, under a
checkpoint that a given key signed; a file, member or spelling that the page does not have is found.
"""

import hashlib
import json
import uuid

from . import records
from .acts import WORDS
from .documents import DocumentError, HandOver, Reader, load
from .merkle import inclusion_holds, leaf_hash
from .notes import Checkpoint, Key, Note, NoteError
from .report import finding

FORMAT = "watchkeeper-system-dossier/1"
FILES = ("checkpoint.txt", "dossier.html", "dossier.json", "entry.json", "proofs.json")
# dossier.md §1, Limits.
FILE_BYTES_MAX = 64 << 20
SECTIONS_MAX = 64
CLAIMS_MAX = 10_000
FINDINGS_MAX = 1000
MAKE = "make_system_dossier"
CLASS_REGISTRY, CLASS_SYSTEM = 3, 6
DAY_US, MINUTE_US = 86_400_000_000, 60_000_000
BATCH_WIDTHS = {1 << n for n in range(4, 17)}


def is_dossier(files):
    """Whether a container holds a dossier and no evidence package."""
    named = (files.folder_name or "").startswith("dossier-")
    return named or "manifest.json" not in files.files and bool({"dossier.json", "proofs.json"} & set(files.files))


def _only(reader, members):
    if list(reader.value) != list(members):
        raise DocumentError("%s has other members, or in another order, than the page gives" % reader.path)


def _flag(reader, name):
    if not isinstance(reader.value.get(name), bool):
        raise DocumentError("%s.%s is neither true nor false" % (reader.path, name))
    return reader.value[name]


def _absent(reader, name):
    return reader.value.get(name) is None


class Claim:
    def __init__(self, reader, section):
        _only(reader, ("text", "sha256", "entry"))
        text = reader.object("text")
        _only(text, ("zh", "en"))
        self.words = "%s: %s" % (section, text.text("en"))
        text.text("zh")
        if not _absent(reader, "sha256"):
            reader.hash("sha256")
        self.index = None
        if not _absent(reader, "entry"):
            entry = reader.object("entry")
            _only(entry, ("index", "leaf", "at_us", "act"))
            self.index, self.leaf = entry.number("index"), entry.hash("leaf")
            self.at_us, self.act = entry.time("at_us"), entry.text("act")


class Dossier:
    def __init__(self, data):
        reader = Reader(load(data), "dossier")
        _only(reader, ("format", "id", "made_us", "made_by", "unit", "system", "opened", "access_log", "sections"))
        if reader.text("format") != FORMAT:
            raise DocumentError("the format is not %s" % FORMAT)
        self.id, self.made_us = reader.id("id"), reader.time("made_us")
        reader.text("made_by")
        named = [reader.object(name) for name in ("unit", "system")]
        for one in named:
            _only(one, ("id", "name"))
            one.text("name")
        self.unit = named[0].id("id")
        named[1].id("id")
        self.opened = _flag(reader, "opened")
        log = reader.object("access_log")
        _only(log, ("origin", "vkey"))
        self.origin, self.vkey = log.text("origin"), log.text("vkey")
        self.claims = []
        for section in reader.objects("sections", SECTIONS_MAX):
            _only(section, ("id", "title", "claims", "left_out"))
            title = section.object("title")
            _only(title, ("zh", "en"))
            title.text("zh"), title.text("en"), section.number("left_out")
            found = section.objects("claims", CLAIMS_MAX)
            self.claims.extend(Claim(claim, section.text("id")) for claim in found)


class Proof:
    def __init__(self, reader):
        _only(reader, ("index", "leaf", "batch_index", "batch_width", "batch_proof", "batch_leaf", "log_index",
                       "inclusion", "opened"))
        self.index, self.leaf = reader.number("index"), reader.base64("leaf")
        self.batch_index, self.batch_width = reader.number("batch_index"), reader.number("batch_width")
        self.batch_proof, self.batch_leaf = reader.hashes("batch_proof", 64), reader.base64("batch_leaf")
        self.log_index, self.inclusion = reader.number("log_index"), reader.hashes("inclusion", 64)
        self.record = self.salt = None
        if not _absent(reader, "opened"):
            opened = reader.object("opened")
            _only(opened, ("record", "salt"))
            self.record, self.salt = opened.base64("record"), opened.hash("salt")


def _logged(entry, checkpoint):
    """What is wrong with an entry's way into the log, or None; and its leaves."""
    try:
        leaf, batch = records.AccessLeaf(entry.leaf), records.BatchLeaf(entry.batch_leaf)
    except records.RecordError as error:
        return str(error), None, None
    for holds, text in (
        (entry.batch_width in BATCH_WIDTHS, "the batch's width is not a power of two from 16 to 65,536"),
        (inclusion_holds(leaf_hash(entry.leaf), entry.batch_index, entry.batch_width, entry.batch_proof, batch.root),
         "the leaf is not in the batch"),
        (checkpoint is not None and inclusion_holds(leaf_hash(entry.batch_leaf), entry.log_index, checkpoint.size,
                                                    entry.inclusion, checkpoint.root),
         "the batch is not in the log of the checkpoint"),
    ):
        if not holds:
            return text, leaf, batch
    return None, leaf, batch


class DossierCheck:
    def __init__(self, files, policy):
        self.files, self.policy = files, policy
        self.findings, self.doubts = [], []
        self.claims = self.proven = self.measured = self.opened = 0
        self.checkpoint = self.made = None
        self.bytes = {}

    def find(self, code, problem, file=None):
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(finding(code, problem, file=file))

    def run(self):
        for code, file, text in self.files.problems:
            self.find(code, text, file=file)
        self._files()
        self.dossier = self._json("dossier.json", Dossier)
        if self.dossier is not None:
            folder = self.files.folder_name
            if folder is not None and folder != "dossier-%s" % uuid.UUID(bytes=self.dossier.id):
                self.find("archive_form", "the archive's folder is not named after the dossier")
        self._checkpoint()
        self._making()
        self._claims()
        return self

    # ---- container, names of files, spelling

    def _files(self):
        for name in self.files.files:
            if name not in FILES:
                self.find("file_foreign", "is no file of a dossier", file=name)
        for name in FILES:
            entry = self.files.files.get(name)
            if entry is None:
                self.find("file_missing", "is missing", file=name)
                continue
            try:
                self.bytes[name] = entry.read_all(FILE_BYTES_MAX)
            except OSError as error:
                self.find("unreadable", "cannot be read: %s" % error, file=name)
                continue
            if not entry.crc_checked:
                self.find("archive_form", "its CRC-32 is another", file=name)

    def _json(self, name, kind):
        data = self.bytes.get(name)
        if data is None:
            return None
        try:
            value = kind(data)
            spelled = json.dumps(load(data), ensure_ascii=False, indent=2) + "\n"
            if spelled.encode("utf-8", "surrogatepass") != data:
                self.find("spelling", "is spelled in another way than a dossier's", file=name)
            return value
        except (DocumentError, TypeError, ValueError) as error:
            self.find("form", str(error), file=name)
            return None

    # ---- the checkpoint, under whose key, and who saw it

    def _checkpoint(self):
        data, name = self.bytes.get("checkpoint.txt"), "checkpoint.txt"
        if data is None:
            return
        try:
            note = Note(data)
            self.checkpoint = Checkpoint(note)
        except NoteError as error:
            self.find("checkpoint", str(error), file=name)
            return
        origin = self.checkpoint.origin
        if self.dossier is not None and origin != self.dossier.origin:
            self.find("checkpoint", "is of another log than the dossier names", file=name)
        keys = self._named() if self.policy is None else self.policy.keys_of_log(origin)
        if not any(note.signed_by(key) for key in keys):
            which = "the key that the dossier names" if self.policy is None else "a key that you trust"
            self.find("checkpoint", "is not signed by %s" % which, file=name)
        if self.policy is None:
            self.doubts.append("no key was given that you trust; ask the unit for it by another way")
        elif self.policy.quorum != "none":
            self._witnesses(note)

    def _named(self):
        try:
            key = Key(self.dossier.vkey) if self.dossier is not None else None
        except (NoteError, UnicodeEncodeError):
            return []
        return [key] if key is not None and key.name == self.dossier.origin else []

    def _witnesses(self, note):
        try:
            if not self.policy.quorum_met(self.policy.cosignatures(note)):
                self.doubts.append("the witnesses of the checkpoint are not those that the policy asks for")
        except NoteError as error:
            self.find("checkpoint", str(error), file="checkpoint.txt")

    # ---- the entry of the making

    def _entry(self, data):
        members = ("record", "salt", "leaf", "batch_index", "batch_width", "batch_proof", "batch_leaf", "log_index",
                   "inclusion")
        _only(Reader(load(data), "entry"), members)
        return HandOver(data)

    def _making(self):
        entry, name = self._json("entry.json", self._entry), "entry.json"
        if entry is None:
            return
        wrong, leaf, batch = _logged(entry, self.checkpoint)
        if wrong is not None:
            self.find("entry", wrong, file=name)
        try:
            record = records.Access(entry.record, WORDS)
        except records.RecordError as error:
            self.find("entry", str(error), file=name)
            return
        self.made = record
        checks = [(WORDS[record.kind] == MAKE, "the act is not the making of a dossier"),
                  (record.permitted, "the act was refused")]
        if leaf is not None:
            checks += [
                (records.commitment(entry.salt, entry.record) == leaf.commitment, "the leaf is not the record's"),
                (leaf.epoch == record.time_us // DAY_US, "the leaf's day is not the record's"),
                (leaf.act_class == CLASS_REGISTRY, "the leaf is not of the class of the register"),
                (batch.minute >= record.time_us // MINUTE_US, "the batch is older than the record"),
            ]
        if self.dossier is not None:
            checks += [
                (record.subject == self.dossier.id, "the act is for another dossier"),
                (record.time_us == self.dossier.made_us, "the act is of another time"),
                (record.unit == self.dossier.unit, "the act is of another unit"),
            ]
        for holds, text in checks:
            if not holds:
                self.find("entry", text, file=name)
        said = dict(line.partition("=")[::2] for line in record.extra.split("\n"))
        for file, field in (("dossier.json", "dossier_sha256"), ("dossier.html", "page_sha256")):
            data = self.bytes.get(file)
            if data is not None and said.get(field) != hashlib.sha256(data).hexdigest():
                self.find("bytes_changed", "is not what the making's entry names", file=file)

    # ---- claims and their proofs

    def _claims(self):
        proofs = self._json("proofs.json", self._proofs)
        if self.dossier is None:
            return
        by_index = {proof.index: proof for proof in proofs or ()}
        if len(by_index) != len(proofs or ()):
            self.find("proof_twice", "proves an entry twice", file="proofs.json")
        self.claims = len(self.dossier.claims)
        checked = {index: self._proof(proof) for index, proof in by_index.items()}
        for claim in self.dossier.claims:
            if claim.index is None:
                self.measured += 1
                continue
            if claim.index not in checked:
                self.find("claim_unproven", "%s: no proof of entry %d" % (claim.words, claim.index))
                continue
            wrong = self._claim(claim, *checked[claim.index])
            if wrong is not None:
                self.find("claim_unproven", "%s: entry %d: %s" % (claim.words, claim.index, wrong))
                continue
            self.proven += 1
            self.opened += by_index[claim.index].record is not None
        named = {claim.index for claim in self.dossier.claims}
        for index in by_index:
            if index not in named:
                self.find("proof_stray", "proves entry %d, which no claim names" % index, file="proofs.json")

    @staticmethod
    def _proofs(data):
        reader = Reader(load(data), "proofs")
        _only(reader, ("entries",))
        return [Proof(proof) for proof in reader.objects("entries", CLAIMS_MAX)]

    def _proof(self, proof):
        wrong, leaf, batch = _logged(proof, self.checkpoint)
        record = None
        if wrong is None and proof.record is not None:
            try:
                record = records.Access(proof.record, WORDS)
            except records.RecordError as error:
                wrong = str(error)
            if wrong is None and records.commitment(proof.salt, proof.record) != leaf.commitment:
                wrong = "the leaf is not that of the opened record"
        return wrong, proof, leaf, batch, record

    @staticmethod
    def _claim(claim, wrong, proof, leaf, batch, record):
        if wrong is not None:
            return wrong
        for holds, text in (
            (leaf_hash(proof.leaf) == claim.leaf, "the leaf is another"),
            (leaf.epoch == claim.at_us // DAY_US, "the leaf's day is not the claim's"),
            (batch.minute >= claim.at_us // MINUTE_US, "the batch is older than the claim's entry"),
            (leaf.act_class in (CLASS_REGISTRY, CLASS_SYSTEM), "the leaf is of a class that no claim rests on"),
            (record is None or WORDS[record.kind] == claim.act, "the opened record is of another act"),
            (record is None or record.time_us == claim.at_us, "the opened record is of another time"),
        ):
            if not holds:
                return text
        return None

    def as_json(self):
        code = 1 if self.findings else 2 if self.doubts else 0
        counts = {"claims": self.claims, "proven": self.proven, "measured": self.measured, "opened": self.opened}
        made = self.made and {"account": self.made.account, "at_us": self.made.time_us}
        return {"dossier": dict(counts, made=made or None), "findings": self.findings, "doubts": self.doubts,
                "exit_code": code}


def as_text(result):
    counts = result["dossier"]
    lines = ["%d claims: %d proven (%d opened), %d measured at the making"
             % tuple(counts[name] for name in ("claims", "proven", "opened", "measured"))]
    lines += ["wrong: %s%s" % (one["file"] + ": " if "file" in one else "", one["problem"])
              for one in result["findings"]]
    lines += ["cannot tell: " + text for text in result["doubts"]]
    return "\n".join(lines) + "\n"
