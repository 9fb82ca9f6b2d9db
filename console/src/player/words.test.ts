// Tests of what a picture's state is called: the most important phrase, and always one when nothing moves.
// @vitest-environment node
import { expect, it } from "vitest";
import type { LiveSnapshot } from "./live";
import type { PlaybackSnapshot } from "./playback";
import { liveWords, playbackWords, type Telling } from "./words";

const now = new Date(2026, 10, 22, 12, 10).getTime();
const telling: Telling = {
  language: "en",
  nowMs: now,
  t: (id, args) => [id, ...Object.values(args ?? {})].join(" "),
};
const live: LiveSnapshot = {
  link: "open",
  failures: 0,
  ended: null,
  source: { word: "recording", sinceMs: now - 1e6, detail: null },
  pictured: true,
  profile: "main",
  unplayable: null,
  failure: null,
  replay: null,
  blocked: false,
};
const recorded: PlaybackSnapshot = {
  link: "open",
  failures: 0,
  ended: null,
  profile: "main",
  unplayable: null,
  failure: null,
  pictured: true,
  ready: { at: "picture" },
  brought: null,
};

it("live", () => {
  const check = (change: Partial<LiveSnapshot>, ageMs: number | null, expected: string, central: boolean) => {
    const words = liveWords({ ...live, ...change }, ageMs, 12_400, telling);
    expect([words.text, words.central]).toEqual([expected, central]);
  };
  const since = new Date(2026, 10, 22, 12, 3).getTime();
  const source = (word: "no_signal" | "credentials" | "live") => ({ word, sinceMs: since, detail: null });
  check({}, 40, "picture-live", false);
  check({ source: source("live") }, 40, "picture-live", false);
  check({ source: source("no_signal") }, 40, "stream-since stream-no-signal 12:03", true);
  check({ source: source("credentials") }, null, "stream-since stream-credentials 12:03", true);
  check({ link: "connecting", pictured: false }, null, "picture-connecting", true);
  check({ link: "waiting" }, 40, "picture-connecting", false);
  check({ link: "waiting", failures: 2 }, 9000, "picture-no-server", true);
  check({ pictured: false }, null, "picture-first", true);
  check({}, 5200, "picture-stale 5", false);
  const replay = { fromSeconds: 1, untilSeconds: 30, lengthSeconds: 30, whole: true };
  check({ replay }, 40, "picture-replay 12", false);
  check({ replay: { ...replay, lengthSeconds: 14.6, whole: false } }, 40, "picture-replay-short 12 14", false);
  check({ unplayable: { codec: "H.265", instead: "sub" } }, 40, "picture-instead H.265 profile-sub", false);
  check({ unplayable: { codec: "H.265", instead: null }, pictured: false }, null, "picture-unplayable H.265", true);
  check({ ended: "revoked" }, 40, "picture-end-revoked", true);
  check({ ended: "expired" }, 40, "picture-end", true);
  check({ blocked: true }, 40, "picture-blocked", true);
});

it("playback", () => {
  const check = (change: Partial<PlaybackSnapshot>, expected: string) => {
    const words = playbackWords({ ...recorded, ...change }, telling);
    expect(words.text).toBe(expected);
  };
  const at = (minute: number) => new Date(2026, 10, 22, 12, minute).getTime();
  check({}, "");
  check({ pictured: false }, "picture-loading");
  check({ ready: { at: "loading" } }, "picture-loading");
  check(
    { ready: { at: "gap", gap: { fromMs: at(3), toMs: at(4), cause: "network" } } },
    "picture-gap cause-network 12:03:00 12:04:00",
  );
  check({ ready: { at: "end", endMs: at(5) } }, "picture-no-footage 12:05:00");
  const brought = { fromMs: at(3), toMs: at(4), source: "card", arrivedMs: at(9) };
  check({ brought }, "picture-brought card 22 Nov 2026 12:09:00");
  check({ link: "connecting" }, "picture-connecting");
  check({ failures: 3 }, "picture-no-server");
  check({ unplayable: { codec: "H.265", instead: null } }, "picture-unplayable H.265");
});
