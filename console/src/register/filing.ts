// What a filing's state means on the page, and the dossier's shape (docs/design/filing.md). Pure.
import type { FilingOwed } from "../api/types";
import type { Tone } from "../ui/tokens";

export const TONES: Record<string, Tone> = {
  not_yet: "plain",
  undated: "notice",
  owed: "plain",
  soon: "notice",
  late: "late",
  filed: "good",
  filed_late: "good",
  outdated: "late",
};

/** Something is to be filed, now or soon. */
export function isOpen({ state }: Pick<FilingOwed, "state">): boolean {
  return ["undated", "owed", "soon", "late", "outdated"].includes(state);
}

export interface DossierPoint {
  name: string;
  gb28181_id: string | null;
  place: string | null;
  address: string | null;
  longitude: number | null;
  latitude: number | null;
  height_m: number | null;
  direction_deg: number | null;
  angle_deg: number | null;
  range_m: number | null;
  purpose: string | null;
  security_level: number | null;
  outdoor: boolean;
  product: string | null;
}

export interface Dossier {
  format: string;
  pack: string;
  article: string;
  filed_by: string;
  recipient: { zh: string; en: string } | null;
  unit: string;
  system: Record<string, string | boolean | null> & { name: string };
  contractors: {
    work: string;
    name: string;
    credit_code: string | null;
    certificate: string | null;
    valid_until: string | null;
  }[];
  equipment: { maker: string | null; model: string | null; certificate: string | null; points: number }[];
  technical_parameters: Record<string, string | number>;
  points: DossierPoint[];
  retention: { days: number; article: string } | null;
  papers: { kind: string; title: string; number: string | null; dated: string | null; sha256: string | null }[];
}

/** `113.30000, 23.10000`, or nothing while one of both is not known. */
export function positionOf({ longitude, latitude }: Pick<DossierPoint, "longitude" | "latitude">): string {
  if (longitude === null || latitude === null) return "";
  return `${longitude.toFixed(5)}, ${latitude.toFixed(5)}`;
}

/** Direction, angle and range as far as they are known: `90° / 60° / 35 m`. */
export function viewOf({ direction_deg, angle_deg, range_m }: DossierPoint): string {
  const parts = [
    direction_deg === null ? undefined : `${direction_deg}°`,
    angle_deg === null ? undefined : `${angle_deg}°`,
    range_m === null ? undefined : `${range_m} m`,
  ];
  return parts.some(Boolean) ? parts.map((part) => part ?? "–").join(" / ") : "";
}
