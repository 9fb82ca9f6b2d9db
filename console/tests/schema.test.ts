// @vitest-environment node
// The API's shapes are those of the server that is in this tree.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
// @ts-expect-error a script without types
import { schemaText } from "../dev/schema.mjs";

test("schema.gen.ts is fresh: run `npm run schema`", async () => {
  const stored = readFileSync(new URL("../src/api/schema.gen.ts", import.meta.url), "utf8");
  expect(stored === (await schemaText())).toBe(true);
});
