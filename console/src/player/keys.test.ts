// Tests of the names of keys.
// @vitest-environment node
import { expect, it } from "vitest";
import { keyName } from "./keys";

it("names keys", () => {
  const check = (key: string, shiftKey: boolean, expected: string) => expect(keyName({ key, shiftKey })).toBe(expected);
  check(" ", false, "Space");
  check("ArrowLeft", true, "Shift+ArrowLeft");
  check("ArrowLeft", false, "ArrowLeft");
  check("?", true, "?");
  check("G", true, "g");
  check(",", false, ",");
});
