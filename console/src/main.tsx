// Where the console begins: faces, styles, providers, the router. No behaviour of its own.
import "@fontsource-variable/noto-sans-sc/wght.css";
import "./styles/faces.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/lists.css";
import "./styles/pages.css";
import "./styles/print.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { watchHand } from "./api/attended";
import { ApiError } from "./api/client";
import { router } from "./app/router";
import { TextProvider } from "./ui/i18n";
import { ThemeProvider } from "./ui/theme";

watchHand(window);

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal or a wrong request stays one; only silence is worth asking again.
      retry: (count, error) => count < 2 && error instanceof ApiError && error.kind === "unavailable",
      refetchOnWindowFocus: false,
    },
  },
});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <TextProvider>
        <ThemeProvider>
          <RouterProvider router={router} />
        </ThemeProvider>
      </TextProvider>
    </QueryClientProvider>
  </StrictMode>,
);
