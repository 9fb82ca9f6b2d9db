// The dev server with made-up pictures: `WK_MOCK=1 npx vite --config dev/vite.pictures.ts`. Live and playback sockets, views,
// layouts and the timeline are answered here, before the made-up API of dev/mock.ts. Never shipped.

import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { mergeConfig, type Plugin, type UserConfig } from "vite";
import base from "../vite.config.ts";
import * as data from "./mockData.ts";
import { type Fault, Pictures } from "./pictures.ts";

/** The picture's fault follows what the camera list says, so that tile and list tell one story. */
function faultOf(id: string): Fault {
  const at = data.cameras.findIndex((camera) => camera.id === id);
  const camera = data.cameras[at];
  const word = camera?.state.main?.word;
  if (process.env.WK_WELL) return "none";
  if (camera?.state.main?.codec === "H.265") return "h265";
  if (word === "no_signal" || word === "credentials") return word;
  if (word === "stalled") return "stalls";
  return (
    (["none", "none", "none", "none", "none", "none", "jitter", "garbage", "restarts", "none", "uneven"] as const)[
      at
    ] ?? "none"
  );
}

function plugin(): Plugin {
  const made = new Pictures(faultOf, () => data.me.person);
  return {
    name: "watchkeeper-pictures",
    configureServer(server) {
      made.attach(server.httpServer as Server);
      server.middlewares.use((request, response, next) => {
        if (!made.handle(request, response)) next();
      });
    },
  };
}

export default async (): Promise<UserConfig> =>
  mergeConfig(
    { root: fileURLToPath(new URL("..", import.meta.url)), plugins: [plugin()] },
    await base({ command: "serve", mode: "development" }),
  );
