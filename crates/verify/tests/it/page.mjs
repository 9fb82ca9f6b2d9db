// Runs the script of verify.html under Node, as a browser would: reads cases (JSON lines of {policy, files: {name:
// base64}}) from standard input, answers one line of verdicts each. Not part of the product.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import vm from 'node:vm';

const page = readFileSync(process.argv[2], 'utf8');
const script = /<script>\n([\s\S]*?)<\/script>/.exec(page)[1];
vm.runInThisContext(script, { filename: 'verify.html' });

for await (const line of createInterface({ input: process.stdin })) {
  const { policy, files } = JSON.parse(line);
  const map = new Map(
    Object.entries(files).map(([name, text]) => {
      const bytes = new Uint8Array(Buffer.from(text, 'base64'));
      return [name, { size: bytes.length, read: async (from, to) => bytes.slice(from, to) }];
    }),
  );
  try {
    const report = await globalThis.watchkeeper.checkPackage(map, policy);
    console.log(JSON.stringify({ claims: report.claims }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.stack) }));
  }
}
