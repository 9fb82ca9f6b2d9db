// A whole record of oneself is read page by page, and not beyond its limit.
import { expect, test } from "vitest";
import type { OwnEntry, OwnRecord } from "../../api/types";
import { ENTRIES_MAX, readAll } from "./download";

const page = (first: number, rows: number, next?: string): OwnRecord =>
  ({
    entries: Array.from({ length: rows }, (_, at) => ({ own: true, entry: { index: first - at } }) as OwnEntry),
    next_cursor: next,
  }) as OwnRecord;

test("all pages are read in their order, and the file says when it is cut", async () => {
  const asked: (string | undefined)[] = [];
  const two = await readAll(async ({ cursor }) => {
    asked.push(cursor as string | undefined);
    return cursor ? page(2, 2) : page(4, 2, "3");
  });
  expect(asked).toEqual([undefined, "3"]);
  expect(two.entries.map(({ entry }) => entry.index)).toEqual([4, 3, 2, 1]);
  expect(two.cut).toBe(false);
  const endless = await readAll(async () => page(9, 500, "x"));
  expect(endless.entries).toHaveLength(ENTRIES_MAX);
  expect(endless.cut).toBe(true);
});
