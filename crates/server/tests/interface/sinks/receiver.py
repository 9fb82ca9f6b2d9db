"""A receiver of webhooks for the tests: checks signatures by itself (Standard Webhooks, with Python's `hmac`) and writes down what came.

receiver.py FOLDER [CERT KEY]: prints the port; each request becomes FOLDER/N.json, with the secrets of FOLDER/secrets (one a line) that
signed it. FOLDER/answer may hold a status and a text; without it the answer is 204.
"""

import base64
import hashlib
import hmac
import json
import os
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder, more = sys.argv[1], sys.argv[2:]
taken = 0


def read(name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return ""
    with open(path) as text:
        return text.read()


class Take(BaseHTTPRequestHandler):
    def do_GET(self):
        self.keep(b"")

    def do_POST(self):
        self.keep(self.rfile.read(int(self.headers["content-length"])))

    def keep(self, body):
        global taken
        message, time = self.headers.get("webhook-id", ""), self.headers.get("webhook-timestamp", "")
        given = [one.removeprefix("v1,") for one in self.headers.get("webhook-signature", "").split(" ")]
        signed = []
        for index, secret in enumerate(read("secrets").split()):
            key = base64.b64decode(secret.removeprefix("whsec_"))
            tag = hmac.new(key, f"{message}.{time}.".encode() + body, hashlib.sha256).digest()
            if base64.b64encode(tag).decode() in given:
                signed.append(index)
        kept = {
            "method": self.command,
            "path": self.path,
            "id": message,
            "timestamp": time,
            "type": self.headers.get("content-type"),
            "signed": signed,
            "signatures": len(given),
            "body": json.loads(body) if body else None,
        }
        with open(os.path.join(folder, f"{taken}.part"), "w") as out:
            json.dump(kept, out)
        os.rename(os.path.join(folder, f"{taken}.part"), os.path.join(folder, f"{taken}.json"))
        taken += 1
        status, _, text = (read("answer") or "204 ").partition(" ")
        self.send_response(int(status))
        if status.startswith("3"):
            self.send_header("location", text)
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request, address):
        # Whoever does not believe the certificate goes away.
        pass


server = Server(("127.0.0.1", 0), Take)
if more:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(more[0], more[1])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
