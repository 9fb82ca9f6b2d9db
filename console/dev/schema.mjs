// Makes src/api/schema.gen.ts from the server's description: `npm run schema`. tests/schema.test.ts holds it fresh.
// Only the shapes are taken; operations are called by their path, so their ids are left out.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../../crates/server/openapi.json", import.meta.url);
const target = new URL("../src/api/schema.gen.ts", import.meta.url);

const HEAD = `// Made from crates/server/openapi.json by dev/schema.mjs (npm run schema). Not to be edited.\n\n`;

export async function schemaText() {
  const { openapi, info, components } = JSON.parse(readFileSync(source, "utf8"));
  return HEAD + astToString(await openapiTS({ openapi, info, paths: {}, components }));
}

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(target, await schemaText());
