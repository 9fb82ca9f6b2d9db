// What pages and the player take from the console's own parts. Nothing here knows a page.

export { AnswerForm, AnswerWords } from "./Answer";
export { AskGrantButton, type WantedFootage } from "./AskGrant";
export { type Address, numberOf, useAddress, useAddressedSpan } from "./address";
export { agentWords, sessionCode } from "./agent";
export { Because, DOCUMENT_CHARS_MAX, REASON_CHARS_MAX, type Reason, Written } from "./Because";
export { CameraChoice, useCameraNames } from "./CameraChoice";
export { CameraSelect } from "./CameraSelect";
export { CAMERA_DRAG_TYPE, CameraTree, type CameraTreeProps, droppedCamera } from "./CameraTree";
export { CaseLink, CaseSelect, caseWords, systemWords } from "./CaseSelect";
export { DraftEnd } from "./DraftEnd";
export { forgetDrafts, useDraft } from "./draft";
export { EntryLink, OfficeEntry, Witnessed } from "./EntryLink";
export { ExplainGaps, type GapChoice } from "./ExplainGaps";
export * from "./format";
export { Icon, type IconName } from "./Icon";
export { InLanguage, LANGUAGES, said, type Translate, toApiLanguage, useLanguage, useT } from "./i18n";
export { type Column, List, type ListAnswer, type Order, RowLink } from "./List";
export { Meaning, Shape } from "./Meaning";
export { Empty, Loading, Page, type PageProps, Trouble } from "./Page";
export { actId, WhatMay, WhoMay } from "./Policy";
export { FormFoot, FormHead, PaperForm, PrintButton, PrintWords } from "./Print";
export { PurposeChip, PurposeFields, PurposeGate, usePurposeWords } from "./PurposeChip";
export { Age, ageWords, CopyText, Facts, keptWords, Side, SpanText, Spark, Time, useSayTrouble } from "./parts";
export {
  forCopy,
  missingOf,
  type Purpose,
  type PurposeDraft,
  purposeOf,
  useAskPurpose,
  usePurpose,
  usePurposeDraft,
  usePurposeState,
} from "./purpose";
export { ExplainQuestion, QuestionFacts, QuestionState, QuestionWords, useWhenWords } from "./questions";
export { RefusalPanel } from "./RefusalPanel";
export { BeginButton, useNames, useRecords } from "./records";
export { type SealDraft, SealFields, sealProblem, sealTo } from "./SealFields";
export { Search, type SearchProps } from "./Search";
export { SecondPersonChip } from "./SecondPerson";
export { SpanFields, type SpanValue } from "./SpanFields";
export { StandingFacts } from "./StandingFacts";
export { StateLine, type StatePiece } from "./StateLine";
export { lastDayMs, seesPictures, standingWord } from "./standing";
export { cameraState, streamTone, streamWords } from "./stream";
export { useTheme } from "./theme";
export { palettes, type ThemeName, type Tone } from "./tokens";
export { saidWords, troubleDetail, troubleWords } from "./trouble";
export { UnitField } from "./UnitField";
export { useMany } from "./useMany";
export { serverNow, serverOffsetMin, useNow } from "./useNow";
export { useRested } from "./useRested";
