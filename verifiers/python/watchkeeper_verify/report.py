"""Claims, findings and verdicts: what the verifier says in the end (package.md §6).

It decides nothing about packages. It keeps: a claim is proven only if it was checked and nothing stands against it.
"""

import datetime

CLAIMS = ("origin", "bytes_intact", "place_in_original", "complete",
          "time_bracket", "witnessed", "derivative", "released")

# Findings kept for a claim: enough to see the extent, and a bound for hostile packages.
FINDINGS_MAX = 1000


def time_text(us):
    """RFC 3339 in UTC; None where the calendar ends."""
    try:
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=us)
    except (OverflowError, TypeError):
        return None
    return moment.isoformat(timespec="microseconds") + "Z"


def finding(code, problem, file=None, fragment=None, span=None, start_us=None, end_us=None):
    result = {"code": code}
    if file is not None:
        result["file"] = file
    if fragment is not None:
        result["fragment"] = fragment
    if span is not None:
        result["bytes"] = [span[0], span[1]]
    for key, us in (("from", start_us), ("to", end_us)):
        text = None if us is None else time_text(us)
        if text is not None:
            result[key] = text
    result["problem"] = problem
    return result


class Claim:
    def __init__(self, name):
        self.name = name
        self.findings = []
        self.notes = []
        self.doubts = []
        self.asked = True
        self.checked = False
        self.more = 0

    def find(self, code, problem, **where):
        if len(self.findings) >= FINDINGS_MAX:
            self.more += 1
        else:
            self.findings.append(finding(code, problem, **where))

    def doubt(self, text):
        if text not in self.doubts and len(self.doubts) < FINDINGS_MAX:
            self.doubts.append(text)

    def note(self, text):
        if text not in self.notes and len(self.notes) < FINDINGS_MAX:
            self.notes.append(text)

    def verdict(self):
        if self.findings:
            return "found"
        if not self.asked:
            return "not_asked"
        return "proven" if self.checked and not self.doubts else "cannot_tell"

    def as_json(self):
        doubts = list(self.doubts)
        if self.verdict() == "cannot_tell" and not doubts:
            doubts = ["the check did not get so far"]
        notes = list(self.notes)
        if self.more:
            notes.append("and %d findings more" % self.more)
        return {"name": self.name, "verdict": self.verdict(), "findings": self.findings,
                "notes": notes, "doubts": doubts}


class Report:
    def __init__(self):
        self.claims = {name: Claim(name) for name in CLAIMS}
        self.copy_id = None

    def __getitem__(self, name):
        return self.claims[name]

    def exit_code(self):
        verdicts = [claim.verdict() for claim in self.claims.values()]
        if "found" in verdicts:
            return 1
        return 2 if "cannot_tell" in verdicts else 0

    def as_json(self):
        claims = [self.claims[name].as_json() for name in CLAIMS]
        return {"copy_id": self.copy_id, "claims": claims, "exit_code": self.exit_code()}


TITLES = {
    "origin": "Origin: signed by a key that you trust",
    "bytes_intact": "Bytes intact since the hand-over",
    "place_in_original": "In its place in the original recording",
    "complete": "Complete over the asked span",
    "time_bracket": "Recorded in the time that it says, as outsiders saw",
    "witnessed": "Log seen by witnesses",
    "derivative": "The stored pictures, not a derivative",
    "released": "Released as the access log says",
}
WORDS = {"proven": "PROVEN", "found": "WRONG", "cannot_tell": "CANNOT TELL", "not_asked": "not asked"}


def _where(item):
    parts = []
    if "file" in item:
        parts.append(item["file"])
    if "fragment" in item:
        parts.append("fragment %d" % item["fragment"])
    if "bytes" in item:
        parts.append("bytes %d to %d" % tuple(item["bytes"]))
    if "from" in item:
        parts.append("from " + item["from"])
    if "to" in item:
        parts.append("to " + item["to"])
    return ", ".join(parts)


def as_text(result):
    """The report in plain words."""
    lines = ["copy " + result["copy_id"]] if result["copy_id"] is not None else []
    for claim in result["claims"]:
        lines.append("%-12s %s" % (WORDS[claim["verdict"]], TITLES[claim["name"]]))
        for item in claim["findings"]:
            where = _where(item)
            lines.append("    wrong: %s%s" % (where + ": " if where else "", item["problem"]))
        lines.extend("    cannot tell: " + text for text in claim["doubts"])
        lines.extend("    note: " + text for text in claim["notes"])
    return "\n".join(lines) + "\n"
