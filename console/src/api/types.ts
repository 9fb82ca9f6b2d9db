// The shapes of the HTTP API as the console uses them. Names and fields follow the server's openapi.json.
// Times are Unix milliseconds (`_ms`), ids are UUID text. Not a client: see client.ts.

export type Id = string;
export type Language = "zh-CN" | "en";
export type ThemeChoice = "dark" | "light" | "auto";
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
  person: { id: Id; account: string; name: string; language?: Language | null; theme?: ThemeChoice | null };
  posts: Post[];
  totp: boolean;
  must_change_password: boolean;
  session: { id: Id; expires_ms: number };
  rights: Rights;
}

export interface SessionRow {
  id: Id;
  started_ms: number;
  seen_ms: number;
  expires_ms: number;
  place: string;
  agent?: string | null;
  current: boolean;
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
  detail?: string | null;
  codec?: string | null;
  width?: number | null;
  height?: number | null;
  fps?: number | null;
  kbps?: number | null;
  newest_unit_ms?: number | null;
  rfc6381?: string | null;
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
  security_level: 1 | 2 | 3;
  main?: StreamSettings | null;
  sub?: StreamSettings | null;
  has_credentials: boolean;
  floor_days: number;
  state: { main?: StreamState | null; sub?: StreamState | null };
}

export interface CameraPage {
  cameras: Camera[];
  next_cursor?: string | null;
  total: number;
}

export interface CameraDraft {
  name?: string;
  unit_id?: Id;
  group_id?: Id | null;
  place?: string;
  main_url?: string;
  sub_url?: string | null;
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
  error?: { cause: string; message: string } | null;
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
  posts: Post[];
  suspended: boolean;
  totp?: boolean;
  last_sign_in_ms?: number | null;
  locked_until_ms?: number | null;
}

export interface Layout {
  id: Id;
  name: string;
  grid: 1 | 4 | 9 | 16;
  tiles: (Id | null)[];
  tour_seconds?: number | null;
  shared: boolean;
  owner?: Id | Named;
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
  entry: { log: "access"; index: number };
  mode: "live" | "playback";
  cameras: Id[];
  from_ms?: number | null;
  to_ms?: number | null;
  expires_ms: number;
  mark: { name: string; account: string; started_ms: number };
}

export interface TimelineGap {
  id: string;
  from_ms: number;
  to_ms: number;
  cause: GapCause;
  evidence?: string | null;
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
  recipient: { name: string; organisation: string };
  profile: Profile;
}

export interface ExportRow {
  id: Id;
  state: "preparing" | "ready" | "failed";
  progress: number;
  requested_by: Named | string;
  requested_ms: number;
  from_ms: number;
  to_ms: number;
  cameras: (Named | Id)[];
  purpose?: PurposeWord;
  recipient: { name: string; organisation: string };
  package: { bytes: number; sha256: string; file_name: string } | null;
  entry: number | { log?: string; index: number } | null;
  error?: string | { message: string } | null;
}

export interface AccessEntry {
  index: number;
  time_ms: number;
  kind: string;
  class: string | number;
  person: Named | null;
  post?: string | null;
  cameras: Named[];
  span?: { from_ms: number; to_ms: number } | null;
  purpose?: PurposeWord | null;
  legal_basis?: LegalBasisWord | null;
  case?: string | null;
  approver?: string | null;
  place?: string | null;
  note?: string | null;
  outcome: { permitted: boolean; article?: string | null; reason?: string | null; remedy?: string | null };
  refers_to?: number | null;
  served?: { units: number; bytes: number } | null;
  published: boolean;
}

export interface AccessPage {
  entries: AccessEntry[];
  next_cursor?: string | null;
  size: number;
}

export interface AccessProof extends AccessEntry {
  record_b64: string;
  salt_hex: string;
  leaf_b64: string;
  commitment_hex: string;
  batch: { minute: number; index_in_batch: number; size: number; proof: string[] } | null;
  batch_leaf_index?: number | null;
  batch_leaf_b64?: string | null;
  inclusion?: string[];
  checkpoint?: string | null;
}

export interface FootageEntry {
  index: number;
  kind: string;
  camera: Named | Id;
  profile: Profile;
  seq: number;
  from_ms: number;
  to_ms: number;
  bytes?: number | null;
  cause?: GapCause | null;
}

export interface FootagePage {
  entries: FootageEntry[];
  next_cursor?: string | null;
  size: number;
}

export interface FootageProof extends FootageEntry {
  record_b64: string;
  inclusion?: string[];
  checkpoint?: string | null;
}

export interface LedgerKeys {
  footage_vkey: string;
  access_vkey: string;
}

export interface StreamRow {
  camera: Id;
  name: string;
  profile: Profile;
  state: StreamState;
  units: number;
  bytes: number;
  lost_packets: number;
  reconnects: number;
  queue_dropped: number;
}

export interface GapRow extends TimelineGap {
  camera: Id;
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
  sync_ms_last: number | null;
  sync_ms_max: number | null;
}
