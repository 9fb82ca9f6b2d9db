// Doors that must be shut: every way to a picture without a session, and every stream of a session that was signed out.
import { request } from "node:http";
import { expect, step, until } from "./report.mjs";
import { fillWall, ON_WALL } from "./wall.mjs";

/** The server's own test has the law's second; here a browser on a busy machine must have noticed. */
const CLOSED_SECONDS_MAX = 30;

/** A request outside of the browser; `upgrade` asks for a WebSocket (RFC 6455 §4.1). */
function ask(base, method, path, { cookie, upgrade } = {}) {
  const headers = { "X-Watchkeeper": "1", Origin: base };
  if (cookie) headers.Cookie = cookie;
  if (upgrade)
    Object.assign(headers, {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    });
  return new Promise((done, failed) => {
    const asked = request(base + path, { method, headers, timeout: 60_000 });
    asked.on("error", failed);
    asked.on("timeout", () => asked.destroy(new Error(`${method} ${path}: no answer within 60 s`)));
    asked.on("upgrade", (answer, socket) => {
      socket.destroy();
      done(answer.statusCode);
    });
    asked.on("response", (answer) => {
      answer.resume();
      done(answer.statusCode);
    });
    asked.end();
  });
}

/** The session of the person's browser, as a header. */
const cookieOf = async (person) =>
  (await person.context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");

export async function shutDoors(person, demo) {
  const { page, t } = person;
  const sockets = [];
  page.on("websocket", (socket) => {
    sockets.push(socket);
  });
  let view;
  page.on("response", async (answer) => {
    if (answer.request().method() === "POST" && new URL(answer.url()).pathname === "/api/views")
      view = await answer.json();
  });
  await step("pictures move again, under a view of their own", async () => {
    await person.go("/wall");
    await page.locator(".wk-chip").waitFor();
    await person.choose("purpose-duty-watch");
    await fillWall(person);
    await person.moving(ON_WALL.length);
    await until("a view and its sockets", () => {
      expect(view?.id && sockets.length >= ON_WALL.length, "both", { view, sockets: sockets.length });
      return true;
    });
  });
  await step("without a cookie every route to a picture answers 401; with it they are there", async () => {
    const cookie = await cookieOf(person);
    expect(/wk_session=/.test(cookie), "the session's cookie", cookie.slice(0, 20));
    const camera = view.cameras[0];
    const doors = [
      ["GET", `/api/views/${view.id}/live?camera=${camera}&profile=main`, true, 101],
      ["GET", `/api/views/${view.id}/live?camera=${camera}&profile=main`, false],
      ["GET", `/api/views/${view.id}/playback?camera=${camera}&profile=main`, true],
      ["GET", `/api/views/${view.id}/playback?camera=${camera}&profile=main`, false],
      ["POST", "/api/views", false],
      ["POST", `/api/views/${view.id}/renew`, false, 200],
      ["POST", "/api/stills", false],
      ["GET", "/api/exports", false, 200],
      ["POST", "/api/exports", false],
      ["GET", `/api/exports/${demo.exportId ?? view.id}/package`, false, demo.exportId ? 200 : undefined],
      ["GET", `/api/timeline?cameras=${camera}&from_ms=0&to_ms=1&bucket_ms=1000`, false],
    ];
    for (const [method, path, upgrade, withCookie] of doors) {
      const without = await ask(demo.base, method, path, { upgrade });
      expect(without === 401, `${method} ${path} without a cookie: 401`, without);
      if (withCookie === undefined) continue;
      const status = await ask(demo.base, method, path, { upgrade, cookie });
      expect(status === withCookie, `${method} ${path} with it: ${withCookie}`, status);
    }
    return `${doors.length} doors`;
  });
  await step(`signing out closes every stream within ${CLOSED_SECONDS_MAX} s`, async () => {
    const open = () => sockets.filter((socket) => !socket.isClosed()).length;
    expect(open() >= ON_WALL.length, "streams are open", open());
    // Signed out elsewhere, with the same session: this window is told by the server, not by its own leaving.
    const before = open();
    const answered = await ask(demo.base, "POST", "/api/sign-out", { cookie: await cookieOf(person) });
    const signedOutAt = performance.now();
    expect(answered === 204 || answered === 200, "signed out", answered);
    await until("every stream is closed", () => open() === 0, { seconds: CLOSED_SECONDS_MAX, everyMs: 20 });
    const seconds = (performance.now() - signedOutAt) / 1000;
    expect(seconds <= CLOSED_SECONDS_MAX, `within ${CLOSED_SECONDS_MAX} s`, seconds);
    return `${before} streams, ${seconds.toFixed(2)} s`;
  });
  await step("the wall goes back to signing in", async () => {
    await page.getByLabel(t("signin-account"), { exact: true }).waitFor();
    expect((await page.locator("video").count()) === 0, "no picture is left on the screen");
  });
  await step("signing out by hand ends there too", async () => {
    await person.signIn(demo.accounts.operator);
    await page.locator(".wk-who").click();
    await page.getByText(t("sign-out"), { exact: true }).click();
    await page.getByLabel(t("signin-account"), { exact: true }).waitFor();
    expect((await person.api("GET", "/api/me")).status === 401, "the session is over");
  });
}
