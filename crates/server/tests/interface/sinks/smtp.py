"""A real mail server (aiosmtpd) for the tests: takes what comes and writes it down as another program reads it (Python's `email`).

smtp.py FOLDER PORT [CERT KEY USER PASSWORD]: prints the port; each message becomes FOLDER/N.json. With a certificate it asks for
STARTTLS, with a user for AUTH. While FOLDER/refuse exists, messages are refused with its text.
"""

import asyncio
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder, port, more = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
taken = 0


class Keep:
    async def handle_DATA(self, server, session, envelope):
        global taken
        refuse = os.path.join(folder, "refuse")
        if os.path.exists(refuse):
            with open(refuse) as text:
                return text.read().strip()
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        kept = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "authenticated": bool(session.authenticated),
            "headers": [[name, str(value)] for name, value in message.items()],
            "defects": [repr(defect) for defect in message.defects],
            "body": message.get_content(),
        }
        with open(os.path.join(folder, f"{taken}.part"), "w") as out:
            json.dump(kept, out)
        os.rename(os.path.join(folder, f"{taken}.part"), os.path.join(folder, f"{taken}.json"))
        taken += 1
        return f"250 kept as {taken}"


def authenticate(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == (more[2], more[3])
    return AuthResult(success=right)


def server():
    options = {"hostname": "sink"}
    if len(more) >= 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(more[0], more[1])
        options |= {"tls_context": context, "require_starttls": True}
    if len(more) >= 4:
        options |= {"authenticator": authenticate, "auth_required": True}
    return SMTP(Keep(), **options)


async def main():
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", port)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await listening.serve_forever()


asyncio.run(main())
