// How the console is built and served while it is being written. Not a place for behaviour of the shipped console.
// `WK_SERVER=https://127.0.0.1:8443 npm run dev` puts a running server behind the dev server;
// `WK_MOCK=1 npm run dev` answers from dev/mock instead (made-up data, never shipped).
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const server = process.env.WK_SERVER ?? "http://127.0.0.1:8480";

export default defineConfig(async () => {
  const plugins: Plugin[] = [...react()];
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
      license: { fileName: "licences.md" },
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
    test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"] },
  };
});
