// What a request for footage is to whoever reads the list: its state in one word with its tone. Not the server's decision.
import type { GrantActWord, GrantRow, GrantStateWord } from "../../api/types";
import type { Tone } from "../../ui";

export const ACTS: GrantActWord[] = ["live", "playback", "still", "export"];
export const SHOWN = ["all", "waiting", "clips"] as const;
/** As the server has it. */
export const GRANT_CAMERAS_MAX = 64;
export const GRANT_USES_MAX = 1000;
export const GRANT_DAYS_MAX = 31;

const TONES: Record<GrantStateWord, Tone> = {
  asked: "notice",
  granted: "good",
  declined: "plain",
  used_up: "plain",
  expired: "plain",
  revoked: "late",
};

export const grantTone = ({ state }: GrantRow): Tone => TONES[state];
