// What the server runs as, what changed, and who said so: read by the health page. What a difference is the server says.
import { useParts } from "./parts";
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Integrity = Schemas["Integrity"];
export type RunningSoftware = Schemas["RunningSoftware"];
export type MeasuredSoftware = Schemas["MeasuredSoftware"];
export type SoftwareAnnouncement = Schemas["SoftwareAnnouncement"];
export type SoftwareChange = Schemas["SoftwareChange"];
export type SoftwarePart = Schemas["SoftwarePart"];
export type SoftwareWord = Schemas["SoftwareWord"];

const MINUTE = 60_000;

export const useIntegrity = () => useParts<Integrity>(["integrity"], "/api/integrity", MINUTE);
