// What a claim for compensation is to whoever reads the list, what its form lacks, and sums as people write them. Not the law's decision.
import type { Claim, ClaimRequest, Id } from "../../api/types";
import type { Tone } from "../../ui";

export const CAUSES = ["takeover", "order", "change"] as const;
export const ITEMS_MAX = 30;

export interface ItemDraft {
  what: string;
  /** In yuan, as it was typed. */
  yuan: string;
  document?: Id;
}

export interface ClaimDraft {
  unit?: Id;
  cause: ClaimRequest["cause"];
  act?: Id;
  system?: Id;
  authority: string;
  what: string;
  items: ItemDraft[];
}

export const NOTHING: ClaimDraft = { cause: "takeover", authority: "", what: "", items: [{ what: "", yuan: "" }] };

/** Hundredths of a yuan from a typed sum; nothing when it is none. */
export function fenOf(yuan: string): number | undefined {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(yuan.trim().replaceAll(",", ""));
  if (!found) return undefined;
  const fen = Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
  return fen > 0 ? fen : undefined;
}

/** A sum as people read it. */
export const yuanOf = (fen: number): string =>
  `¥${(fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

const whole = (item: ItemDraft): boolean =>
  item.what.trim() !== "" && fenOf(item.yuan) !== undefined && !!item.document;

/** Fluent ids of what is missing, in the order of the form. */
export function missingInClaim(draft: ClaimDraft): string[] {
  const missing: string[] = [];
  if (!draft.unit) missing.push("claim-unit");
  if (!draft.act) missing.push("claim-act");
  if (!draft.authority.trim()) missing.push("claim-authority");
  if (!draft.what.trim()) missing.push("claim-what");
  if (draft.items.length === 0 || !draft.items.every(whole)) missing.push("claim-items");
  return missing;
}

export function claimOf(draft: ClaimDraft): ClaimRequest | undefined {
  if (missingInClaim(draft).length > 0 || !draft.unit) return undefined;
  return {
    unit_id: draft.unit,
    cause: draft.cause,
    act_id: draft.act,
    ...(draft.system ? { system_id: draft.system } : {}),
    authority: draft.authority.trim(),
    what: draft.what.trim(),
    items: draft.items.map((item) => ({
      what: item.what.trim(),
      amount_fen: fenOf(item.yuan) ?? 0,
      document_id: item.document,
    })),
  };
}

export function toneOf({ state, late }: Pick<Claim, "state" | "late">): Tone {
  if (late) return "late";
  const tones: Record<Claim["state"], Tone> = {
    lodged: "notice",
    accepted: "notice",
    partly: "notice",
    refused: "plain",
    paid: "good",
  };
  return tones[state];
}
