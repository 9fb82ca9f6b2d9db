// What the portal's form lacks and sends, and what is said of a request's state.
import { describe, expect, test } from "vitest";
import { filingOf, isOpen, missingInRequest, NOTHING, stepsDone } from "./portal";

const whole = {
  ...NOTHING,
  ground: "law_enforcement" as const,
  case_number: " 7 ",
  place: "pier",
  from_ms: 1_000,
  to_ms: 2_000,
  persons: [
    { name: "Zhou", number: "1" },
    { name: "", number: "" },
  ],
};

describe("a request of the portal", () => {
  test("says what it lacks, in the order of the form", () => {
    expect(missingInRequest(NOTHING)).toEqual([
      "portal-need-ground",
      "portal-need-case",
      "portal-need-place",
      "portal-need-span",
      "portal-need-persons",
    ]);
    expect(missingInRequest(whole)).toEqual([]);
    expect(missingInRequest({ ...whole, to_ms: 500 })).toEqual(["span-bad"]);
    expect(missingInRequest({ ...whole, to_ms: 90_000_000 })).toEqual(["export-span-long"]);
    expect(missingInRequest({ ...whole, seal: { way: "plain" } })).toEqual(["portal-need-seal"]);
    expect(missingInRequest({ ...whole, seal: { way: "key", key: "age1" } })).toEqual(["portal-need-seal"]);
  });

  test("carries the persons that were named, and never goes out unsealed", () => {
    expect(filingOf(whole)).toMatchObject({ case_number: "7", seal_to: "passphrase", persons: [{ name: "Zhou" }] });
    expect(filingOf({ ...whole, seal: { way: "plain" } })).toBeUndefined();
  });

  test("is open until it is received, refused or taken back", () => {
    const open = (["filed", "asked", "taken", "ready", "received", "closed", "refused", "withdrawn"] as const).filter(
      isOpen,
    );
    expect(open).toEqual(["filed", "asked", "taken", "ready"]);
    expect(stepsDone("received")).toBe(4);
  });
});
