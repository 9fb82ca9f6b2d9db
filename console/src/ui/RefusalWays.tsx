// The buttons of a refusal: what would make it possible, as far as this person can do it. It says nothing where nothing can be pressed.
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useMeIfKnown } from "../api/queries";
import { AskGrantButton, type WantedFootage } from "./AskGrant";
import { useT } from "./i18n";
import { useMayAskPurpose } from "./purpose";
import { SecondPersonButton } from "./SecondPerson";
import { placesFor, WAYS, wantsApproval, wantsPurpose, wantsSecond } from "./ways";

interface WaysProps {
  code: string | undefined;
  /** What was wanted, for whoever has to ask for it. */
  wanted?: WantedFootage | undefined;
  /** Beside it stands a form with a purpose of its own: that one is to be changed. */
  purposeHere?: boolean | undefined;
  /** Shuts what the refusal stands in, before another page opens. */
  onLeave?: (() => void) | undefined;
  /** Asks again, once what was lacking is there. */
  onHelped?: (() => void) | undefined;
  /** The page's own buttons, after these. */
  children?: ReactNode;
}

export function RefusalWays({ code, wanted, purposeHere, onLeave, onHelped, children }: WaysProps) {
  // Where the code says nothing to press there is no need of router or session: the panel also stands outside of both.
  const ways = WAYS.get(code ?? "");
  const has = ways?.some((way) => way !== "here" && way !== "another") ?? false;
  if (!has && !children) return null;
  return (
    <div className="wk-refusal-actions">
      {has ? (
        <Ways code={code} wanted={wanted} purposeHere={purposeHere} onLeave={onLeave} onHelped={onHelped} />
      ) : null}
      {children}
    </div>
  );
}

function Ways({ code, wanted, purposeHere, onLeave, onHelped }: WaysProps) {
  const t = useT();
  const navigate = useNavigate();
  const me = useMeIfKnown();
  const ask = useMayAskPurpose();
  const path = useRouterState({ select: (state) => state.location.pathname });
  if (!me) return null;
  const purpose = wantsPurpose(code) && ask !== undefined && !purposeHere;
  const approval = wantsApproval(code) && (me.rights.playback || me.rights.live);
  const leave = (then: () => void) => () => {
    onLeave?.();
    then();
  };
  return (
    <>
      {approval ? <AskGrantButton {...(wanted ? { wanted } : {})} {...(onLeave ? { onLeave } : {})} /> : null}
      {wantsSecond(code) ? <SecondPersonButton onHelped={onHelped} /> : null}
      {purpose ? (
        <Button type="primary" onClick={leave(ask)}>
          {t("purpose-change")}
        </Button>
      ) : null}
      {placesFor(code, me.rights, path).map(({ to, words }, at) => (
        <Button
          key={words}
          type={at === 0 && !purpose ? "primary" : "default"}
          onClick={leave(() => void navigate({ to: to as never }))}
        >
          {t(words)}
        </Button>
      ))}
    </>
  );
}
