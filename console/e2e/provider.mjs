// A real sign-in provider (`oidc-provider`, a certified OpenID Connect provider), for the browser's chapter and, as a process, for the
// server's own tests: `node e2e/provider.mjs PORT CLIENT SECRET REDIRECT` prints its port, and ends with its standard input.
// It is set up as an operator would; no check of ours is repeated here. Anybody may sign in there under any name: that is its demo page.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";

/** Keys are made at each start: starting again on the same port is a rotation. */
function freshKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), alg: "RS256", use: "sig" };
}

function settings({ client, secret, redirect }) {
  return {
    clients: [
      {
        client_id: client,
        client_secret: secret,
        redirect_uris: [redirect],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    jwks: { keys: [freshKey()] },
    cookies: { keys: [randomUUID()] },
    // The subject is what somebody calls themselves there.
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  };
}

/** A provider at `http://localhost:port`; `port` 0 is any. */
export async function startProvider({ port = 0, ...wanted }) {
  const { Provider } = await import("oidc-provider");
  const server = createServer();
  await new Promise((done, failed) => {
    server.on("error", failed);
    server.listen(port, "127.0.0.1", done);
  });
  const issuer = `http://localhost:${server.address().port}`;
  server.on("request", new Provider(issuer, settings(wanted)).callback());
  return {
    issuer,
    port: server.address().port,
    stop: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

if (process.argv[1] === import.meta.filename) {
  const [port, client, secret, redirect] = process.argv.slice(2);
  // What it warns of is that it is a demonstration.
  for (const word of ["warn", "info", "log"]) console[word] = () => undefined;
  const provider = await startProvider({ port: Number(port), client, secret, redirect });
  process.stdout.write(`${provider.port}\n`);
  process.stdin.on("close", () => process.exit(0)).resume();
}
