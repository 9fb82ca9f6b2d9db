"""The command line: `python3 verifiers/python/watchkeeper_verify PATH [--json] [--policy FILE] [--key VKEY ...]`.

It prints the report and ends with its exit code: 0, 1 (something is wrong) or 2 (something cannot be told).
It keeps: whatever the input, it prints a report and no traceback.
"""

import argparse
import json
import os
import sys

if not __package__:
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from watchkeeper_verify import container, dossier  # noqa: E402
from watchkeeper_verify.check import Checker, check  # noqa: E402
from watchkeeper_verify.notes import NoteError, Policy, POLICY_BYTES_MAX  # noqa: E402
from watchkeeper_verify.report import as_text  # noqa: E402


def arguments(argv):
    parser = argparse.ArgumentParser(prog="watchkeeper_verify", description="Checks an evidence package, or a system's dossier.")
    parser.add_argument("path", metavar="PATH", help="the package: a .zip, or its folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    trust = parser.add_mutually_exclusive_group()
    trust.add_argument("--policy", metavar="FILE", help="a policy (c2sp.org/tlog-policy) that you trust")
    trust.add_argument("--key", metavar="VKEY", nargs="+", action="extend", help="verifier keys that you trust")
    return parser.parse_args(argv)


def trusted(options):
    if options.policy is not None:
        with open(options.policy, "rb") as file:
            return Policy.parse(file.read(POLICY_BYTES_MAX + 1))
    return Policy.of_keys(options.key) if options.key else None


def report_on(options):
    try:
        policy = trusted(options)
    except (NoteError, OSError, ValueError) as error:
        checker = Checker(None)
        checker.refuse("the keys or the policy that you gave cannot be used: %s" % error)
        return checker.report
    try:
        files = container.open_package(options.path)
    except (container.ContainerError, OSError):
        files = None
    if files is not None and dossier.is_dossier(files):
        return dossier.DossierCheck(files, policy).run()
    return check(options.path, policy)


def main(argv=None):
    options = arguments(argv)
    result = report_on(options).as_json()
    words = dossier.as_text if "dossier" in result else as_text
    text = json.dumps(result) + "\n" if options.json else words(result)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()
    return result["exit_code"]


if __name__ == "__main__":
    sys.exit(main())
