// @vitest-environment node
// Tracing a found copy: whatever the server may answer has words in both languages.
import { expect, test } from "vitest";
import type { Trace } from "../src/api/types";
import { translator } from "../src/ui/i18n";

/** Every word of the closed lists: one that is added on the server does not compile here until it has been thought of. */
const VERDICTS: Record<Trace["verdict"], true> = { copy: true, footage: true, contradicted: true, cannot_tell: true };
const REASONS: Record<Trace["reasons"][number], true> = {
  unknown_copy: true,
  elsewhere: true,
  no_video: true,
  unreadable: true,
  no_group: true,
  none_stored: true,
  deleted: true,
  too_much: true,
  not_all_read: true,
};

test("every verdict and every reason has words of its own in both languages", () => {
  const ids = [
    ...Object.keys(VERDICTS).map((verdict) => `trace-verdict-${verdict.replaceAll("_", "-")}`),
    ...Object.keys(REASONS).map((reason) => `trace-why-${reason.replaceAll("_", "-")}`),
  ];
  for (const language of ["zh-CN", "en"] as const) {
    const texts = ids.map((id) => translator(language)(id));
    expect(texts.filter((text, at) => !text || text === ids[at])).toEqual([]);
    expect(new Set(texts).size).toBe(ids.length);
  }
});
