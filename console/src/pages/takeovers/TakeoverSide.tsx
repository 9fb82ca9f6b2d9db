// One takeover in the drawer: the organ, its order and officers, what the unit keeps, and the form that gives control back.
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Takeover } from "../../api/types";
import { RecordName } from "../../register";
import { Because, EntryLink, Facts, formatEntry, formatList, Side, Time, useLanguage, useNames, useT } from "../../ui";
import { TakeoverWord, whatOf } from "./index";

export function TakeoverSide({ takeover, onClose }: { takeover: Takeover | undefined; onClose: () => void }) {
  const t = useT();
  return (
    <Side
      open={takeover !== undefined}
      title={t("takeover-one")}
      onClose={onClose}
      print={takeover ? `${t("takeover-one")} · ${formatEntry("access", takeover.entry.index)}` : undefined}
    >
      {takeover ? <Details key={takeover.id} takeover={takeover} /> : null}
    </Side>
  );
}

function Details({ takeover }: { takeover: Takeover }) {
  const t = useT();
  const { language } = useLanguage();
  const queries = useQueryClient();
  const names = useNames();
  const { rights } = useMe();
  const reads = rights.cameras || rights.ledger;
  const { end, unit_keeps } = takeover;
  const kept = (["live", "recorded", "settings"] as const).filter((what) => unit_keeps[what]);
  const giveBack = async (reason: string) => {
    const ended = await api.post<Takeover>(`/api/takeovers/${takeover.id}/end`, { reason });
    // With control an officer gives back the post by which the list is read: what came of it stands here all the same.
    queries.setQueryData<Takeover[]>(["takeovers"], (all) => all?.map((one) => (one.id === ended.id ? ended : one)));
    for (const key of ["state", "me"]) queries.invalidateQueries({ queryKey: [key] });
  };
  return (
    <div>
      <section className="wk-section">
        <TakeoverWord takeover={takeover} />
        <Facts
          of={[
            [t("takeover-organ-name"), takeover.organ_name],
            [t("takeover-organ"), t(`takeover-organ-${takeover.organ.replaceAll("_", "-")}`)],
            [t("takeover-what"), whatOf(takeover, t)],
            [
              t("takeover-keeps"),
              formatList(
                kept.map((what) => t(`takeover-keeps-${what}`)),
                language,
              ) || t("takeover-keeps-nothing"),
            ],
            [t("takeover-from"), <Time key="from" ms={takeover.from_ms} zone />],
            [t("takeover-until"), <Time key="until" ms={takeover.until_ms} zone />],
            [t("takeover-officers"), names(takeover.officers)],
            [t("takeover-reason"), takeover.reason],
            [t("takeover-order"), reads ? <RecordName key="order" id={takeover.order_document_id} /> : null],
            [t("takeover-article"), takeover.article === "unit:takeover" ? t("takeover-on-order") : takeover.article],
            [t("takeover-entered-by"), takeover.entered_by.name],
            [t("takeover-entry"), <EntryLink key="entry" index={takeover.entry.index} />],
          ]}
        />
      </section>
      {end ? (
        <section className="wk-section">
          <h2>{t("takeover-end")}</h2>
          <Facts
            of={[
              [t("takeover-ended"), <Time key="at" ms={end.at_ms} zone />],
              [t("takeover-ended-by"), end.by?.name ?? t("takeover-by-term")],
              [t("takeover-reason"), end.reason || null],
              [t("takeover-entry"), end.entry ? <EntryLink key="entry" index={end.entry.index} /> : null],
            ]}
          />
        </section>
      ) : null}
      {reads ? (
        <p>
          <Link to="/claims" search={{ new: "1", takeover: takeover.id } as never}>
            {t("takeover-claim")}
          </Link>
        </p>
      ) : null}
      {takeover.may_end ? (
        <Because
          title={t("takeover-give-back")}
          label={t("takeover-reason")}
          hint={t("takeover-give-back-hint")}
          conflict={t("takeover-over-already")}
          acts={[{ label: t("takeover-give-back-do"), primary: true, act: ({ reason }) => giveBack(reason) }]}
        />
      ) : null}
    </div>
  );
}
