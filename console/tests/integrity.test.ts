// Changes of program and settings in words: tones, what is compared, what an announcement lacks.
import { describe, expect, test } from "vitest";
import type { MeasuredSoftware, SoftwareChange } from "../src/api/integrity";
import {
  type AnnouncementDraft,
  changeTone,
  compared,
  missingInAnnouncement,
  partWords,
  shortDigest,
} from "../src/pages/health/integrity";

const t = (id: string, given?: Record<string, unknown>) => (given ? `${id} ${given.name}` : id);
const digest = (letter: string) => letter.repeat(64);

const measured = (letter: string): MeasuredSoftware => ({
  version: `0.${letter}.0`,
  program: digest(letter),
  console: digest("c"),
  packs: digest("d"),
  own_packs: digest("e"),
  settings: [{ name: "listen", digest: digest(letter) }],
  whole: digest("f"),
});

describe("program and settings", () => {
  test("a change that nobody explained is late, another program than announced a breach", () => {
    const check = (how: SoftwareChange["how"], needs_explanation: boolean, tone: string) =>
      expect(changeTone({ how, needs_explanation })).toBe(tone);
    check("first", false, "good");
    check("announced", false, "good");
    check("found_before", false, "good");
    check("unannounced", true, "late");
    check("unannounced", false, "plain");
    check("other_than_announced", true, "breach");
    check("other_than_announced", false, "plain");
  });

  test("parts are named, and settings by their option", () => {
    expect(partWords("own_packs", t)).toBe("integrity-part-own-packs");
    expect(partWords("settings.plain_http", t)).toBe("integrity-part-setting plain_http");
    expect(shortDigest(digest("a"))).toBe("aaaaaaaaaaaa");
  });

  test("what differs is shown as it was and as it is", () => {
    const [before, now] = [measured("1"), measured("2")];
    const parts = ["program", "version", "settings.listen", "settings.gone"];
    const pairs = compared({ before, measured: now, program: now.program, parts }, t);
    expect(pairs.map((pair) => [pair.part, pair.before, pair.now])).toEqual([
      ["program", digest("1"), digest("2")],
      ["version", "0.1.0", "0.2.0"],
      ["settings.listen", digest("1"), digest("2")],
      ["settings.gone", "", ""],
    ]);
    // A file on the disk has nothing but its digest, or not even that.
    const file = { before, measured: undefined, parts: ["program"] };
    expect(compared({ ...file, program: digest("9") }, t)[0]?.now).toBe(digest("9"));
    expect(compared({ ...file, program: undefined }, t)[0]?.now).toBe("");
  });

  test("an announcement names what will change, for some days, and a digest or none", () => {
    const good: AnnouncementDraft = { what: "program", expected: "", days: 3 };
    const check = (draft: Partial<AnnouncementDraft>, lacks: string[]) =>
      expect(missingInAnnouncement({ ...good, ...draft })).toEqual(lacks);
    check({}, []);
    check({ expected: ` ${digest("A")} ` }, []);
    check({ expected: "abc" }, ["integrity-expected-form"]);
    check({ expected: "abc", what: "settings" }, []);
    check({ what: undefined, days: null }, ["integrity-what", "integrity-days"]);
  });
});
