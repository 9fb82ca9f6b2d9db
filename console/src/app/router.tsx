// Addresses to pages. Every page is a chunk of its own; the gate stands before all of them.
import { createRootRoute, createRoute, createRouter, Navigate, Outlet, useRouterState } from "@tanstack/react-router";
import { Button } from "antd";
import { lazy, Suspense } from "react";
import { theInvitation, whatCameBack } from "../api/provider";
import { useMe } from "../api/queries";
import { Invited, ProviderReturn } from "../pages/signin/Providers";
import { Alone } from "../pages/signin/SignIn";
import { Loading, Meaning, Page, RefusalPanel, useT } from "../ui";
import { Gate } from "./Gate";
import { NotFound } from "./NotFound";
import { firstPage, mayOpen, PAGES, type PageRoute } from "./routes";
import { Shell } from "./Shell";

/** The one page that is open to anybody. */
const REPORT = "/report";
const Report = lazy(() => import("../pages/report/index"));

function Root() {
  const t = useT();
  const path = useRouterState({ select: (state) => state.location.pathname });
  if (path === REPORT)
    return (
      <Alone title={t("report-title")}>
        <Suspense fallback={<Loading />}>
          <Report />
        </Suspense>
      </Alone>
    );
  if (path.startsWith("/sign-in/with/") && whatCameBack())
    return (
      <Alone title={t("identities-return-title")}>
        <ProviderReturn />
      </Alone>
    );
  if (path.startsWith("/sign-in/invited/") && theInvitation())
    return (
      <Alone title={t("identities-invited-title")}>
        <Invited />
      </Alone>
    );
  return (
    <Gate>
      <Shell>
        <Outlet />
      </Shell>
    </Gate>
  );
}

const rootRoute = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: Broken,
});

/** A page that fails to draw or to load takes nothing else down, and says so. */
function Broken({ error, reset }: { error: unknown; reset: () => void }) {
  const t = useT();
  return (
    <main className="wk-alone" id="main">
      <div className="wk-trouble" role="alert">
        <Meaning tone="breach">{t("broken-title")}</Meaning>
        <p>{t("broken-text")}</p>
        <p className="wk-code wk-soft">{error instanceof Error ? error.message : String(error)}</p>
        <div className="wk-buttons">
          <Button onClick={reset}>{t("action-retry")}</Button>
          <Button onClick={() => window.location.reload()}>{t("broken-reload")}</Button>
        </div>
      </div>
    </main>
  );
}

function Home() {
  const { rights } = useMe();
  return <Navigate to={firstPage(rights)} replace />;
}

/** What somebody sees who follows a link to a page that their posts do not open. */
function NotYours({ page }: { page: PageRoute }) {
  const t = useT();
  const here = (id: string) => ({ zh: t(id), en: t(id) });
  const { article, reason, remedy } = page.closed ?? {
    article: "unit:roles",
    reason: "not-yours-reason",
    remedy: "not-yours-remedy",
  };
  return (
    <Page title={t(page.name)}>
      <RefusalPanel refusal={{ article, reason: here(reason), remedy: here(remedy) }} unlogged />
    </Page>
  );
}

function routeOf(page: PageRoute) {
  const Content = lazy(page.load);
  function Guarded() {
    const { rights } = useMe();
    if (!mayOpen(page, rights)) return <NotYours page={page} />;
    return (
      <Suspense fallback={<Loading />}>
        <Content />
      </Suspense>
    );
  }
  return createRoute({ getParentRoute: () => rootRoute, path: page.path, component: Guarded, errorComponent: Broken });
}

const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: Home });

const aloneRoutes = ["/sign-in/with/$provider", "/sign-in/invited/$provider"].map((path) =>
  createRoute({ getParentRoute: () => rootRoute, path, component: () => null }),
);

const reportRoute = createRoute({ getParentRoute: () => rootRoute, path: REPORT, component: () => null });

export const router = createRouter({
  routeTree: rootRoute.addChildren([homeRoute, reportRoute, ...aloneRoutes, ...PAGES.map(routeOf)]),
  defaultPreload: "intent",
  scrollRestoration: true,
});

/** The page whose address is open, if it is one of ours. */
export function useOpenPage(): PageRoute | undefined {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return PAGES.find((page) => path === page.path || path.startsWith(`${page.path}/`));
}
