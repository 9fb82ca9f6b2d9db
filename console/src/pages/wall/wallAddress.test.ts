// Tests of a wall in an address: what one person sends another.
// @vitest-environment node
import { expect, it } from "vitest";
import { wallOfAddress } from "./wallAddress";

it("reads a wall", () => {
  expect(wallOfAddress("4", "a,,,b")?.tiles).toEqual(["a", null, null, "b"]);
  expect(wallOfAddress("9", undefined)).toBeNull();
  expect(wallOfAddress("7", "a,b")?.grid).toBe(4);
});
