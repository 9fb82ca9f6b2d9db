// Before every page: who is there? Nobody → sign in, at the address that was asked for. A new password owed → that first.
// Not a guard against the server: the server decides each request by itself.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { ApiError, onSignedOut } from "../api/client";
import { lock, useLocked } from "../api/lock";
import { MeProvider, meQuery } from "../api/queries";
import type { Me } from "../api/types";
import { NewPassword } from "../pages/signin/NewPassword";
import { SignIn } from "../pages/signin/SignIn";
import { forgetDrafts, Loading, Trouble } from "../ui";
import { PurposeProvider } from "../ui/purpose";
import { LockScreen } from "./Lock";

export function Gate({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const me = useQuery(meQuery);
  useEffect(
    () =>
      onSignedOut(() => {
        if (queries.getQueryData(meQuery.queryKey)) queries.resetQueries({ queryKey: meQuery.queryKey });
      }),
    [queries],
  );

  const person = me.data?.person.id;
  useEffect(() => {
    // A session may end without a sign-out; the next person at this computer is another.
    if (person) forgetDrafts(person);
    // What waits behind a lock is that person's alone.
    return person ? lock.arm() : undefined;
  }, [person]);
  const locked = useLocked();
  const sitting = useSitting(me.data);

  if (me.data?.must_change_password) return <NewPassword account={me.data.person.account} />;
  if (me.data)
    return (
      <MeProvider value={me.data}>
        <PurposeProvider key={sitting} session={sitting}>
          {/* Dialogues are drawn in here, where router, person and purpose are: a refusal in one leads somewhere. */}
          <App component={false} notification={{ placement: "bottomRight" }}>
            {children}
            {locked ? <LockScreen me={me.data} locked={locked} /> : null}
          </App>
        </PurposeProvider>
      </MeProvider>
    );
  if (me.error instanceof ApiError && me.error.kind === "unauthenticated") return <SignIn />;
  if (me.error)
    return (
      <main className="wk-alone" id="main">
        <Trouble error={me.error} onRetry={() => me.refetch()} />
      </main>
    );
  return <Loading />;
}

/** The session that a person began with at this console: unlocking begins another, and the page goes on as if it had not. */
function useSitting(me: Me | undefined): string {
  const [sitting, setSitting] = useState<{ person: string; session: string } | null>(null);
  const begun = me ? { person: me.person.id, session: me.session.id } : null;
  if (begun?.person !== sitting?.person) setSitting(begun);
  return (begun?.person === sitting?.person ? sitting?.session : begun?.session) ?? "";
}
