"""Answers for many packages in one process: lines of {package, policy} in, the verifier's reports out. Not part of the product.

It decides nothing. It keeps: a package's answer is that of the program itself.
"""

import json
import os
import sys
import tempfile

sys.path.insert(0, sys.argv[1])

from watchkeeper_verify import __main__ as program  # noqa: E402


def main():
    with tempfile.TemporaryDirectory() as folder:
        policy = os.path.join(folder, "policy")
        for line in sys.stdin:
            asked = json.loads(line)
            argv = [asked["package"], "--json"]
            if asked["policy"]:
                with open(policy, "w", encoding="utf-8", newline="\n") as file:
                    file.write(asked["policy"])
                argv += ["--policy", policy]
            result = program.report_on(program.arguments(argv)).as_json()
            print(json.dumps(result), flush=True)


main()
