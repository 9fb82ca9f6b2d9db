// The shapes of the HTTP API under the names that the console uses. All come from the server's own description
// (schema.gen.ts, made by `npm run schema`; a test fails when it is stale). Times are Unix milliseconds, ids are UUID text.
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Id = string;
/** A language as the API names it; the console's own name for Chinese is `zh-CN`. */
export type ApiLanguage = Schemas["Language"];
export type Language = "zh-CN" | "en";
export type ThemeChoice = Schemas["Theme"];
export type Role = Schemas["Role"];
export type Profile = Schemas["Profile"];
export type PurposeWord = Schemas["Purpose"];
export type LegalBasisWord = Schemas["LegalBasis"];
export type GapCause = Schemas["GapCause"];
export type Bilingual = Schemas["Bilingual"];
export type EntryRef = Schemas["EntryRef"];
export type Named = Schemas["Named"];
export type ProblemBody = Schemas["ProblemBody"];
export type Claim = Schemas["Claim"];
export type ClaimsPart = Schemas["Claims"];
export type ClaimRequest = Schemas["ClaimRequest"];
export type PortalFiling = Schemas["PortalFiling"];
export type PortalRequest = Schemas["PortalRequest"];
export type PortalRequests = Schemas["PortalRequests"];
export type PortalDetail = Schemas["PortalDetail"];
export type Requester = Schemas["Requester"];
export type RequestersPart = Schemas["Requesters"];
export type RequesterRequest = Schemas["RequesterRequest"];

export type Me = Schemas["Me"];
export type Post = Schemas["Post"];
export type Rights = Schemas["Rights"];
export type SessionRow = Schemas["SessionItem"];
export type Passkey = Schemas["Passkey"];
export type Passkeys = Schemas["Passkeys"];
export type PasskeyChallenge = Schemas["PasskeyChallenge"];
export type PasskeyCreation = Schemas["PasskeyCreation"];
export type PasskeySignIn = Schemas["PasskeySignIn"];
export type NewPasskey = Schemas["NewPasskey"];
export type Identity = Schemas["Identity"];
export type Identities = Schemas["Identities"];
export type Invitation = Schemas["Invitation"];
export type Provider = Schemas["Provider"];
export type ProviderAddress = Schemas["ProviderAddress"];
export type ProviderReturn = Schemas["ProviderReturn"];
export type SignInMeans = Schemas["SignInMeans"];
export type Health = Schemas["Health"];
export type SystemState = Schemas["State"];

export type Unit = Schemas["Unit"];
export type Group = Schemas["Group"];
export type StreamWord = Schemas["StateWord"];
export type StreamState = Schemas["StreamState"];
export type StreamSettings = Schemas["CameraStream"];
export type Camera = Schemas["Camera"];
export type ClipLevel = Schemas["ClipLevel"];
export type SoundSwitch = Schemas["SoundSwitch"];
export type SoundBasisWord = Schemas["SoundBasis"];
export type CameraPage = Schemas["Cameras"];
export type CameraCounts = Schemas["CameraCounts"];
export type CameraChange = Schemas["CameraChange"];
/** What is typed about a camera; adding and changing send the parts that each accepts. */
export type CameraDraft = { -readonly [Field in keyof CameraChange]?: NonNullable<CameraChange[Field]> } & {
  /** Only where a camera is added: later it is put at a point by an act of its own. */
  point_id?: string;
};
export type ProbeRequest = Schemas["ProbeRequest"];
export type ProbeReport = Schemas["Probe"];

export type PostDraft = Schemas["PostRequest"];
export type Person = Schemas["Person"];
export type Standing = Schemas["StandingFacts"];
export type PersonStanding = Schemas["PersonStanding"];
export type Training = Schemas["Training"];
export type TrainingKind = Schemas["TrainingKind"];
export type PersonCreated = Schemas["PersonCreated"];
export type Layout = Schemas["Layout"];
export type LayoutRequest = Schemas["LayoutRequest"];

export type ViewRequest = Schemas["ViewRequest"];
export type View = Schemas["View"];
export type TimelineGap = Schemas["TimelineGap"];
/** OpenAPI has no pairs; the server's do have two numbers. */
export type TimelineRow = Omit<Schemas["TimelineRow"], "spans"> & { spans: [from_ms: number, to_ms: number][] };
export type Timeline = Omit<Schemas["Timeline"], "rows"> & { rows: TimelineRow[] };

export type Recipient = Schemas["Recipient"];
export type ExportRequest = Schemas["ExportRequest"];
export type ExportRow = Schemas["Export"];
export type Copies = Schemas["Copies"];
export type Trace = Schemas["Trace"];
export type TraceCopy = Schemas["TraceCopy"];

export type EntryClass = Schemas["EntryClass"];
export type Act = Schemas["Act"];
export type AccessEntry = Omit<Schemas["AccessEntry"], "span"> & { span?: [from_ms: number, to_ms: number] | null };
export type AccessPage = Omit<Schemas["AccessEntries"], "entries"> & { entries: AccessEntry[] };
export type AccessProof = Omit<Schemas["AccessProof"], "entry"> & { entry: AccessEntry };
export type FootageEntry = Schemas["FootageEntry"];
export type FootagePage = Schemas["FootageEntries"];
export type FootageProof = Schemas["FootageProof"];
export type LedgerKeys = Schemas["LedgerKeys"];

export type CaseKindWord = Schemas["CaseKind"];
export type CaseStateWord = Schemas["CaseState"];
/** `Case` is a word of the language. */
export type CaseRow = Schemas["Case"];
export type CasePage = Schemas["Cases"];
export type CaseRequest = Schemas["CaseRequest"];

export type GrantActWord = Schemas["GrantAct"];
export type GrantStateWord = Schemas["GrantState"];
export type GrantRow = Schemas["Grant"];
export type GrantPage = Schemas["Grants"];
export type GrantRequest = Schemas["GrantRequest"];
export type Colleagues = Schemas["Colleagues"];

export type PressureReport = Schemas["PressureReport"];
export type PressurePage = Schemas["PressureReports"];
export type Takeover = Schemas["Takeover"];
export type TakeoverRequest = Schemas["TakeoverRequest"];

export type Question = Schemas["Question"];
export type QuestionPage = Schemas["Questions"];
export type WatchingLimit = Schemas["WatchingLimit"];
export type WatchingLimits = Schemas["WatchingLimits"];
export type OwnRecord = Schemas["OwnRecord"];
export type OwnEntry = Schemas["OwnEntry"];
export type PolicyRefusal = Schemas["PolicyRefusal"];
export type PolicyGrant = Schemas["PolicyGrant"];
export type FourEyesOf = Schemas["FourEyesOf"];
export type ActMay = Schemas["ActMay"];
export type ActPolicy = Schemas["ActPolicy"];
export type CameraPolicy = Schemas["CameraPolicy"];
export type PersonPolicy = Schemas["PersonPolicy"];

export type StreamRow = Schemas["StreamRow"];
export type GapRow = Schemas["GapRow"];
export type GapPage = Schemas["Gaps"];
export type Disk = Schemas["Disk"];

export type Retrieval = Schemas["Retrieval"];
export type RetrievalDetail = Schemas["RetrievalDetail"];
export type RetrievalEvent = Schemas["RetrievalEvent"];
export type RetrievalRequest = Schemas["RetrievalRequest"];
export type Retrievals = Schemas["Retrievals"];
export type ForkEvidence = Schemas["ForkEvidence"];
export type ForkSide = Schemas["ForkSide"];
export type RetrievalHold = Schemas["RetrievalHold"];
export type RetrievalTerms = Schemas["RetrievalTerms"];
export type ServiceOpening = Schemas["ServiceOpening"];
export type Folder = Schemas["Folder"];
export type FolderHead = Schemas["FolderHead"];
export type FolderPage = Schemas["Folders"];
export type FolderItem = Schemas["FolderItem"];
export type FolderRequest = Schemas["FolderRequest"];
export type FolderItemRequest = Schemas["FolderItemRequest"];
export type FolderExportRequest = Schemas["FolderExportRequest"];
export type ExportCollection = Schemas["ExportCollection"];
export type Hold = Schemas["Hold"];
export type HoldPage = Schemas["Holds"];
export type HoldRequest = Schemas["HoldRequest"];
export type GapState = Schemas["GapState"];
export type Explanation = Schemas["Explanation"];
export type ExplanationRow = Schemas["ExplanationRow"];
export type Signature = Schemas["Signature"];
export type Maintenance = Schemas["Maintenance"];
export type MaintenanceRequest = Schemas["MaintenanceRequest"];
export type Board = Schemas["Board"];
export type BoardDuties = Schemas["BoardDuties"];
export type BoardDuty = Schemas["BoardDuty"];
export type ComingFinding = Schemas["ComingFinding"];
export type Finding = Schemas["Finding"];
export type FindingHistory = Schemas["FindingHistory"];
export type PastFinding = Schemas["PastFinding"];
export type FindingGroup = Schemas["FindingGroup"];
export type Availability = Schemas["Availability"];
export type AvailabilityRow = Schemas["AvailabilityRow"];
export type Outage = Schemas["Outage"];
export type RecordTerm = Schemas["RecordTerm"];
export type Retention = Schemas["Retention"];
export type CameraTerms = Schemas["CameraTerms"];
export type LawPacks = Schemas["LawPacks"];
export type LawPack = Schemas["LawPack"];
export type LawPackPage = Schemas["LawPackPage"];
export type LawArticle = Schemas["LawArticle"];
export type LawDuty = Schemas["LawDuty"];
export type LawParameter = Schemas["LawParameter"];
export type LawControl = Schemas["LawControl"];
export type FieldProblem = Schemas["FieldProblem"];
export type RegisterKind = Schemas["RecordKindInfo"];
export type RegisterField = Schemas["RecordField"];
/** OpenAPI says of a record's values only that they are an object. */
export type RecordBody = Record<string, unknown>;
export type RegisterRecord = Omit<Schemas["Record"], "body"> & { body: RecordBody };
export type RegisterPage = Omit<Schemas["Records"], "records"> & { records: RegisterRecord[] };
export type CompletenessReport = Schemas["CompletenessReport"];
export type CompletenessRow = Schemas["CompletenessRow"];
export type RegisterVersion = Omit<Schemas["RecordVersion"], "body"> & { body: RecordBody };
export type DryRun = Schemas["DryRun"];
export type TableProblem = Schemas["CellProblem"];
export type PlannedChange = Schemas["PlannedChange"];
export type FilingOwed = Schemas["FilingOwed"];
export type FilingMade = Schemas["FilingMade"];
export type SystemFilings = Schemas["SystemFilings"];
export type LifeDemand = Schemas["LifeDemand"];
export type LifeStep = Schemas["LifeStep"];
export type SystemLife = Omit<Schemas["SystemLife"], "system"> & { system: RegisterRecord };
export type CommissioningTable = Schemas["CommissioningTable"];
export type CommissioningPoint = Schemas["CommissioningPoint"];
export type StillOfPoint = Schemas["StillOfPoint"];
export type ChangeRequest = Omit<Schemas["ChangeRequest"], "body"> & { body: RecordBody };
export type Adoption = Schemas["Adoption"];
export type Override = Omit<Schemas["Override"], "value"> & { value: unknown };
export type Overrides = Omit<Schemas["Overrides"], "overrides"> & { overrides: Override[] };
export type CameraRecording = Schemas["CameraRecording"];
export type Witnesses = Schemas["Witnesses"];
export type Witness = Schemas["Witness"];
export type WitnessLog = Schemas["WitnessLog"];
export type Clocks = Schemas["Clocks"];
export type CameraClock = Schemas["CameraClock"];
export type TimeSource = Schemas["TimeSource"];
export type Storage = Schemas["Storage"];
export type StorageDisk = Schemas["StorageDisk"];
export type Room = Schemas["Room"];
export type CameraStorage = Schemas["CameraStorage"];
export type RegistryMap = Schemas["RegistryMap"];
export type MapPoint = Schemas["MapPoint"];
export type MapPlace = Schemas["MapPlace"];
export type MapSystem = Schemas["MapSystem"];
export type MapLayers = Schemas["MapLayers"];
