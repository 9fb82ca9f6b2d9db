// The shapes of the HTTP API as the console uses them. Names and fields follow the server's openapi.json.
// Times are Unix milliseconds (`_ms`), ids are UUID text. Not a client: see client.ts.

export type Id = string;
/** A language as the API names it; the console's own name for Chinese is `zh-CN`. */
export type ApiLanguage = "zh" | "en";
export type Language = "zh-CN" | "en";
export type ThemeChoice = "dark" | "light" | "system";
export type Role = "viewer" | "operator" | "administrator" | "auditor";
export type Profile = "main" | "sub";
export type PurposeWord =
  | "duty_watch"
  | "incident"
  | "case"
  | "maintenance"
  | "supervision"
  | "administration"
  | "training";
export type LegalBasisWord =
  | "unit_duty"
  | "authority_request"
  | "maintenance_duty"
  | "supervision_duty"
  | "consent"
  | "operation";
export type GapCause =
  | "unknown"
  | "camera"
  | "network"
  | "credentials"
  | "disk"
  | "us"
  | "power"
  | "privacy"
  | "planned";

/** The same sentence in both languages. */
export interface Bilingual {
  zh: string;
  en: string;
}

export interface EntryRef {
  log: "footage" | "access";
  index: number;
}

export interface Named {
  id: Id;
  name: string;
}

export interface Post {
  role: Role;
  unit: Named;
  group?: Named | null;
}

export interface Rights {
  live: boolean;
  playback: boolean;
  export: boolean;
  cameras: boolean;
  people: boolean;
  ledger: boolean;
  health: boolean;
}

export interface Me {
  person: { id: Id; account: string; name: string; language: ApiLanguage; theme: ThemeChoice };
  posts: Post[];
  totp: boolean;
  must_change_password: boolean;
  session: { id: Id; expires_ms: number };
  rights: Rights;
}

export interface SessionRow {
  id: Id;
  current: boolean;
  created_ms: number;
  last_seen_ms: number;
  expires_ms: number;
  /** Network address of the sign-in. */
  place: string;
}

export interface Health {
  status: string;
  version: string;
  unit_name?: string | null;
  demo?: boolean;
}

export interface SystemState {
  now_ms: number;
  recording: { ok: number; total: number };
  gaps_today: { count: number; unjustified: number };
  kept: { days: number | null; floor_days: number };
  ledger: { footage: LogHead; access: LogHead; witnessed: string };
  disk: { used_bytes: number; free_bytes: number; horizon_days: number | null };
  demo: boolean;
  unit_name: string;
}

export interface LogHead {
  size: number;
  checkpoint_ms: number | null;
}

export interface Unit {
  id: Id;
  name: string;
}

export interface Group {
  id: Id;
  unit_id: Id;
  name: string;
  parent_id?: Id | null;
}

export type StreamWord =
  | "recording"
  | "live"
  | "connecting"
  | "no_signal"
  | "credentials"
  | "stalled"
  | "disabled"
  | "error"
  | "disk";

export interface StreamState {
  word: StreamWord;
  since_ms: number;
  /** What the camera or the network said, in English. */
  detail?: string;
  codec?: string | null;
  rfc6381?: string | null;
  width?: number | null;
  height?: number | null;
  fps?: number | null;
  kbps?: number | null;
  key_interval_ms?: number | null;
  clock_offset_ms?: number | null;
  newest_unit_ms?: number | null;
}

export interface StreamSettings {
  url: string;
  recorded: boolean;
}

export interface Camera {
  id: Id;
  name: string;
  unit_id: Id;
  group_id?: Id | null;
  place: string;
  enabled: boolean;
  security_level: number;
  main: StreamSettings;
  sub?: StreamSettings | null;
  has_credentials: boolean;
  floor_days: number;
  state: { main: StreamState; sub?: StreamState | null };
}

export interface CameraPage {
  cameras: Camera[];
  next_cursor?: string | null;
  total: number;
}

/** What is typed about a camera; adding and changing send the parts that each accepts. */
export interface CameraDraft {
  name?: string;
  unit_id?: Id;
  group_id?: Id | null;
  place?: string;
  main_url?: string;
  /** An empty text takes the sub stream away. */
  sub_url?: string;
  username?: string;
  password?: string;
  security_level?: number;
  floor_days?: number;
  enabled?: boolean;
}

export interface ProbeRequest {
  url: string;
  username?: string;
  password?: string;
  camera_id?: Id;
}

export interface ProbeReport {
  ok: boolean;
  codec?: string | null;
  width?: number | null;
  height?: number | null;
  fps?: number | null;
  kbps?: number | null;
  key_interval_ms?: number | null;
  clock_offset_ms?: number | null;
  audio?: boolean;
  browser_playable?: boolean;
  warnings?: string[];
  error?: { cause: GapCause; message: string } | null;
}

export interface PostDraft {
  role: Role;
  unit_id: Id;
  group_id?: Id | null;
}

export interface Person {
  id: Id;
  account: string;
  name: string;
  suspended: boolean;
  totp: boolean;
  /** Has not yet replaced the one-time password. */
  must_change_password: boolean;
  last_sign_in_ms?: number | null;
  posts: Post[];
}

export interface Layout {
  id: Id;
  name: string;
  /** Number of tiles: 1, 4, 9 or 16. */
  grid: number;
  tiles: (Id | null)[];
  tour_seconds?: number | null;
  shared: boolean;
  owner: Id;
}

export interface ViewRequest {
  mode: "live" | "playback";
  cameras: Id[];
  from_ms?: number;
  to_ms?: number;
  purpose: PurposeWord;
  legal_basis: LegalBasisWord;
  case?: string;
  note?: string;
  layout?: Id;
}

export interface View {
  id: Id;
  entry: EntryRef;
  mode: "live" | "playback";
  cameras: Id[];
  from_ms?: number | null;
  to_ms?: number | null;
  expires_ms: number;
  mark: { name: string; account: string; started_ms: number };
}

export interface TimelineGap {
  /** Index of its record in the footage log. */
  id: number;
  from_ms: number;
  to_ms: number;
  cause: GapCause;
  evidence: string;
  justified: boolean;
}

export interface TimelineRow {
  camera: Id;
  profile: Profile;
  spans: [number, number][];
  gaps: TimelineGap[];
  activity: number[];
}

export interface Timeline {
  bucket_ms: number;
  rows: TimelineRow[];
}

export interface ExportRequest {
  cameras: Id[];
  from_ms: number;
  to_ms: number;
  purpose: PurposeWord;
  legal_basis: LegalBasisWord;
  case?: string;
  note?: string;
  recipient: Recipient;
  profile?: Profile;
}

export interface Recipient {
  name: string;
  organisation: string;
}

export interface ExportRow {
  id: Id;
  state: "preparing" | "ready" | "failed";
  /** 0 to 1. */
  progress: number;
  requested_by: Named;
  requested_ms: number;
  from_ms: number;
  to_ms: number;
  cameras: Id[];
  recipient: Recipient;
  package?: { bytes: number; sha256: string; file_name: string } | null;
  entry: EntryRef;
  error?: string | null;
}

export type EntryClass = "viewing" | "handing_out" | "registry" | "sign_in" | "refusal" | "system";

export type Act =
  | "live"
  | "playback"
  | "still"
  | "export"
  | "collect"
  | "use"
  | "sign_in"
  | "sign_out"
  | "sign_in_failed"
  | "read_registry"
  | "change_camera"
  | "probe_camera"
  | "change_person"
  | "change_unit"
  | "change_layout"
  | "read_ledger"
  | "read_health"
  | "read_timeline"
  | "refused"
  | "anonymous_refused"
  | "start"
  | "stop"
  | "check"
  | "system_read";

export interface AccessEntry {
  index: number;
  time_ms: number;
  kind: Act;
  class: EntryClass;
  person?: Named | null;
  /** Under which post the person acted. */
  post: string;
  cameras: Named[];
  /** How many cameras, when there are more than the entry lists. */
  cameras_count: number;
  span?: [from_ms: number, to_ms: number] | null;
  purpose?: PurposeWord | null;
  legal_basis?: LegalBasisWord | null;
  case?: string | null;
  approver?: string | null;
  place: string;
  note?: string | null;
  /** What was changed or asked for, in words. */
  text?: string | null;
  outcome: { permitted: boolean; article?: string | null; reason?: Bilingual | null; remedy?: Bilingual | null };
  refers_to?: number | null;
  served?: { units: number; bytes: number; from_ms?: number | null; to_ms?: number | null } | null;
  /** A signed checkpoint covers it. */
  published: boolean;
}

export interface AccessPage {
  entries: AccessEntry[];
  next_cursor?: string | null;
  size: number;
}

export interface AccessProof {
  entry: AccessEntry;
  record_b64: string;
  salt_hex: string;
  leaf_b64: string;
  commitment_hex: string;
  /** Absent until the entry's minute is closed. */
  batch?: { minute: number; index_in_batch: number; size: number; proof: string[] } | null;
  batch_leaf_index?: number | null;
  batch_leaf_b64?: string | null;
  inclusion: string[];
  checkpoint?: string | null;
}

export interface FootageEntry {
  index: number;
  /** `segment`, `gap`, `expiry_intent`, `expiry_done`. */
  kind: string;
  camera?: Named | null;
  profile?: Profile | null;
  seq?: number | null;
  from_ms?: number | null;
  to_ms?: number | null;
  bytes?: number | null;
  cause?: GapCause | null;
}

export interface FootagePage {
  entries: FootageEntry[];
  next_cursor?: string | null;
  size: number;
}

export interface FootageProof {
  entry: FootageEntry;
  record_b64: string;
  inclusion: string[];
  checkpoint?: string | null;
}

export interface LedgerKeys {
  footage_vkey: string;
  access_vkey: string;
}

export interface StreamRow {
  camera: Named;
  profile: Profile;
  recorded: boolean;
  state: StreamState;
  units: number;
  bytes: number;
  lost_packets: number;
  reconnects: number;
  queue_dropped: number;
}

export interface GapRow extends TimelineGap {
  camera: Named;
  profile: Profile;
}

export interface GapPage {
  gaps: GapRow[];
  next_cursor?: string | null;
}

export interface Disk {
  path: string;
  used: number;
  free: number;
  bytes_per_day: number;
  horizon_days: number | null;
  sync_ms_last: number;
  sync_ms_max: number;
}
