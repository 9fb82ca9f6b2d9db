// Starts the real program as `watchkeeper demo` in a new folder, reads what it prints, and ends it again, always.
// Invariant: when this process ends, however it ends, neither the demonstration nor its cameras go on.
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, pause, until } from "./report.mjs";

const ROOT = resolve(import.meta.dirname, "../..");

export function binary() {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
  const path = process.env.WATCHKEEPER_BIN ?? join(target, "debug/watchkeeper");
  if (!existsSync(path)) throw new Error(`${path} is not there: cargo build first`);
  return path;
}

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.on("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** A running demonstration: address, accounts by name, both logs' keys as printed, its folder. */
export async function startDemo() {
  const folder = mkdtempSync(join(tmpdir(), "watchkeeper-e2e-"));
  const port = await freePort();
  const args = ["demo", "--dir", join(folder, "demo"), "--listen", `127.0.0.1:${port}`];
  let [child, text, errors, ended] = [null, "", "", null];
  const start = (settings = {}) => {
    [text, ended] = ["", null];
    // A process group of its own: its cameras can be ended with it when it no longer can do that itself.
    child = spawn(binary(), args, {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      // The zone of the browsers: months are the server's, and their first minutes lie in two where these differ.
      env: { ...process.env, TZ: "Asia/Shanghai", ...settings },
    });
    child.stdout.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
    child.stderr.setEncoding("utf8").on("data", (part) => {
      errors += part;
    });
    child.on("error", (error) => {
      ended = { code: null, signal: error.message };
    });
    child.on("exit", (code, signal) => {
      ended = { code, signal };
    });
    return until(
      "the demonstration prints its accounts",
      () => {
        expect(!ended, "the demonstration runs", { ended, errors });
        return /Ctrl-C/.test(text);
      },
      { seconds: 240 },
    );
  };
  const killGroup = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // Nothing of it is left.
    }
  };
  const atExit = () => {
    killGroup();
    rmSync(folder, { recursive: true, force: true });
  };
  process.on("exit", atExit);
  const demo = {
    folder,
    base: `http://127.0.0.1:${port}`,
    startedAt: performance.now(),
    accounts: {},
    vkeys: [],
    freeGb: () => {
      const { bavail, bsize } = statfsSync(folder);
      return Math.round((bavail * bsize) / 1e9);
    },
    /** What it said on its error output. */
    errors: () => errors,
    running: () => ended === null,
    /** Keeps its GStreamer camera from sending for so many seconds: connected, but no picture arrives. */
    async stall(seconds) {
      const camera = cameraProcessOf(child.pid);
      expect(camera, "its GStreamer camera runs");
      process.kill(camera, "SIGSTOP");
      try {
        await pause(seconds);
      } finally {
        process.kill(camera, "SIGCONT");
      }
    },
    /** Stopped as planned, at the machine and with a reason, and started again in the same folder, with other settings if there are any. */
    async restart(reason, settings) {
      const { code, stderr } = await run(
        "stop",
        "--dir",
        join(folder, "demo"),
        "--planned",
        reason,
        "--by",
        "administrator",
      );
      expect(code === 0, "the program takes the announcement", stderr);
      await until("the demonstration ends", () => ended, { seconds: 120 });
      await start(settings);
    },
    /** Ctrl-C, as a person would; resolves to how it ended. */
    async stop() {
      if (!ended) process.kill(child.pid, "SIGINT");
      try {
        await until("the demonstration ends", () => ended, { seconds: 120 });
      } finally {
        killGroup();
      }
      return ended;
    },
  };
  await start();
  for (const [, account, password, name] of text.matchAll(/account {2,}(\S+) +(\S+) +(.+)/g))
    demo.accounts[account] = { account, password, name: name.trim() };
  // Both logs' own keys; the witness on this host has one too, which vouches for nothing.
  demo.vkeys = text.match(/watchkeeper\.local\/\S+\/(footage|access)\+\S+/g) ?? [];
  const state = readFileSync(join(folder, "demo/demo.toml"), "utf8");
  const value = (key) => new RegExp(`^${key} = "(.*)"`, "m").exec(state)?.[1];
  demo.cameraCredentials = { username: value("camera_user"), password: value("camera_password") };
  return demo;
}

/** The process with the GStreamer camera, a child of one of the program's threads. */
export function cameraProcessOf(program) {
  return readdirSync(`/proc/${program}/task`)
    .flatMap((task) => readFileSync(`/proc/${program}/task/${task}/children`, "utf8").trim().split(" "))
    .filter(Boolean)
    .map(Number)
    .find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("gst_cameras"));
}

/** Runs the program to its end. */
export function run(...args) {
  return new Promise((done) => {
    execFile(binary(), args, { timeout: 240_000, maxBuffer: 1 << 24 }, (error, stdout, stderr) =>
      done({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr }),
    );
  });
}
