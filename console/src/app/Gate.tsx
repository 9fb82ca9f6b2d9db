// Before every page: who is there? Nobody → sign in, at the address that was asked for. A new password owed → that first.
// Not a guard against the server: the server decides each request by itself.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { type ReactNode, useEffect } from "react";
import { ApiError, onSignedOut } from "../api/client";
import { MeProvider, meQuery } from "../api/queries";
import { NewPassword } from "../pages/signin/NewPassword";
import { SignIn } from "../pages/signin/SignIn";
import { forgetDrafts, Loading, Trouble } from "../ui";
import { PurposeProvider } from "../ui/purpose";

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
  }, [person]);

  if (me.data?.must_change_password) return <NewPassword account={me.data.person.account} />;
  if (me.data)
    return (
      <MeProvider value={me.data}>
        <PurposeProvider key={me.data.session.id} session={me.data.session.id}>
          {/* Dialogues are drawn in here, where router, person and purpose are: a refusal in one leads somewhere. */}
          <App component={false} notification={{ placement: "bottomRight" }}>
            {children}
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
