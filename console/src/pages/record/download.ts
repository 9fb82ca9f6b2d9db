// A person's whole record as one file: all pages, one after the other, up to a bound. Reading them is the caller's.
import type { Query } from "../../api/client";
import type { OwnRecord } from "../../api/types";

/** Entries in one page that is read, and in the file: forty thousand are a month of watching a wall. */
const PAGE_ROWS = 500;
export const ENTRIES_MAX = 40_000;

export type WholeRecord = OwnRecord & { cut: boolean };

export async function readAll(read: (query: Query) => Promise<OwnRecord>): Promise<WholeRecord> {
  const first = await read({ limit: PAGE_ROWS });
  const entries = [...first.entries];
  let next = first.next_cursor ?? undefined;
  while (next && entries.length < ENTRIES_MAX) {
    const page = await read({ limit: PAGE_ROWS, cursor: next });
    entries.push(...page.entries);
    next = page.next_cursor ?? undefined;
  }
  return { ...first, entries, next_cursor: next, cut: next !== undefined };
}

export function saveJson(name: string, value: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(value, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
