// What pages decide: the state line's tones, what is missing in forms, what a request carries, orders and filters.
import { describe, expect, test, vi } from "vitest";
import { ApiError, api, isRefusal, queryText } from "../src/api/client";
import type {
  AccessEntry,
  Camera,
  CameraClock,
  CameraDraft,
  GapRow,
  Person,
  Room,
  StorageDisk,
  StreamRow,
  SystemState,
} from "../src/api/types";
import { firstPage } from "../src/app/routes";
import { systemPieces } from "../src/app/SystemLine";
import { passwordProblem } from "../src/pages/account/PasswordForm";
import { inFours } from "../src/pages/account/Totp";
import { cleaned, missingInCamera } from "../src/pages/cameras/AddCamera";
import { changeOf, draftOf, probesOf } from "../src/pages/cameras/CameraEdit";
import { goodStreamUrl, inGroups } from "../src/pages/cameras/fields";
import { orderedGroups } from "../src/pages/cameras/GroupList";
import { probeFacts } from "../src/pages/cameras/ProbeResult";
import { EXPORT_SPAN_MAX_MS, missingInExport, requestOf } from "../src/pages/exports/NewExport";
import { storageChange } from "../src/pages/health/CameraRoom";
import { clockOrder, clockTone } from "../src/pages/health/ClocksTab";
import { groundOf } from "../src/pages/health/GapSide";
import { causeOfAll, explainable, gapTone, playbackOf } from "../src/pages/health/gaps";
import { extend, HISTORY_MAX } from "../src/pages/health/history";
import { missingInMaintenance } from "../src/pages/health/MaintenanceList";
import { termsChange } from "../src/pages/health/RetentionTab";
import { orderStreams } from "../src/pages/health/StreamsTab";
import { daysWords, retiring, rungTone } from "../src/pages/health/storage";
import { entriesAbout } from "../src/pages/ledger/AccessTab";
import { missingInPerson } from "../src/pages/people/AddPerson";
import { filterPeople, personState } from "../src/pages/people/index";
import { postsProblem } from "../src/pages/people/PostsEditor";
import { asTexts, numberOf } from "../src/ui/address";
import { formatOffset } from "../src/ui/format";
import { translator } from "../src/ui/i18n";
import { copyBasesOf, forCopy, missingOf, purposeOf } from "../src/ui/purpose";

const zh = translator("zh-CN");
const en = translator("en");

describe("state line", () => {
  const state: SystemState = {
    now_ms: 1_000_000,
    utc_offset_min: 480,
    recording: { ok: 8, total: 8 },
    gaps_today: { count: 2, unjustified: 1 },
    kept: { days: 31.2, floor_days: 30 },
    ledger: {
      footage: { size: 1, checkpoint_ms: 990_000 },
      access: { size: 1, checkpoint_ms: 960_000 },
      witnessed: "none",
    },
    disk: { used_bytes: 1, free_bytes: 1, horizon_days: 40 },
    demo: false,
    takeovers: [],
    alarms: { open: 0, high: 0 },
    unread_reminders: 0,
    clips_for_me: 0,
    unit_name: "u",
  };
  const line = (part: Partial<SystemState>) =>
    Object.fromEntries(
      systemPieces({ ...state, ...part }, 1_000_000, "en", en).map(({ id, tone, text }) => [id, `${tone}: ${text}`]),
    );

  test("says what is, and how bad", () => {
    expect(line({})).toEqual({
      recording: "good: recording 8/8",
      gaps: "late: gaps today 2, 1 unjustified",
      kept: "good: kept 31.2 d of 30 d",
      ledger: "good: ledger signed 40 s ago",
    });
    expect(line({ recording: { ok: 7, total: 8 } }).recording).toBe("breach: recording 7/8");
    expect(line({ recording: { ok: 0, total: 0 } }).recording).toBe("plain: recording 0/0");
    expect(line({ gaps_today: { count: 0, unjustified: 0 } }).gaps).toBe("good: no gaps today");
    expect(line({ disk: { ...state.disk, horizon_days: 5 } }).disk).toBe("late: room for 5 days");
    expect(line({ disk: { ...state.disk, horizon_days: 1 } }).disk).toBe("breach: room for less than a day");
    expect(line({ demo: true }).demo).toBe("notice: demonstration");
    const old = { size: 1, checkpoint_ms: 1_000_000 - 200_000 };
    expect(line({ ledger: { ...state.ledger, access: old } }).ledger).toBe("late: ledger signed 3 min ago");
    const told = (witnessed: string) => line({ ledger: { ...state.ledger, witnessed } }).ledger;
    expect(["same_host", "behind", "witnessed", "alarm"].map(told)).toEqual([
      "good: ledger signed 40 s ago",
      "good: ledger signed 40 s ago",
      "good: ledger witnessed 40 s ago",
      "breach: a witness contradicts the ledger",
    ]);
    const never = { size: 0, checkpoint_ms: null };
    expect(line({ ledger: { ...state.ledger, access: never } }).ledger).toBe("late: ledger not signed yet");
  });

  test("speaks Chinese", () => {
    const [recording] = systemPieces(state, 1_000_000, "zh-CN", zh);
    expect(recording?.text).toBe("录像 8/8");
  });
});

describe("purpose", () => {
  test("a case needs its number, which goes into the note", () => {
    expect(missingOf({})).toBe("purpose");
    expect(missingOf({ purpose: "case", legal_basis: "authority_request" })).toBe("number");
    expect(purposeOf({ purpose: "case", legal_basis: "authority_request", number: " 118 ", remark: "急" })).toEqual({
      purpose: "case",
      legal_basis: "authority_request",
      note: "№ 118; 急",
    });
    expect(purposeOf({ purpose: "duty_watch", legal_basis: "unit_duty", number: "left over" })).toEqual({
      purpose: "duty_watch",
      legal_basis: "unit_duty",
    });
    expect(purposeOf({ purpose: "incident" })).toBeUndefined();
  });
});

test("a copy is not asked for on an authority's request", () => {
  expect(copyBasesOf("incident")).toEqual(["unit_duty", "consent"]);
  expect(copyBasesOf("case")).toEqual(["unit_duty", "consent"]);
  const looked = { purpose: "case" as const, legal_basis: "authority_request" as const, number: "118" };
  expect(forCopy(looked)).toEqual({ ...looked, legal_basis: undefined });
  expect(missingOf(forCopy(looked))).toBe("legal_basis");
  expect(forCopy({ purpose: "incident", legal_basis: "unit_duty" }).legal_basis).toBe("unit_duty");
});

describe("exports", () => {
  const whole = {
    cameras: ["a"],
    from_ms: 0,
    to_ms: 1000,
    why: { purpose: "incident" as const, legal_basis: "unit_duty" as const },
    name: "李",
    organisation: "派出所",
  };
  test("what is missing, in the form's order", () => {
    expect(missingInExport({ cameras: [], why: {}, name: " ", organisation: "" })).toEqual([
      "export-need-cameras",
      "export-need-span",
      "export-need-purpose",
      "export-need-name",
      "export-need-organisation",
    ]);
    expect(missingInExport(whole)).toEqual([]);
    expect(missingInExport({ ...whole, to_ms: 0 })).toEqual(["span-bad"]);
    expect(missingInExport({ ...whole, to_ms: EXPORT_SPAN_MAX_MS + 1 })).toEqual(["export-span-long"]);
    expect(requestOf({ ...whole, name: "" })).toBeUndefined();
    expect(requestOf(whole)).toEqual({
      cameras: ["a"],
      from_ms: 0,
      to_ms: 1000,
      purpose: "incident",
      legal_basis: "unit_duty",
      recipient: { name: "李", organisation: "派出所" },
      profile: "main",
      with_sound: false,
    });
    expect(requestOf({ ...whole, sound: true })?.with_sound).toBe(true);
  });
});

describe("cameras", () => {
  test.each([
    ["rtsp://10.0.0.1:554/a", true],
    ["rtsps://camera.local/a?b=c", true],
    ["https://camera.local/a", false],
    ["http://10.0.0.1/", false],
    ["rtsp://admin:secret@10.0.0.1/a", false],
    ["rtsp://", false],
    ["", false],
  ])("address %s", (url, good) => expect(goodStreamUrl(url)).toBe(good));

  test("how a camera is reached: only what was changed is said, null for a certificate that is dropped", () => {
    const before: CameraDraft = { main_url: "rtsps://a/1", transport: "tcp", certificate: "ab12" };
    expect(changeOf(before, before)).toEqual({});
    expect(changeOf(before, { ...before, transport: "udp" })).toEqual({ transport: "udp" });
    expect(changeOf(before, { ...before, certificate: undefined })).toEqual({ certificate: null });
    expect(changeOf({ main_url: "rtsps://a/1" }, before)).toEqual({ transport: "tcp", certificate: "ab12" });
    const camera = {
      ...{ id: "c", transport: "tcp", certificate: null, main: { url: "rtsps://a/1", recorded: true }, sub: null },
    } as unknown as Camera;
    expect(probesOf(camera, draftOf(camera), false)).toEqual({ main: null, sub: null });
    const { main } = probesOf(camera, { ...draftOf(camera), certificate: "ab12" }, false);
    expect(main).toMatchObject({ url: "rtsps://a/1", transport: "tcp", certificate: "ab12", camera_id: "c" });
    expect(inGroups("ab12cd34ef")).toBe("AB12 CD34 EF");
  });
  test("drafts and changes", () => {
    expect(missingInCamera({})).toContain("camera-main-url");
    expect(cleaned({ name: " a ", username: " ", password: "" })).toEqual({ name: "a" });
    const draft: CameraDraft = {
      name: "n",
      place: "p",
      unit_id: "u",
      main_url: "rtsp://h/1",
      sub_url: "",
      security_level: 2,
      floor_days: 30,
    };
    expect(missingInCamera(draft)).toEqual([]);
    expect(missingInCamera({ ...draft, username: "admin" })).toEqual(["camera-password"]);
  });

  const stream = { word: "recording" as const, since_ms: 0, detail: "" };
  const camera: Camera = {
    ...{
      id: "c",
      name: "n",
      place: "p",
      place_withheld: false,
      unit_id: "u",
      group_id: "g",
      enabled: true,
      has_credentials: true,
      turns: false,
    },
    transport: "tcp",
    recording: "use",
    before_life_cycle: false,
    ...{ security_level: 2, floor_days: 30, state: { main: stream } },
    main: { url: "rtsp://h/1", recorded: true },
    sub: { url: "rtsp://h/2", recorded: false },
  };

  test("a change says only what was changed", () => {
    const draft = draftOf(camera);
    const change = (part: CameraDraft, loginGoes = false) => changeOf(draft, { ...draft, ...part }, loginGoes);
    expect(change({})).toEqual({});
    // The floor shown is the one in force: saved with a name it would become the camera's own.
    expect(change({ name: " new " })).toEqual({ name: "new" });
    expect(change({ floor_days: 90 })).toEqual({ floor_days: 90 });
    expect(change({ sub_url: "", group_id: undefined })).toEqual({ sub_url: null, group_id: null });
    expect(change({ username: "admin", password: "x" })).toEqual({ username: "admin", password: "x" });
    expect(change({ name: "new" }, true)).toEqual({ name: "new", username: "", password: "" });
  });

  test("what is new can be tested before it is saved", () => {
    const draft = draftOf(camera);
    const probes = (part: CameraDraft, loginGoes = false) => {
      const { main, sub } = probesOf(camera, { ...draft, ...part }, loginGoes);
      return [main?.url, sub?.url, main?.camera_id ?? sub?.camera_id];
    };
    expect(probes({ name: "new" })).toEqual([undefined, undefined, undefined]);
    expect(probes({ sub_url: "rtsp://h/3" })).toEqual([undefined, "rtsp://h/3", "c"]);
    expect(probes({ main_url: "rtsp://h/4" })).toEqual(["rtsp://h/4", undefined, "c"]);
    expect(probes({ username: "a", password: "b" })).toEqual(["rtsp://h/1", "rtsp://h/2", "c"]);
    expect(probes({ sub_url: "" })).toEqual([undefined, undefined, undefined]);
    // Without the camera's id the server cannot fall back on the log-in that is to go.
    expect(probes({}, true)).toEqual(["rtsp://h/1", "rtsp://h/2", undefined]);
  });

  test("groups in the order of the tree, cycles left out", () => {
    const group = (id: string, parent_id: string | null) => ({ id, unit_id: "u", name: id, parent_id });
    expect(
      orderedGroups([group("b", "a"), group("a", null), group("c", null)]).map(
        ({ group: { id }, level }) => id + level,
      ),
    ).toEqual(["a0", "b1", "c0"]);
    expect(orderedGroups([group("a", "b"), group("b", "a")])).toEqual([]);
  });

  test("a probe's findings", () => {
    expect(formatOffset(3480)).toBe("+3.5 s");
    expect(formatOffset(-100)).toBe("−0.1 s");
    expect(formatOffset(-3)).toBe("±0.0 s");
    const facts = probeFacts(
      {
        ok: true,
        audio: false,
        warnings: [],
        codec: "H.265",
        key_interval_ms: 10_000,
        clock_offset_ms: 3480,
        browser_playable: false,
      },
      en,
    );
    const tone = (label: string) => facts.find(([name]) => name === en(label))?.[2];
    expect(tone("probe-key")).toBe("late");
    expect(tone("probe-clock")).toBe("late");
    expect(tone("probe-browser")).toBe("notice");
  });
});

describe("people", () => {
  const person = (part: Partial<Person>): Person => ({
    id: "p",
    account: "li.wei",
    name: "李伟",
    suspended: false,
    totp: false,
    passkeys: 0,
    must_change_password: false,
    created_ms: 1,
    posts: [{ role: "viewer", unit: { id: "u", name: "u" } }],
    standing: { dormant: false, confirm_by_ms: 1 },
    ...part,
  });
  test("states and filters", () => {
    expect(personState(person({})).word).toBe("person-active");
    expect(personState(person({ suspended: true })).word).toBe("person-suspended");
    expect(personState(person({ must_change_password: true })).word).toBe("person-owes-password");
    expect(filterPeople([person({}), person({ name: "王敏", account: "wang" })], "李", undefined)).toHaveLength(1);
    expect(filterPeople([person({})], undefined, "auditor")).toHaveLength(0);
  });
  test("what is missing", () => {
    expect(missingInPerson({ account: "Li Wei", name: "", posts: [] })).toEqual(["person-name", "signin-account"]);
    expect(missingInPerson({ account: "li.wei", name: "李伟", posts: [] })).toEqual([]);
    const post = { role: "viewer" as const, unit_id: "u", group_id: null };
    expect(postsProblem([post, post])).toBe("posts-twice");
    expect(postsProblem([{ ...post, unit_id: "" }])).toBe("posts-unfinished");
  });
  test("passwords", () => {
    expect(passwordProblem("old", "short", "short")).toBe("password-short");
    expect(passwordProblem("correct horse", "correct horse", "correct horse")).toBe("password-same");
    expect(passwordProblem("old", "aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa")).toBe("password-plain");
    expect(passwordProblem("old", "correct horse", "correct hose")).toBe("password-differs");
    expect(passwordProblem("old", "correct horse", "correct horse")).toBeUndefined();
    expect(inFours("JBSWY3DPEHPK")).toBe("JBSW Y3DP EHPK");
  });
});

describe("health", () => {
  const row = (name: string, word: StreamRow["state"]["word"]): StreamRow => ({
    camera: { id: name, name },
    profile: "main",
    recorded: true,
    state: { word, since_ms: 0, detail: "" },
    unrecorded_units: 0,
    units: 0,
    bytes: 0,
    lost_packets: 0,
    reconnects: 0,
    queue_dropped: 0,
  });
  test("bad streams first", () => {
    const names = orderStreams([
      row("b", "recording"),
      row("c", "no_signal"),
      row("a", "recording"),
      row("d", "stalled"),
    ]);
    expect(names.map(({ camera }) => camera.name)).toEqual(["c", "d", "a", "b"]);
  });
  test("tones", () => {
    const gap = (state: GapRow["state"], cause: GapRow["cause"] = "network") => gapTone({ state, cause });
    expect([
      gap("open"),
      gap("justified"),
      gap("open", "unknown"),
      gap("explained", "unknown"),
      gap("declined"),
    ]).toEqual(["late", "plain", "breach", "notice", "late"]);
  });
  test("which gaps can be explained, with which cause one begins, what justifies one, and where playback shows it", () => {
    const gap = (part: Partial<GapRow>) =>
      ({ id: 7, cause: "power", state: "open", camera: { id: "c", name: "n" }, from_ms: 12, ...part }) as GapRow;
    expect(
      (["open", "explained", "justified", "declined"] as const).map((state) => explainable(gap({ state }))),
    ).toEqual([true, false, false, true]);
    expect([gap({ id: 0 }), gap({ id: null })].map(explainable)).toEqual([true, false]);
    expect(causeOfAll([gap({}), gap({})])).toBe("power");
    expect(causeOfAll([gap({}), gap({ cause: "network" })])).toBeUndefined();
    expect(causeOfAll([gap({ cause: "unknown" })])).toBeUndefined();
    expect(groundOf(gap({ state: "justified", maintenance: "m" }))).toBe("gap-ground-maintenance");
    expect(groundOf(gap({ state: "justified", cause: "planned" }))).toBe("gap-ground-act");
    expect(groundOf(gap({ state: "justified" }))).toBeNull();
    expect(playbackOf(gap({}))).toEqual({ cameras: "c", at: "12" });
  });
  test("a change of terms says what changes, and null for what follows the system again", () => {
    const row = { own_floor_days: 60, own_term_days: null };
    expect(termsChange(row, 60, null)).toEqual({});
    expect(termsChange(row, null, 90)).toEqual({ floor_days: null, term_days: 90 });
    expect(termsChange(row, 45, null)).toEqual({ floor_days: 45 });
  });
  test("the last rung is a breach", () => {
    expect([null, 14, 3, 1].map((rung) => rungTone(rung, [14, 3, 1]))).toEqual(["good", "late", "late", "breach"]);
  });
  test("the day within which the room ends, in words", () => {
    expect([null, 0, 1, 9].map((days) => daysWords(days, en))).toEqual([
      "not at this rate",
      "none left",
      "below 1 day",
      expect.stringContaining("9"),
    ]);
  });
  test("what retiring a disk means: whether the others hold it all", () => {
    const disk = (id: number, state: StorageDisk["state"], capacity_bytes: number) =>
      ({ id, state, room: { capacity_bytes } }) as StorageDisk;
    const all = { needed_bytes: 10 } as Room;
    const means = (disks: StorageDisk[]) => retiring(disks[0] as StorageDisk, disks, all);
    const of = means([disk(1, "good", 50), disk(2, "full", 7), disk(3, "away", 9), disk(4, "retired", 9)]);
    expect([of.room_bytes, of.needed_bytes, of.only]).toEqual([7, 10, false]);
    expect(means([disk(1, "good", 50), disk(4, "retired", 9)]).only).toBe(true);
  });
  test("a change of a camera's place on the disks sends what changed; no disk is null", () => {
    const row = { planned_kbps: 4000, priority: 2, tied: 3 };
    const check = (next: Parameters<typeof storageChange>[1], sent: object) =>
      expect(storageChange(row, next)).toEqual(sent);
    check({ planned: 4000, priority: 2, disk: 3 }, {});
    check({ planned: null, priority: 1, disk: 0 }, { planned_kbps: null, priority: 1, disk: null });
    check({ planned: 4000, priority: 2, disk: 1 }, { disk: 1 });
  });
  test("wrong clocks first; one that was not measured is neither good nor wrong", () => {
    const clock = (name: string, is_off: boolean, offset_ms: number | null) =>
      ({ camera: { id: name, name }, is_off, offset_ms }) as CameraClock;
    const rows = clockOrder([clock("a", false, 5), clock("c", true, 9000), clock("b", false, null)]);
    expect(rows.map(({ camera: { name } }) => name)).toEqual(["c", "a", "b"]);
    expect(rows.map(clockTone)).toEqual(["late", "good", "plain"]);
  });
  test("maintenance is announced before it begins", () => {
    const draft = { cameras: ["c"], from_ms: 2000, to_ms: 3000, reason: "r", document: "" };
    expect(missingInMaintenance(draft, 1000)).toEqual([]);
    expect(missingInMaintenance(draft, 2000)).toEqual(["maintenance-begun"]);
    expect(missingInMaintenance({ ...draft, to_ms: 2000 }, 1000)).toEqual(["span-bad"]);
    expect(missingInMaintenance({ cameras: [], reason: " ", document: "" }, 0)).toEqual([
      "maintenance-need-cameras",
      "maintenance-need-span",
      "maintenance-need-reason",
    ]);
  });
  test("histories are bounded and forget what is gone", () => {
    let histories: ReadonlyMap<string, number[]> = new Map([["gone", [1]]]);
    for (let at = 0; at < HISTORY_MAX + 5; at += 1) histories = extend(histories, new Map([["a", at]]));
    expect([...histories.keys()]).toEqual(["a"]);
    expect(histories.get("a")).toHaveLength(HISTORY_MAX);
    expect(histories.get("a")?.at(-1)).toBe(HISTORY_MAX + 4);
  });
});

describe("ledger", () => {
  test("entries about one thing", () => {
    const entries = [{ subject: "a" }, { subject: "b" }, { subject: null }] as AccessEntry[];
    expect(entriesAbout(entries, "a")).toHaveLength(1);
    expect(entriesAbout(entries, undefined)).toHaveLength(3);
  });
});

describe("address and rights", () => {
  test("texts and numbers", () => {
    expect(asTexts({ a: 1, b: "", c: undefined, d: "x" })).toEqual({ a: "1", d: "x" });
    expect([numberOf("12"), numberOf("x"), numberOf(undefined)]).toEqual([12, undefined, undefined]);
    expect(queryText({ a: ["x", "y"], b: null, c: "", d: 0 })).toBe("?a=x%2Cy&d=0");
    expect(queryText({})).toBe("");
  });
  test("everybody lands where their post is", () => {
    const none = {
      live: false,
      playback: false,
      export: false,
      cameras: false,
      people: false,
      standings: false,
      ledger: false,
      health: false,
      gaps: false,
      supervision: false,
      orders: false,
      portal: false,
    };
    expect(firstPage({ ...none, live: true, playback: true })).toBe("/wall");
    expect(firstPage({ ...none, cameras: true, people: true })).toBe("/cameras");
    expect(firstPage({ ...none, ledger: true })).toBe("/entries");
    expect(firstPage(none)).toBe("/account");
  });
});

describe("client", () => {
  const answer = (status: number, body: unknown) =>
    vi.spyOn(globalThis, "fetch").mockResolvedValueOnce(
      new Response(body === undefined ? null : JSON.stringify(body), {
        status,
        headers: { "Content-Type": "application/json" },
      }),
    );
  test("a change carries the header, a question does not", async () => {
    const fetch = answer(204, undefined);
    await api.post("/api/sign-out");
    expect(fetch.mock.calls[0]?.[1]?.headers).toMatchObject({ "X-Watchkeeper": "1" });
    const get = answer(200, { a: 1 });
    expect(await api.get("/api/me", { q: "x" })).toEqual({ a: 1 });
    expect(get.mock.calls.at(-1)?.[0]).toBe("/api/me?q=x");
    expect(get.mock.calls.at(-1)?.[1]?.headers).not.toHaveProperty("X-Watchkeeper");
  });
  test("a refusal keeps its article, reason and remedy", async () => {
    const said = { zh: "不行", en: "no" };
    answer(403, {
      error: { kind: "refused", message: "m", article: "guangzhou-2007:16", reason: said, remedy: said, entry: 7 },
    });
    const error = await api.get("/api/x").catch((thrown: unknown) => thrown);
    expect(isRefusal(error) && error.refusal).toEqual({
      article: "guangzhou-2007:16",
      reason: said,
      remedy: said,
      code: undefined,
      entry: 7,
    });
  });
  test("no JSON, no answer", async () => {
    vi.spyOn(globalThis, "fetch").mockResolvedValueOnce(new Response("<html>", { status: 502 }));
    const error = (await api.get("/api/x").catch((thrown: unknown) => thrown)) as ApiError;
    expect([error.kind, error.status]).toEqual(["unavailable", 502]);
    vi.spyOn(globalThis, "fetch").mockRejectedValueOnce(new TypeError("failed"));
    const silence = (await api.get("/api/x").catch((thrown: unknown) => thrown)) as ApiError;
    expect([silence.kind, silence.status]).toEqual(["unavailable", 0]);
    expect(new ApiError(429, {}).kind).toBe("busy");
  });
});
