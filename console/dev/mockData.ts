// Made-up data for looking at the console without a server. Never shipped, never imported by src/.
import type {
  AccessEntry,
  Act,
  Camera,
  EntryClass,
  ExportRow,
  FootageEntry,
  GapRow,
  Group,
  Me,
  Person,
  Standing,
  StreamRow,
  StreamState,
  Unit,
} from "../src/api/types.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const now = () => Date.now();
const start = Date.now();
const id = (n: number, kind = 0) => `0193${kind}000-0000-7000-8000-${String(n).padStart(12, "0")}`;

export const units: Unit[] = [
  { id: id(1, 1), name: "临江市滨湖公园管理处", four_eyes: false, together: false, off_shift_word: false },
];
export const groups: Group[] = [
  { id: id(1, 2), unit_id: id(1, 1), name: "北门片区" },
  { id: id(2, 2), unit_id: id(1, 1), name: "湖岸步道" },
  { id: id(3, 2), unit_id: id(1, 1), name: "停车场" },
  { id: id(4, 2), unit_id: id(1, 1), name: "地下一层", parent_id: id(3, 2) },
];

const state = (word: StreamState["word"], sinceAgo: number, more: Partial<StreamState> = {}): StreamState => ({
  word,
  since_ms: start - sinceAgo,
  detail: "",
  codec: "H.264",
  width: 1920,
  height: 1080,
  fps: 25,
  kbps: 2050 + Math.round(Math.random() * 400),
  newest_unit_ms: word === "recording" ? start - 40 : start - sinceAgo,
  rfc6381: "avc1.4d401f",
  ...more,
});

const spots: [string, string, number, Camera["security_level"], StreamState][] = [
  ["北门广场东", "北门广场东侧灯杆 3 号", 1, 2, state("recording", 9 * HOUR)],
  ["北门广场西", "北门广场西侧灯杆 1 号", 1, 2, state("recording", 9 * HOUR)],
  ["售票处前", "售票处南墙", 1, 1, state("recording", 9 * HOUR)],
  [
    "步道一号",
    "湖岸步道 K0+120",
    2,
    2,
    state("recording", 6 * HOUR, {
      width: 2560,
      height: 1440,
      kbps: 3980,
      codec: "H.265",
      rfc6381: "hvc1.1.6.L150.90",
    }),
  ],
  ["步道二号", "湖岸步道 K0+480", 2, 2, state("no_signal", 37 * MINUTE, { detail: "connect: no route to host" })],
  ["步道三号", "湖岸步道 K0+860", 2, 2, state("stalled", 2 * MINUTE, { detail: "no access unit for 118 s" })],
  ["湖心亭", "湖心亭檐下", 2, 3, state("recording", 3 * DAY, { fps: 15, kbps: 940, width: 1280, height: 720 })],
  ["停车场入口", "停车场入口道闸旁", 3, 1, state("recording", 9 * HOUR)],
  ["停车场出口", "停车场出口道闸旁", 3, 1, state("recording", 9 * HOUR)],
  ["地下车位 A", "地下一层 A 区 12 柱", 4, 2, state("credentials", 5 * HOUR, { detail: "401 Unauthorized" })],
  ["地下车位 B", "地下一层 B 区 07 柱", 4, 2, state("recording", 9 * HOUR)],
];

export const cameras: Camera[] = spots.map(([name, place, group, level, main], at) => ({
  id: id(at + 1, 3),
  name,
  unit_id: id(1, 1),
  group_id: id(group, 2),
  place,
  place_withheld: false,
  enabled: true,
  security_level: level,
  main: { url: `rtsp://10.20.3.${11 + at}:554/Streaming/Channels/101`, recorded: true },
  sub: at % 3 === 2 ? null : { url: `rtsp://10.20.3.${11 + at}:554/Streaming/Channels/102`, recorded: false },
  has_credentials: true,
  turns: false,
  transport: "tcp",
  recording: "use",
  before_life_cycle: false,
  floor_days: level === 1 ? 90 : 30,
  state: { main, sub: at % 3 === 2 ? null : state("recording", 9 * HOUR, { width: 640, height: 360, kbps: 380 }) },
}));

const standing: Standing = {
  trained_until_ms: start + 200 * DAY,
  vetting: { by_whom: "派出所", at_ms: start - 80 * DAY, passed: true, entry: { log: "access", index: 12 } },
  signed_in_ms: start,
  dormant: false,
  confirm_by_ms: start + 275 * DAY,
};

export const me: Me = {
  person: { id: id(1, 4), account: "wang.min", name: "王敏", language: "zh", theme: "auto" },
  posts: [
    { role: "operator", unit: units[0] as Unit },
    { role: "administrator", unit: units[0] as Unit },
    { role: "auditor", unit: units[0] as Unit },
  ],
  totp: false,
  must_change_password: false,
  session: { id: id(1, 5), expires_ms: start + 10 * HOUR },
  rights: {
    live: true,
    playback: true,
    export: true,
    cameras: true,
    people: true,
    standings: true,
    ledger: true,
    health: true,
    gaps: true,
    supervision: false,
    orders: false,
    portal: false,
  },
  standing,
};

const unit = units[0] as Unit;
const peopleRows: Omit<Person, "must_change_password">[] = [
  {
    id: id(1, 4),
    account: "wang.min",
    name: "王敏",
    posts: me.posts,
    suspended: false,
    totp: false,
    passkeys: 0,
    created_ms: start - 90 * DAY,
    standing,
  },
  {
    id: id(2, 4),
    account: "chen.jianguo",
    name: "陈建国",
    posts: [
      { role: "viewer", unit, group: { id: id(1, 2), name: "北门片区" } },
      { role: "viewer", unit, group: { id: id(2, 2), name: "湖岸步道" } },
    ],
    suspended: false,
    totp: true,
    passkeys: 0,
    created_ms: start - 90 * DAY,
    standing,
  },
  {
    id: id(3, 4),
    account: "liu.yan",
    name: "刘燕",
    posts: [{ role: "operator", unit }],
    suspended: false,
    totp: true,
    passkeys: 0,
    created_ms: start - 90 * DAY,
    standing,
  },
  {
    id: id(4, 4),
    account: "audit.zhao",
    name: "赵立群",
    posts: [{ role: "auditor", unit }],
    suspended: false,
    totp: true,
    passkeys: 0,
    created_ms: start - 90 * DAY,
    standing,
  },
  {
    id: id(5, 4),
    account: "sun.lei",
    name: "孙磊",
    posts: [{ role: "viewer", unit }],
    suspended: true,
    totp: false,
    passkeys: 0,
    created_ms: start - 90 * DAY,
    standing,
  },
  {
    id: id(6, 4),
    account: "he.tingting",
    name: "何婷婷",
    posts: [{ role: "viewer", unit }],
    suspended: false,
    totp: false,
    passkeys: 0,
    created_ms: start - 90 * DAY,
    standing,
  },
];

export const people: Person[] = peopleRows.map((person) => ({ ...person, must_change_password: false }));

const hex = (seed: number) => Array.from({ length: 64 }, (_, at) => ((seed * 7 + at * 13) % 16).toString(16)).join("");
const named = (at: number) => ({ id: (cameras[at] as Camera).id, name: (cameras[at] as Camera).name });
export const exportsList: ExportRow[] = [
  {
    id: id(3, 6),
    state: "preparing",
    progress: 0.42,
    requested_by: { id: id(1, 4), name: "王敏" },
    requested_ms: start - 40_000,
    from_ms: start - 3 * HOUR,
    to_ms: start - 2 * HOUR,
    cameras: [named(0).id, named(1).id, named(7).id],
    recipient: { name: "李警官", organisation: "临江市公安局滨湖派出所" },
    package: null,
    collect_until_ms: start + 6 * 86_400_000,
    entry: { log: "access", index: 1288 },
  },
  {
    id: id(2, 6),
    state: "ready",
    progress: 1,
    requested_by: { id: id(3, 4), name: "刘燕" },
    requested_ms: start - 26 * HOUR,
    from_ms: start - 30 * HOUR,
    to_ms: start - 30 * HOUR + 2 * MINUTE,
    cameras: [named(7).id],
    recipient: { name: "周女士", organisation: "当事人" },
    package: { bytes: 61_200_431, manifest_sha256: hex(5), file_name: "取证包-停车场入口-20261121-0412.zip" },
    collect_until_ms: start + 6 * 86_400_000,
    entry: { log: "access", index: 1102 },
    copy: {
      collected_ms: start - 25 * HOUR,
      collected_entry: { log: "access", index: 1110 },
      of_retrieval: false,
      events: [
        {
          what: "receipt",
          by: { id: id(3, 4), name: "刘燕" },
          at_ms: start - 24 * HOUR,
          entry: { log: "access", index: 1120 },
          holder: "周女士",
          note: "当面签收",
        },
      ],
    },
  },
  {
    id: id(1, 6),
    state: "failed",
    progress: 0.1,
    requested_by: { id: id(3, 4), name: "刘燕" },
    requested_ms: start - 50 * HOUR,
    from_ms: start - 54 * HOUR,
    to_ms: start - 53 * HOUR,
    cameras: [named(4).id],
    recipient: { name: "保卫科", organisation: "临江市滨湖公园管理处" },
    package: null,
    collect_until_ms: start + 6 * 86_400_000,
    entry: { log: "access", index: 1040 },
    error: "所选时段没有录像。",
  },
];

export const gaps: GapRow[] = [
  [4, 37 * MINUTE, 0, "network", "connect 10.20.3.15:554: no route to host", false],
  [5, 2 * MINUTE, 0, "camera", "no access unit for 1.2 s on an open connection", false],
  [9, 5 * HOUR, 0, "credentials", "RTSP 401 after digest, not retried", false],
  [0, 9 * HOUR + 41_000, 9 * HOUR, "us", "server stopped by operator, restarted", true],
  [1, 9 * HOUR + 41_000, 9 * HOUR, "us", "server stopped by operator, restarted", true],
  [6, 3 * DAY + 2 * HOUR, 3 * DAY, "power", "boot id changed", true],
  [3, 6 * HOUR + 3200, 6 * HOUR, "network", "TCP reset by peer", true],
].map(([camera, from, to, cause, evidence, justified], at) => ({
  id: 20_000 + at,
  camera: named(camera as number),
  profile: "main",
  from_ms: start - (from as number),
  to_ms: start - (to as number),
  cause: cause as GapRow["cause"],
  evidence: evidence as string,
  state: justified ? "justified" : "open",
  justified: justified as boolean,
}));

export const streams = (): StreamRow[] =>
  cameras.flatMap((camera) =>
    (["main", "sub"] as const).flatMap((profile) => {
      const of = camera.state[profile];
      if (!of) return [];
      const live = of.word === "recording";
      return [
        {
          camera: { id: camera.id, name: camera.name },
          profile,
          recorded: profile === "main",
          state: {
            ...of,
            newest_unit_ms: live ? now() - 30 - Math.round(Math.random() * 30) : of.newest_unit_ms,
            kbps: live ? (of.kbps ?? 0) + Math.round(Math.random() * 200) : 0,
          },
          units: 813_442,
          unrecorded_units: 0,
          bytes: 8_312_554_201,
          lost_packets: live ? 0 : 12,
          reconnects: live ? 0 : 7,
          queue_dropped: 0,
        },
      ];
    }),
  );

const kinds: [Act, EntryClass, NonNullable<AccessEntry["purpose"]>, boolean][] = [
  ["live", "viewing", "duty_watch", true],
  ["use", "viewing", "duty_watch", true],
  ["playback", "viewing", "incident", true],
  ["export", "handing_out", "case", true],
  ["refused", "refusal", "duty_watch", false],
  ["change_camera", "registry", "administration", true],
  ["sign_in", "sign_in", "administration", true],
  ["read_ledger", "registry", "supervision", true],
  ["collect", "handing_out", "case", true],
  ["still", "viewing", "incident", true],
  ["start", "system", "administration", true],
];

export const entries: AccessEntry[] = Array.from({ length: 240 }, (_, at) => {
  const index = 1290 - at;
  const [kind, entryClass, purpose, permitted] = kinds[at % kinds.length] as (typeof kinds)[number];
  const person = people[(at * 5) % 4] as Person;
  const pictures = ["live", "use", "playback", "export", "refused", "still"].includes(kind);
  return {
    index,
    time_ms: start - at * 97_000,
    kind,
    class: entryClass,
    account: kind === "start" ? "system" : person.account,
    person: kind === "start" ? null : { id: person.id, name: person.name },
    post: kind === "start" ? "" : `${person.posts[0]?.role}, ${unit.name}`,
    cameras_count: pictures ? (kind === "live" ? 9 : 1) : 0,
    cameras: pictures
      ? Array.from({ length: kind === "live" ? 9 : 1 }, (_, n) => named((at + n) % cameras.length))
      : [],
    span: kind === "playback" || kind === "export" ? [start - 30 * HOUR, start - 29 * HOUR] : null,
    purpose,
    legal_basis: purpose === "case" ? "authority_request" : purpose === "administration" ? "operation" : "unit_duty",
    case: null,
    approver: null,
    place: "10.20.1.37",
    note:
      purpose === "incident"
        ? "游客遗失背包，协助查找"
        : purpose === "case"
          ? "№ 临公（滨湖）调证字〔2026〕118 号"
          : null,
    text: kind === "change_camera" ? "floor_days=90" : null,
    outcome: permitted
      ? { permitted: true }
      : {
          permitted: false,
          article: "unit:roles",
          // A record keeps one language; the server gives the same words for both.
          reason: { zh: "监看员不能查看录像。", en: "监看员不能查看录像。" },
          remedy: {
            zh: "请操作员查看，或由管理员增设操作员岗位。",
            en: "请操作员查看，或由管理员增设操作员岗位。",
          },
        },
    refers_to: kind === "use" ? index - 1 : null,
    served:
      kind === "use"
        ? { units: 7433, bytes: 61_883_200, profile: "main" as const, from_ms: start, to_ms: start }
        : null,
    published: at > 1,
  };
});

export const footage: FootageEntry[] = Array.from({ length: 120 }, (_, at) => {
  const gap = at % 17 === 9;
  return {
    index: 20_911 - at,
    kind: gap ? "gap" : "segment",
    camera: named(at % cameras.length),
    profile: "main",
    published: true,
    seq: 4102 - Math.floor(at / cameras.length),
    from_ms: start - (at + 11) * 6000 - MINUTE,
    to_ms: start - (at + 11) * 6000,
    bytes: gap ? null : 14_900_000 + at * 1711,
    cause: gap ? "network" : null,
  };
});
