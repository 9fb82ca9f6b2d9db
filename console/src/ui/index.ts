// What pages and the player take from the console's own parts. Nothing here knows a page.
export { CAMERA_DRAG_TYPE, CameraTree, type CameraTreeProps, droppedCamera } from "./CameraTree";
export * from "./format";
export { Icon, type IconName } from "./Icon";
export { LANGUAGES, type Translate, useLanguage, useT } from "./i18n";
export { Meaning, Shape } from "./Meaning";
export { Empty, Loading, Page, type PageProps, Trouble } from "./Page";
export { PurposeChip, PurposeFields, PurposeGate, usePurposeWords } from "./PurposeChip";
export { missingOf, type Purpose, useAskPurpose, usePurpose } from "./purpose";
export { RefusalPanel } from "./RefusalPanel";
export { StateLine, type StatePiece } from "./StateLine";
export { cameraState, streamTone, streamWords } from "./stream";
export { useTheme } from "./theme";
export { palettes, type ThemeName, type Tone } from "./tokens";
export { serverNow, useNow } from "./useNow";
