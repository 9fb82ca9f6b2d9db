// What the registry's pages decide: what a body carries, what is missing or differs, how a newer version and one's own changes
// come together, which demands come with a step.
import { describe, expect, test } from "vitest";
import type { ChangeRequest, LifeStep, RegisterField, RegisterKind } from "../src/api/types";
import { recordingAt, recordingWhy } from "../src/pages/cameras/CameraPoint";
import { demandGroup, helpOf, measuresOf, stagesOf } from "../src/pages/registry/life";
import { requestsForMe } from "../src/pages/registry/Requests";
import * as records from "../src/register/records";

const field = (name: string, part: Partial<RegisterField> = {}): RegisterField => ({
  ...{ name, type: "text", required: false, expected: false, confidential: false, label: { zh: name, en: name } },
  ...part,
});
const point: RegisterKind = {
  ...{ kind: "point", name: { zh: "点位", en: "Points" }, shared: false, parent_field: "system" },
  fields: [
    field("name", { required: true }),
    field("system", { type: "record", record: "system", required: true }),
    field("purpose", { required: true }),
    field("longitude", { type: "number", expected: true, confidential: true }),
    field("height_m", { type: "number", expected: true }),
    field("outdoor", { type: "flag", expected: true }),
    field("sha256"),
  ],
};
const fieldNames = (fields: RegisterField[]) => fields.map(({ name }) => name);

describe("records", () => {
  test("kinds stand in groups, what a newcomer needs first; an unknown kind is not lost", () => {
    const kinds = ["round", "whatever", "contractor", "point", "system"].map((kind) => ({
      kind,
      fields: [],
    })) as never[];
    const groups = records.groupedKinds(kinds).map(([group, own]) => [group, ...own.map(({ kind }) => kind)]);
    expect(groups).toEqual([
      ["built", "system", "point"],
      ["firms", "contractor"],
      ["happened", "round"],
      ["other", "whatever"],
    ]);
  });
  test("what is empty is not sent, and text without its margins", () => {
    const values = { name: " a ", note: " ", outdoor: false, height_m: 0, packs: [], system: undefined, list: ["x"] };
    expect(records.bodyOf(values)).toEqual({ name: "a", height_m: 0, list: ["x"] });
  });
  test("what is needed, what is missing; masked values are not known to be missing", () => {
    expect(fieldNames(records.neededFields(point, { name: "n", purpose: " " }))).toEqual(["system", "purpose"]);
    expect(fieldNames(records.missingFields(point, { body: {}, masked: false }))).toEqual(["longitude", "height_m"]);
    expect(fieldNames(records.missingFields(point, { body: {}, masked: true }))).toEqual(["height_m"]);
    expect(fieldNames(records.fieldsByHand(point))).not.toContain("sha256");
  });
  test("differences: a flag that is not set is no flag", () => {
    const differing = records.changedFields(point, { name: "a", outdoor: false }, { name: "b", height_m: 3 });
    expect(fieldNames(differing)).toEqual(["name", "height_m"]);
    expect(records.changesAsked({ purpose: "a" }, { purpose: "b", height_m: 3 })).toEqual(["purpose", "coverage"]);
    expect(records.changesAsked({ name: "a" }, { name: "b" })).toEqual([]);
  });
  test("a newer version keeps theirs and mine", () => {
    const [seen, mine] = [
      { name: "a", purpose: "p", height_m: 3 },
      { name: "mine", purpose: "p" },
    ];
    const theirs = { name: "a", purpose: "theirs", height_m: 3 };
    expect(records.rebased(point, seen, mine, theirs)).toEqual({ name: "mine", purpose: "theirs" });
  });
  test("who names whom", () => {
    expect(records.names(point, { body: { system: "s" } }, "s")).toBe(true);
    expect(records.names(point, { body: { name: "s" } }, "s")).toBe(false);
    expect(records.kindsNaming([point], "system")).toEqual([point]);
    expect(records.kindsNaming([point], "place")).toEqual([]);
  });
});

describe("a system's life", () => {
  test("stages lie behind, are here, or come later; each with the step that led there", () => {
    const step = (word: string): LifeStep => ({
      ...{ step: word, at_ms: 1, entry: { log: "access", index: 7 }, documents: [], with: [], note: "" },
    });
    const stages = stagesOf("built", [step("review"), step("build")]);
    expect(stages.map(({ state }) => state)).toEqual(["done", "done", "here", "later", "later", "later", "later"]);
    expect(stages.map(({ step: one }) => one?.step)).toEqual([undefined, "review", "build", ...Array(4)]);
  });
  test.each([
    [{ met: true, refuses: true, code: "paper" }, "met"],
    [{ met: false, refuses: false, code: "paper" }, "warns"],
    [{ met: false, refuses: true, code: "paper" }, "with"],
    [{ met: false, refuses: true, code: "sign" }, "first"],
  ])("%j", (demand, group) => expect(demandGroup(demand)).toBe(group));
  test("help is only what is named, also for words that every object knows", () => {
    expect(helpOf("constructor")).toBe("contractor");
    expect(helpOf("toString")).toBeUndefined();
  });
  test("requests that wait for me are not my own", () => {
    const request = (id: string, state: string, own: boolean) => ({ id, state, own }) as ChangeRequest;
    const all = [request("a", "asked", false), request("b", "asked", true), request("c", "declined", false)];
    expect(requestsForMe(all, true).map(({ id }) => id)).toEqual(["a"]);
    expect(requestsForMe(all, false)).toEqual([]);
  });
});

describe("a camera's recording", () => {
  test.each([
    ["use", true, null, undefined, "older"],
    ["no", true, "p", undefined, "private"],
    ["test", false, null, undefined, "without-point"],
    ["no", false, "p", "in_use", "private"],
    ["no", false, "p", "planned", "no"],
    ["test", false, "p", "built", "test"],
    ["use", false, "p", "in_use", "use"],
  ] as const)("%s, older %s, at %s of a system that is %s: %s", (recording, older, point_id, stage, why) =>
    expect(recordingWhy({ recording, before_life_cycle: older, point_id }, stage)).toBe(why),
  );
  test("what a stage makes of it", () => {
    expect(["planned", "built", "in_use", undefined].map(recordingAt)).toEqual(["no", "test", "use", undefined]);
  });
});

test("a file is judged by its ending and size before it is sent", () => {
  const check = (name: string, size: number, expected: string | undefined) =>
    expect(records.fileProblem({ name, size }), name).toBe(expected);
  check("竣工图.PDF", 10, undefined);
  check("a.csv", 1, undefined);
  check("setup.exe", 10, "file-ending");
  check("pdf", 10, "file-ending");
  check("a.svg", 10, "file-ending");
  check("a.pdf", 0, "file-empty");
  check("a.pdf", 64 * 1024 * 1024 + 1, "file-too-large");
});

test("a file is shown, opened or saved by what the server found it to be", () => {
  const check = (media_type: string | undefined, expected: string | undefined) =>
    expect(records.fileLook(media_type ? { sha256: "ab", media_type } : { media_type })).toBe(expected);
  check(undefined, undefined);
  check("image/png", "picture");
  check("video/mp4", "frame");
  check("application/pdf", "open");
  check("text/plain; charset=utf-8", "save");
  expect(records.fileAddress("x", 3, true)).toBe("/api/records/x/file?version=3&download=true");
  expect(records.fileAddress("x")).toBe("/api/records/x/file");
});

test("what a camera sends stands beside what was designed", () => {
  const wanted = { width_px_min: 1920, height_px_min: 1080, frame_rate_min: 25, codec: "h265" };
  const sent = { codec: "H.264", width: 1280, height: 720, fps: 24.5, word: "recording", since_ms: 0, detail: "" };
  const short = (wish: object, part: object) =>
    measuresOf({ ...wanted, ...wish }, { ...sent, ...part } as never)
      .filter((one) => one.short)
      .map(({ what }) => what);
  expect(short({}, {})).toEqual(["size", "codec"]);
  expect(short({}, { width: 1920, height: 1080, codec: "H.265" })).toEqual([]);
  expect(short({}, { width: 1920, height: 1080, codec: "H.265", fps: 12 })).toEqual(["frames"]);
  const open = { width_px_min: null, height_px_min: null, frame_rate_min: null, codec: null };
  expect(short(open, {})).toEqual([]);
});
