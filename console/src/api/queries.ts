// What is fetched, under which key, and how often again. One hook per thing; pages use these, not `api.get`.
// Not for pictures: views and their sockets belong to the player.
import {
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useInfiniteQuery,
  useQueries,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { createContext, useContext, useMemo, useRef } from "react";
import { type CamerasKnown, camerasKnown, chunksOf, uniqueIds, withRunning } from "./cameras";
import { api, type Query } from "./client";
import type {
  AccessPage,
  AccessProof,
  Adoption,
  Availability,
  Board,
  BoardDuties,
  Camera,
  CameraCounts,
  CameraPage,
  CasePage,
  CaseRow,
  ChangeRequest,
  ClipLevel,
  Clocks,
  CommissioningTable,
  CompletenessReport,
  Copies,
  Disk,
  ExplanationRow,
  ExportRow,
  Finding,
  FindingHistory,
  Folder,
  FolderPage,
  FootagePage,
  FootageProof,
  FourEyesOf,
  GrantPage,
  GrantRow,
  Group,
  Health,
  HoldPage,
  Id,
  Identities,
  LawPackPage,
  LawPacks,
  LedgerKeys,
  Maintenance,
  Me,
  Outage,
  Overrides,
  OwnRecord,
  Passkeys,
  Person,
  PersonStanding,
  PressurePage,
  QuestionPage,
  RecordTerm,
  RegisterKind,
  RegisterPage,
  RegisterRecord,
  RegisterVersion,
  RegistryMap,
  Retention,
  SessionRow,
  SignInMeans,
  Storage,
  StreamRow,
  SystemFilings,
  SystemLife,
  SystemState,
  Unit,
  WatchingLimits,
  Witnesses,
} from "./types";

const SECOND = 1000;
/** The most cameras that one request may name. */
const CAMERA_IDS_MAX = 100;
/** The most cameras one page of the list may have; the map asks until it has them all. */
const CAMERAS_PAGE_MAX = 500;
/** The most cases one page of the list may have. */
const CASES_PAGE_MAX = 200;
/** The most copies that one answer has. */
const COPIES_MAX = 200;
/** The most holds one page of the list may have; the timeline marks the newest of them. */
const HOLDS_PAGE_MAX = 200;

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: () => api.get<Me>("/api/me"),
  staleTime: 60 * SECOND,
});

const MeContext = createContext<Me | null>(null);
/** The gate says who it let through: what is behind it keeps that person until the gate takes it away as a whole. */
export const MeProvider = MeContext.Provider;

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("useMe is only for what the gate has let through");
  return me;
}

/** Nobody where the gate was not passed: at the sign-in, on the page that is open to anybody. */
export const useMeIfKnown = (): Me | null => useContext(MeContext);

export const useHealth = () =>
  useQuery({
    queryKey: ["health"],
    queryFn: () => api.get<Health>("/api/health"),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useSystemState = () =>
  useQuery({ queryKey: ["state"], queryFn: () => api.get<SystemState>("/api/state"), refetchInterval: 5 * SECOND });

export const useUnits = () => useQuery({ queryKey: ["units"], queryFn: () => api.get<Unit[]>("/api/units") });

/** The units whose registry and cameras the person keeps: what a form may be about. Lists and filters show all. */
export function useKeptUnits() {
  const { posts } = useMe();
  const kept = new Set(
    posts.filter(({ role, group }) => role === "administrator" && !group).map(({ unit }) => unit.id),
  );
  return useQuery({
    queryKey: ["units"],
    queryFn: () => api.get<Unit[]>("/api/units"),
    select: (units) => units.filter(({ id }) => kept.has(id)),
  });
}

export const useGroups = () => useQuery({ queryKey: ["groups"], queryFn: () => api.get<Group[]>("/api/groups") });

async function allCameras(query: Query, signal: AbortSignal): Promise<Camera[]> {
  const cameras: Camera[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await api.get<CameraPage>("/api/cameras", { ...query, limit: CAMERAS_PAGE_MAX, cursor }, signal);
    cameras.push(...page.cameras);
    cursor = page.next_cursor;
  } while (cursor);
  return cameras;
}

/**
 * Every camera the person may know of, for the map alone, where there may be twenty thousand. They come once and then as seldom
 * as the map itself; what changes by the second are those that are switched on, of which no server runs more than a thousand.
 */
export function useMarkedCameras(): Camera[] | undefined {
  const { data: all } = useQuery({
    queryKey: ["cameras", "all"],
    queryFn: ({ signal }) => allCameras({}, signal),
    staleTime: 60 * SECOND,
    refetchInterval: 300 * SECOND,
  });
  const { data: running } = useQuery({
    queryKey: ["cameras", "running"],
    queryFn: ({ signal }) => allCameras({ enabled: true }, signal),
    enabled: all !== undefined,
    refetchInterval: 15 * SECOND,
  });
  return useMemo(() => all && withRunning(all, running), [all, running]);
}

const cameraPage = (query: Query, everyMs: number) =>
  queryOptions({
    queryKey: ["cameras", "page", query],
    queryFn: ({ signal }) => api.get<CameraPage>("/api/cameras", query, signal),
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
  });

/** One page of cameras, renewed while it is on the screen. */
export const useCameraPage = (query: Query, { everyMs = 5 * SECOND, enabled = true } = {}) =>
  useQuery({ ...cameraPage(query, everyMs), enabled });

/** Several pages beside each other, in the order asked: so many more, so much more seldom each. */
export function useCameraPages(queries: readonly Query[]): (CameraPage | undefined)[] {
  const everyMs = Math.max(5, queries.length) * SECOND;
  return useQueries({ queries: queries.map((query) => cameraPage(query, everyMs)) }).map(({ data }) => data);
}

/** How many cameras each group has; of those that a search finds, when there is one. */
export const useCameraCounts = (query?: string, enabled = true) =>
  useQuery({
    queryKey: ["cameras", "counts", query],
    queryFn: ({ signal }) => api.get<CameraCounts>("/api/cameras/counts", { query }, signal),
    enabled,
    refetchInterval: 30 * SECOND,
    placeholderData: keepPreviousData,
  });

async function camerasOf(ids: readonly Id[], signal: AbortSignal): Promise<Camera[]> {
  const parts = chunksOf(ids, CAMERA_IDS_MAX);
  const pages = await Promise.all(
    parts.map((part) => api.get<CameraPage>("/api/cameras", { ids: part, limit: CAMERA_IDS_MAX }, signal)),
  );
  return pages.flatMap(({ cameras }) => cameras);
}

/** What other answers have said of these cameras: a picture that is put on the wall need not wait to be known. */
function saidOf(queries: QueryClient, ids: readonly Id[]): Camera[] | undefined {
  const known = camerasKnown(queries.getQueriesData({ queryKey: ["cameras"] }).map(([, data]) => data));
  const found = ids.flatMap((id) => known.get(id) ?? []);
  return found.length > 0 || ids.length === 0 ? found : undefined;
}

const byId = (cameras: readonly Camera[]): CamerasKnown => new Map(cameras.map((camera) => [camera.id, camera]));

export interface CamerasById {
  /** Those of the ids that the person may know of; nothing before the first answer. */
  known: CamerasKnown | undefined;
  /** The server has not said yet what these ids are: what is not known may still be. */
  asking: boolean;
  error: unknown;
  refetch: () => unknown;
}

/** The cameras with these ids: their names, or, asked again every so often, what they do. */
export function useCamerasById(ids: readonly (Id | undefined)[], everyMs?: number): CamerasById {
  const queries = useQueryClient();
  const wanted = uniqueIds(ids);
  const { data, error, isPlaceholderData, isPending, refetch } = useQuery<Camera[]>({
    queryKey: ["cameras", "of", wanted],
    queryFn: ({ signal }) => camerasOf(wanted, signal),
    placeholderData: () => saidOf(queries, wanted),
    staleTime: everyMs ?? 60 * SECOND,
    refetchInterval: wanted.length > 0 && everyMs !== undefined ? everyMs : false,
  });
  // When an answer does not come, what was said before is better than nothing.
  const last = useRef<Camera[] | undefined>(undefined);
  if (data) last.current = data;
  const cameras = data ?? last.current;
  // Not by the query's `select`: a map is another one each time, and what was said before would be said without end.
  const known = useMemo(() => cameras && byId(cameras), [cameras]);
  const asking = (isPlaceholderData || isPending) && wanted.some((id) => !known?.has(id));
  return { known, asking, error, refetch };
}

/** One camera with its state, renewed while it is looked at. */
export function useCamera(id: Id | undefined, everyMs?: number) {
  const asked = useCamerasById([id], everyMs);
  return { ...asked, camera: id === undefined ? undefined : asked.known?.get(id) };
}

export const usePeople = () =>
  useQuery({ queryKey: ["people"], queryFn: async () => (await api.get<{ people: Person[] }>("/api/people")).people });

export const standingQuery = (person: Id) =>
  queryOptions({
    queryKey: ["people", person, "standing"],
    queryFn: ({ signal }) => api.get<PersonStanding>(`/api/people/${person}/standing`, undefined, signal),
    // Refused once is refused: each time would be an entry.
    refetchInterval: ({ state }) => (state.error ? false : 60 * SECOND),
  });

export const personSessionsQuery = (person: Id) =>
  queryOptions({
    queryKey: ["people", person, "sessions"],
    queryFn: ({ signal }) => api.get<SessionRow[]>(`/api/people/${person}/sessions`, undefined, signal),
    refetchInterval: ({ state }) => (state.error ? false : 60 * SECOND),
  });

export const useSessions = () =>
  useQuery({ queryKey: ["sessions"], queryFn: () => api.get<SessionRow[]>("/api/me/sessions") });

export const usePasskeys = () =>
  useQuery({ queryKey: ["passkeys"], queryFn: () => api.get<Passkeys>("/api/me/passkeys") });

export const useIdentities = () =>
  useQuery({ queryKey: ["identities"], queryFn: () => api.get<Identities>("/api/me/identities") });

export const personIdentitiesQuery = (person: Id) =>
  queryOptions({
    queryKey: ["people", person, "identities"],
    queryFn: ({ signal }) => api.get<Identities>(`/api/people/${person}/identities`, undefined, signal),
  });

/** By which means one signs in here; asked before anybody is signed in. */
export const useSignInMeans = () =>
  useQuery({
    queryKey: ["sign-in"],
    queryFn: () => api.get<SignInMeans>("/api/sign-in"),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useExports = () =>
  useQuery({
    queryKey: ["exports"],
    queryFn: () => api.get<ExportRow[]>("/api/exports"),
    refetchInterval: ({ state }) => (state.data?.some((row) => row.state === "preparing") ? SECOND : 15 * SECOND),
  });

/** Packages of one's units that were collected, the newest first: so many as one answer has. */
export const useCopies = (enabled = true) =>
  useQuery({
    queryKey: ["copies"],
    queryFn: ({ signal }) => api.get<Copies>("/api/copies", { limit: COPIES_MAX }, signal),
    enabled,
    refetchInterval: 60 * SECOND,
  });

/** Spans that are held now, one for each camera of each hold. */
export const useHeld = () =>
  useQuery({
    queryKey: ["holds", "held"],
    queryFn: async ({ signal }) => {
      const { holds } = await api.get<HoldPage>("/api/holds", { active: true, limit: HOLDS_PAGE_MAX }, signal);
      return holds.flatMap(({ cameras, from_ms, to_ms }) =>
        cameras.map(({ id }) => ({ camera: id, fromMs: from_ms, toMs: to_ms })),
      );
    },
    refetchInterval: 60 * SECOND,
  });

/** Spans of a camera's footage that are protected more than the camera, those that no longer are too. */
export const clipLevelsQuery = (camera: Id) =>
  queryOptions({
    queryKey: ["cameras", camera, "levels"],
    queryFn: async ({ signal }) =>
      (await api.get<{ levels: ClipLevel[] }>(`/api/cameras/${camera}/levels`, undefined, signal)).levels,
    // Refused once is refused: each time would be an entry.
    refetchInterval: ({ state }) => (state.error ? false : 15 * SECOND),
  });

/** What a second pair of eyes is asked of on a camera's recordings: by its unit, or by a pack. */
export const fourEyesQuery = (camera: Id) =>
  queryOptions({
    // Under the units: it is asked anew when one sets its rule.
    queryKey: ["units", "four-eyes", camera],
    queryFn: ({ signal }) => api.get<FourEyesOf>(`/api/cameras/${camera}/four-eyes`, undefined, signal),
    // Refused once is refused: each time would be an entry.
    refetchInterval: ({ state }) => (state.error ? false : 60 * SECOND),
    retry: false,
  });

export const useAccessEntries = (query: Query) =>
  useQuery({
    queryKey: ["ledger", "access", query],
    queryFn: ({ signal }) => api.get<AccessPage>("/api/ledger/access", query, signal),
    placeholderData: keepPreviousData,
  });

export const useAccessProof = (index: number | undefined) =>
  useQuery({
    queryKey: ["ledger", "access", "proof", index],
    queryFn: () => api.get<AccessProof>(`/api/ledger/access/${index}`),
    enabled: index !== undefined,
  });

export const useFootageEntries = (query: Query) =>
  useQuery({
    queryKey: ["ledger", "footage", query],
    queryFn: ({ signal }) => api.get<FootagePage>("/api/ledger/footage", query, signal),
    placeholderData: keepPreviousData,
  });

export const useFootageProof = (index: number | undefined) =>
  useQuery({
    queryKey: ["ledger", "footage", "proof", index],
    queryFn: () => api.get<FootageProof>(`/api/ledger/footage/${index}`),
    enabled: index !== undefined,
  });

export const useLedgerKeys = () =>
  useQuery({ queryKey: ["ledger", "keys"], queryFn: () => api.get<LedgerKeys>("/api/ledger/keys") });

export const useStreams = () =>
  useQuery({ queryKey: ["streams"], queryFn: () => api.get<StreamRow[]>("/api/streams"), refetchInterval: 5 * SECOND });

/** What people said about gaps, those that wait for a second person first. */
export const useExplanations = (enabled = true) =>
  useQuery({
    enabled,
    queryKey: ["gaps", "explanations"],
    queryFn: ({ signal }) => api.get<ExplanationRow[]>("/api/gaps/explanations", undefined, signal),
    refetchInterval: 30 * SECOND,
  });

export const useMaintenance = (enabled = true) =>
  useQuery({
    enabled,
    queryKey: ["maintenance"],
    queryFn: ({ signal }) => api.get<Maintenance[]>("/api/maintenance", undefined, signal),
    refetchInterval: 30 * SECOND,
  });

export const useFindings = ({ everyMs = 60 * SECOND, enabled = true } = {}) =>
  useQuery({
    queryKey: ["gaps", "findings"],
    queryFn: ({ signal }) => api.get<Finding[]>("/api/findings", undefined, signal),
    refetchInterval: everyMs,
    enabled,
  });

/** What the register asks today and in the days to come. */
export const useBoard = ({ everyMs = 60 * SECOND, enabled = true } = {}) =>
  useQuery({
    queryKey: ["gaps", "board"],
    queryFn: ({ signal }) => api.get<Board>("/api/board", undefined, signal),
    refetchInterval: everyMs,
    enabled,
  });

/** The register's duties that bind, met ones too; of one unit's systems or one system, when one is named. */
export const useBoardDuties = (of: { unit?: Id | undefined; system?: Id | undefined }) =>
  useQuery({
    queryKey: ["gaps", "duties", of],
    queryFn: ({ signal }) => api.get<BoardDuties>("/api/board/duties", of, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 60 * SECOND,
  });

/** Findings that came and went, what moved last first. */
export const useFindingHistory = (query: Query) =>
  useInfiniteQuery({
    queryKey: ["gaps", "history", query],
    queryFn: ({ pageParam, signal }) =>
      api.get<FindingHistory>("/api/findings/history", { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: 60 * SECOND,
    placeholderData: keepPreviousData,
  });

/** What is asked of availability: of what, over which span, the cameras of one unit or all. */
export interface AvailabilityAsked {
  by: "camera" | "system" | "unit" | "all";
  from_ms: number;
  to_ms: number;
  unit?: string;
  /** Of the register; `none`: cameras that stand at no point of one. */
  system?: string;
}

/** By month of the server's zone. */
export const useAvailability = (asked: AvailabilityAsked) =>
  useQuery({
    queryKey: ["gaps", "availability", asked],
    queryFn: ({ signal }) => api.get<Availability>("/api/availability", { ...asked, step: "month" }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 60 * SECOND,
  });

export const useOutages = (span: { from_ms?: number; to_ms?: number }) =>
  useQuery({
    queryKey: ["outages", span],
    queryFn: ({ signal }) => api.get<Outage[]>("/api/outages", span, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 60 * SECOND,
  });

export const useWitnesses = () =>
  useQuery({
    queryKey: ["witnesses"],
    queryFn: ({ signal }) => api.get<Witnesses>("/api/witnesses", undefined, signal),
    refetchInterval: 15 * SECOND,
  });

export const useClocks = () =>
  useQuery({
    queryKey: ["clocks"],
    queryFn: ({ signal }) => api.get<Clocks>("/api/clocks", undefined, signal),
    refetchInterval: 15 * SECOND,
  });

/** Whether the gate has let somebody through. */
export const useIsIn = (): boolean => useContext(MeContext) !== null;

/** The rules change with a new edition of the software or of a pack file: not while a page is open. */
export const useLawPacks = () =>
  useQuery({
    queryKey: ["law"],
    // A refusal at the gate names an article too.
    enabled: useIsIn(),
    queryFn: ({ signal }) => api.get<LawPacks>("/api/law/packs", undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useLawPack = (id: string) =>
  useQuery({
    queryKey: ["law", id],
    queryFn: ({ signal }) => api.get<LawPackPage>(`/api/law/packs/${id}`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The kinds of record with their fields: they change with the software and the packs only. */
export const useRegisterKinds = () =>
  useQuery({
    queryKey: ["register", "kinds"],
    queryFn: async ({ signal }) => (await api.get<{ kinds: RegisterKind[] }>("/api/register", undefined, signal)).kinds,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** One page of records, as choices and names are made of. */
export const useRegisterPage = (kind: string | undefined, query: Query, enabled = true) =>
  useQuery({
    queryKey: ["register", "page", kind, query],
    queryFn: ({ signal }) => api.get<RegisterPage>(`/api/register/${kind}`, query, signal),
    enabled: enabled && kind !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 15 * SECOND,
  });

/** Kind by kind and unit by unit. */
export const useCompleteness = () =>
  useQuery({
    queryKey: ["register", "completeness"],
    queryFn: ({ signal }) => api.get<CompletenessReport>("/api/register/completeness", undefined, signal),
  });

export const recordQuery = (id: Id | undefined) =>
  queryOptions({
    queryKey: ["register", "record", id],
    queryFn: ({ signal }) => api.get<RegisterRecord>(`/api/records/${id}`, undefined, signal),
    enabled: id !== undefined,
    staleTime: 15 * SECOND,
  });

export const useRecord = (id: Id | undefined) => useQuery(recordQuery(id));

export const useRecordVersions = (id: Id) =>
  useQuery({
    queryKey: ["register", "versions", id],
    queryFn: async ({ signal }) =>
      (await api.get<{ versions: RegisterVersion[] }>(`/api/records/${id}/versions`, undefined, signal)).versions,
  });

/** Where a system stands and what its next step demands: both may change with a record that somebody else puts right. */
export const useSystemLife = (id: Id) =>
  useQuery({
    queryKey: ["register", "life", id],
    queryFn: ({ signal }) => api.get<SystemLife>(`/api/systems/${id}/life`, undefined, signal),
    refetchInterval: 30 * SECOND,
  });

/** What was designed beside what is measured: cameras are asked again while one looks. */
export const useCommissioning = (id: Id) =>
  useQuery({
    queryKey: ["register", "commissioning", id],
    queryFn: ({ signal }) => api.get<CommissioningTable>(`/api/systems/${id}/commissioning`, undefined, signal),
    refetchInterval: 15 * SECOND,
  });

export const useSystemFilings = (id: Id | undefined) =>
  useQuery({
    queryKey: ["register", "filings", id],
    queryFn: ({ signal }) => api.get<SystemFilings>(`/api/systems/${id}/filings`, undefined, signal),
    enabled: id !== undefined,
  });

export const useChangeRequests = (record?: Id, enabled = true) =>
  useQuery({
    enabled,
    queryKey: ["register", "changes", record],
    queryFn: async ({ signal }) =>
      (await api.get<{ requests: ChangeRequest[] }>("/api/changes", { record }, signal)).requests,
    refetchInterval: 30 * SECOND,
  });

export const useAdoptions = (unit: Id) =>
  useQuery({
    queryKey: ["register", "adoptions", unit],
    queryFn: async ({ signal }) =>
      (await api.get<{ adoptions: Adoption[] }>(`/api/units/${unit}/adoptions`, undefined, signal)).adoptions,
  });

/** Where everything is. Positions change with records, which whoever changes one says (`register`). */
export const useRegistryMap = (unit?: Id, enabled = true) =>
  useQuery({
    queryKey: ["register", "map", unit],
    queryFn: ({ signal }) => api.get<RegistryMap>("/api/map", { unit }, signal),
    enabled,
    staleTime: 60 * SECOND,
    refetchInterval: 300 * SECOND,
  });

export const useOverrides = () =>
  useQuery({
    queryKey: ["register", "overrides"],
    queryFn: ({ signal }) => api.get<Overrides>("/api/overrides", undefined, signal),
  });

/** Cases of one's units. */
export const useCases = (query: Query) =>
  useInfiniteQuery({
    queryKey: ["cases", "list", query],
    queryFn: ({ pageParam, signal }) => api.get<CasePage>("/api/cases", { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: 15 * SECOND,
    placeholderData: keepPreviousData,
  });

/** Those that count: what a purpose may name. */
export const useOpenCases = () =>
  useQuery({
    queryKey: ["cases", "open"],
    queryFn: ({ signal }) => api.get<CasePage>("/api/cases", { state: "open", limit: CASES_PAGE_MAX }, signal),
    refetchInterval: 15 * SECOND,
  });

/** One case, whatever its state. */
export function useCase(id: Id | undefined): { id: Id | undefined; row: CaseRow | undefined } {
  const one = useQuery({
    queryKey: ["cases", "one", id],
    queryFn: ({ signal }) => api.get<CasePage>("/api/cases", { id }, signal),
    enabled: id !== undefined,
    refetchInterval: 15 * SECOND,
  });
  return { id, row: id === undefined ? undefined : one.data?.cases[0] };
}

/** Incident folders of one's units. */
export const useFolders = (query: Query) =>
  useInfiniteQuery({
    queryKey: ["folders", "list", query],
    queryFn: ({ pageParam, signal }) => api.get<FolderPage>("/api/folders", { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: 30 * SECOND,
    placeholderData: keepPreviousData,
  });

export const useFolder = (id: Id | undefined) =>
  useQuery({
    queryKey: ["folders", "one", id],
    queryFn: ({ signal }) => api.get<Folder>(`/api/folders/${id}`, undefined, signal),
    enabled: id !== undefined,
    refetchInterval: 5 * SECOND,
  });

/** Requests for footage: one's own, and those that one may answer or audits. */
export const useGrants = (query: Query) =>
  useInfiniteQuery({
    queryKey: ["grants", "list", query],
    queryFn: ({ pageParam, signal }) => api.get<GrantPage>("/api/grants", { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: 5 * SECOND,
    placeholderData: keepPreviousData,
  });

/** Requests that wait for an answer, the first hundred: asked seldom, since the page itself asks often. */
export const useWaitingGrants = (enabled: boolean) =>
  useQuery({
    enabled,
    queryKey: ["grants", "waiting"],
    queryFn: ({ signal }) => api.get<GrantPage>("/api/grants", { waiting: true }, signal),
    refetchInterval: 30 * SECOND,
  });

/** One request, whatever its state. */
export function useGrant(id: Id | undefined): { row: GrantRow | undefined; pending: boolean } {
  const one = useQuery({
    queryKey: ["grants", "one", id],
    queryFn: ({ signal }) => api.get<GrantPage>("/api/grants", { id }, signal),
    enabled: id !== undefined,
    refetchInterval: 5 * SECOND,
  });
  return { row: id === undefined ? undefined : one.data?.grants[0], pending: one.isPending };
}

/** The newest requests, for the pages with pictures: what was granted meanwhile is tried again by itself. */
export const useOwnGrants = (enabled: boolean) =>
  useQuery({
    queryKey: ["grants", "own"],
    // Clips are played as that, and are no grants of one's own.
    queryFn: ({ signal }) => api.get<GrantPage>("/api/grants", { shared: false, limit: CASES_PAGE_MAX }, signal),
    enabled,
    refetchInterval: 5 * SECOND,
  });

/** Reports of pressure that one may see: of the units that one audits, and one's own. */
export const usePressure = (query: Query) =>
  useInfiniteQuery({
    queryKey: ["pressure", query],
    queryFn: ({ pageParam, signal }) => api.get<PressurePage>("/api/pressure", { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** Questions from the access log that one may read. */
export const useQuestions = (query: Query) =>
  useInfiniteQuery({
    queryKey: ["questions", query],
    queryFn: ({ pageParam, signal }) =>
      api.get<QuestionPage>("/api/questions", { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: 60 * SECOND,
    placeholderData: keepPreviousData,
  });

/** From how much on is asked in a unit. */
export const useWatchingLimits = (unit: Id | undefined) =>
  useQuery({
    queryKey: ["questions", "limits", unit],
    queryFn: ({ signal }) => api.get<WatchingLimits>("/api/questions/limits", { unit }, signal),
    enabled: unit !== undefined,
  });

/** Everything that is recorded about oneself, its entries page by page. */
export const useOwnRecord = (query: Query) =>
  useInfiniteQuery({
    queryKey: ["record", query],
    queryFn: ({ pageParam, signal }) => api.get<OwnRecord>("/api/me/record", { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** Terms of the system, and those of cameras page by page. */
export const useRetention = (query: Query) =>
  useInfiniteQuery({
    queryKey: ["retention", query],
    queryFn: ({ pageParam, signal }) => api.get<Retention>("/api/retention", { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: 60 * SECOND,
    placeholderData: keepPreviousData,
  });

/** The terms of one camera. */
export const useRetentionOf = (camera: Id | undefined) =>
  useQuery({
    queryKey: ["retention", "of", camera],
    queryFn: ({ signal }) => api.get<Retention>("/api/retention", { ids: camera, limit: 1 }, signal),
    enabled: camera !== undefined,
  });

/** How long records of who looked stay readable. */
export const useRecordTerm = () =>
  useQuery({
    queryKey: ["record-term"],
    queryFn: ({ signal }) => api.get<RecordTerm>("/api/ledger/term", {}, signal),
  });

/** Disks and their room, and the cameras on them page by page. */
export const useStorage = (query: Query) =>
  useInfiniteQuery({
    queryKey: ["storage", query],
    queryFn: ({ pageParam, signal }) => api.get<Storage>("/api/storage", { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: 30 * SECOND,
    placeholderData: keepPreviousData,
  });

/** The first of the cameras that a query finds, and how many there are. */
export const useStorageCameras = (query: Query, enabled: boolean) =>
  useQuery({
    queryKey: ["storage", "cameras", query],
    queryFn: ({ signal }) => api.get<Storage>("/api/storage", query, signal),
    enabled,
  });

export const useDisk = () =>
  useQuery({ queryKey: ["disk"], queryFn: () => api.get<Disk>("/api/disk"), refetchInterval: 5 * SECOND });
