// What a case is to whoever reads the list: its state in one word with its tone. Not the server's decision.
import type { CaseKindWord, CaseRow, CaseStateWord } from "../../api/types";
import type { Tone } from "../../ui";

export const KINDS: CaseKindWord[] = ["authority", "incident", "supervision"];
export const SHOWN = ["open", "waiting", "closed", "all"] as const;
export type Shown = (typeof SHOWN)[number];

const TONES: Record<CaseStateWord, Tone> = { waiting: "notice", open: "good", closed: "plain" };

export const caseTone = ({ state }: CaseRow): Tone => TONES[state];
