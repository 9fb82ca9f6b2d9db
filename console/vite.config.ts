// How the console is built and served while it is being written. Not a place for behaviour of the shipped console.
// `WK_SERVER=https://127.0.0.1:8443 npm run dev` puts a running server behind the dev server;
// `WK_MOCK=1 npm run dev` answers from dev/mock instead (made-up data, never shipped).
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const server = process.env.WK_SERVER ?? "http://127.0.0.1:8480";

/** Text files of at least this size get a compressed twin (`.br`), which the server sends to whoever takes it. */
const COMPRESSED_BYTES_MIN = 1024;

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
}

function compressed(): Plugin {
  return {
    name: "watchkeeper-compressed",
    apply: "build",
    closeBundle() {
      for (const path of filesIn(join(import.meta.dirname, "dist"))) {
        const bytes = readFileSync(path);
        if (!/\.(js|css|html|svg|json|txt)$/.test(path) || bytes.length < COMPRESSED_BYTES_MIN) continue;
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
      }
    },
  };
}

export default defineConfig(async () => {
  const plugins: Plugin[] = [...react(), compressed()];
  if (process.env.WK_MOCK) {
    const { mockApi } = await import("./dev/mock.ts");
    plugins.push(mockApi());
  }
  return {
    plugins,
    build: {
      target: "es2022",
      sourcemap: false,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1500,
      license: { fileName: "licences.txt" },
    },
    server: {
      proxy: process.env.WK_MOCK
        ? undefined
        : {
            "/api": { target: server, ws: true, secure: false },
            "/ledger/access": { target: server, secure: false },
            "/ledger/footage": { target: server, secure: false },
          },
    },
    // Long, because the machine may be building something else beside the tests.
    test: {
      testTimeout: 60_000,
      environment: "happy-dom",
      include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"],
    },
  };
});
