// Proof of retention: an authority asks, commits to a nonce that its browser draws, and shows it when the server has fixed its own; each
// instant's verdict stands in the drawer, for both sides. No picture is among it, and nothing is judged here.
import { Button, InputNumber } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import {
  type RetentionDemand,
  type RetentionDemandWhole,
  useRetentionDemand,
  useRetentionDemands,
  useSupervising,
} from "../../api/supervision";
import { OfficeEntry } from "../../ui/EntryLink";
import { said, useLanguage, useT } from "../../ui/i18n";
import { Labelled } from "../../ui/Labelled";
import { type Column, List, RowLink } from "../../ui/List";
import { Meaning } from "../../ui/Meaning";
import { Empty, Loading, Trouble } from "../../ui/Page";
import { Facts, Side, SpanText, Time } from "../../ui/parts";
import { serverNow } from "../../ui/useNow";
import { Words } from "./Words";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What is younger may not be published yet. */
const SETTLED_MS = 600_000;
const DOMAIN = new TextEncoder().encode("watchkeeper/challenge-nonce/v1\n");
const nonceKey = (id: string) => `wk-nonce-${id}`;
const TONES = { asked: "notice", open: "late", proven: "good", missed: "breach", lapsed: "plain" } as const;

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

async function committed(): Promise<{ nonce: string; commitment: string }> {
  const nonce = crypto.getRandomValues(new Uint8Array(32));
  const bytes = new Uint8Array([...DOMAIN, ...nonce]);
  return { nonce: hex(nonce), commitment: hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))) };
}

interface Asked {
  days: number;
  instants: number;
  hours: number;
  reason: string;
}

/** Fixes what is asked; the nonce stays in this browser until it is shown. */
async function ask(system: string, inspection: string | undefined, asked: Asked): Promise<string> {
  const { nonce, commitment } = await committed();
  const to = serverNow() - SETTLED_MS;
  const { demand } = await api.post<RetentionDemandWhole>("/api/retention-demands", {
    system_id: system,
    ...(inspection ? { inspection_id: inspection } : {}),
    reason: asked.reason,
    commitment,
    from_ms: to - asked.days * DAY_MS,
    to_ms: to,
    instants: asked.instants,
    deadline_ms: serverNow() + asked.hours * HOUR_MS,
  });
  sessionStorage.setItem(nonceKey(demand.id), nonce);
  return demand.id;
}

export function AskRetention({
  system,
  inspection,
  onAsked,
}: {
  system: string;
  inspection?: string;
  onAsked?: (id: string) => void;
}) {
  const t = useT();
  const [days, setDays] = useState(7);
  const [instants, setInstants] = useState(20);
  const [hours, setHours] = useState(24);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const demands = useRetentionDemands();
  const send = async (reason: string) => {
    setError(undefined);
    setBusy(true);
    try {
      const id = await ask(system, inspection, { days, instants, hours, reason });
      await showNonce(id);
      await demands.refetch();
      onAsked?.(id);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const number = (label: string, value: number, set: (value: number) => void, max: number) => (
    <Labelled label={t(label)}>
      {(id) => <InputNumber id={id} min={1} max={max} value={value} onChange={(next) => set(next ?? 1)} />}
    </Labelled>
  );
  return (
    <section className="wk-section" aria-label={t("demand-ask")}>
      <h3>{t("demand-ask")}</h3>
      <p className="wk-hint">{t("demand-ask-hint")}</p>
      <Words
        label={t("inspection-reason")}
        sending={{ error, isPending: busy }}
        acts={[{ label: t("demand-ask-do"), act: (reason) => void send(reason) }]}
      >
        {number("demand-days", days, setDays, 180)}
        {number("demand-instants", instants, setInstants, 200)}
        {number("demand-hours", hours, setHours, 720)}
      </Words>
    </section>
  );
}

/** Shows the nonce that this browser kept. */
async function showNonce(id: string): Promise<void> {
  const nonce = sessionStorage.getItem(nonceKey(id));
  if (!nonce) return;
  await api.post(`/api/retention-demands/${id}/draw`, { nonce });
  sessionStorage.removeItem(nonceKey(id));
}

export function DemandWord({ demand }: { demand: RetentionDemand }) {
  const t = useT();
  const tone = TONES[demand.state as keyof typeof TONES] ?? "plain";
  return <Meaning tone={tone}>{t(`demand-state-${demand.state}`)}</Meaning>;
}

export function DemandList({ open, onOpen }: { open?: string; onOpen: (id: string | undefined) => void }) {
  const t = useT();
  const all = useRetentionDemands();
  const columns: Column<RetentionDemand>[] = [
    {
      key: "system",
      title: t("supervision-system"),
      ellipsis: true,
      render: (row) => <RowLink onOpen={() => onOpen(row.id)}>{row.system.name}</RowLink>,
    },
    {
      key: "authority",
      title: t("inspection-authority"),
      ellipsis: true,
      wide: "md",
      render: (row) => row.authority.name,
    },
    {
      key: "deadline",
      title: t("order-deadline"),
      width: "13rem",
      wide: "md",
      render: (row) => <Time ms={row.deadline_ms} />,
    },
    {
      key: "proven",
      title: t("demand-proven"),
      width: "9rem",
      wide: "md",
      render: (row) => (row.answered_ms === null ? "–" : `${row.proven} / ${row.proven + row.failed}`),
    },
    { key: "state", title: t("order-state"), width: "10rem", render: (row) => <DemandWord demand={row} /> },
  ];
  return (
    <>
      <List
        label={t("demand-list")}
        rows={all.data?.pages.flatMap((part) => part.demands) ?? []}
        rowKey={({ id }) => id}
        columns={columns}
        answer={all}
        open={open}
        onOpen={(row) => onOpen(row.id)}
        empty={<Empty title={t("demand-none-title")}>{t("demand-no-one")}</Empty>}
      />
      <DemandSide id={open} onClose={() => onOpen(undefined)} />
    </>
  );
}

function DemandSide({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const t = useT();
  const whole = useRetentionDemand(id);
  return (
    <Side open={id !== undefined} title={t("demand-one")} onClose={onClose} wide print={t("demand-one")}>
      {id && whole.isPending ? <Loading /> : null}
      {whole.error ? <Trouble error={whole.error} /> : null}
      {whole.data ? <Contents key={id} whole={whole.data} /> : null}
    </Side>
  );
}

function Contents({ whole: { demand, instants } }: { whole: RetentionDemandWhole }) {
  const t = useT();
  const { language } = useLanguage();
  const again = useSupervising<Record<string, never>>(() => `/api/retention-demands/${demand.id}/answer`);
  const draw = useSupervising<{ nonce: string }>(() => `/api/retention-demands/${demand.id}/draw`);
  const kept = sessionStorage.getItem(nonceKey(demand.id));
  const answered = demand.answered_ms !== null;
  return (
    <div className="wk-say">
      <DemandWord demand={demand} />
      <Facts
        of={[
          [t("supervision-system"), demand.system.name],
          [t("order-to"), demand.unit.name],
          [t("inspection-authority"), demand.authority.name],
          [t("inspection-reason"), demand.reason],
          [t("order-article"), demand.article],
          [t("demand-span"), <SpanText key="span" fromMs={demand.from_ms} toMs={demand.to_ms} />],
          [t("demand-drawn"), t("demand-drawn-of", { instants: demand.instants, streams: demand.streams })],
          [t("order-deadline"), <Time key="deadline" ms={demand.deadline_ms} zone />],
          [t("demand-proven"), answered ? `${demand.proven} / ${demand.proven + demand.failed}` : null],
          [t("order-by"), demand.by.name],
          [t("order-entry"), <OfficeEntry key="entry" index={demand.entry.index} />],
          [
            t("demand-answer-entry"),
            demand.answer_entry ? <OfficeEntry key="answer" index={demand.answer_entry.index} /> : null,
          ],
          [
            t("demand-commitment"),
            <code key="commitment" className="wk-mono">
              {demand.commitment}
            </code>,
          ],
        ]}
      />
      {draw.error || again.error ? <Trouble error={draw.error ?? again.error} /> : null}
      <div className="wk-buttons">
        {demand.may_draw && kept ? (
          <Button type="primary" loading={draw.isPending} onClick={() => draw.mutate({ nonce: kept })}>
            {t("demand-draw")}
          </Button>
        ) : null}
        {demand.may_try ? (
          <Button type="primary" loading={again.isPending} onClick={() => again.mutate({})}>
            {t("demand-again")}
          </Button>
        ) : null}
        {answered ? (
          <Button href={`/api/retention-demands/${demand.id}/transcript`} download>
            {t("demand-file")}
          </Button>
        ) : null}
      </div>
      {answered ? <p className="wk-hint">{t("demand-file-hint")}</p> : null}
      <section className="wk-section" aria-label={t("demand-results")}>
        <h3>{t("demand-results")}</h3>
        {instants.map((one) => (
          <p key={one.number} className="wk-lines">
            <Meaning tone={!one.proven ? "breach" : one.kind === "footage" ? "good" : "late"}>
              {t(one.proven ? `demand-kind-${one.kind.replace("_", "-")}` : "demand-unproven")}
            </Meaning>{" "}
            <Time ms={one.at_ms} /> · {one.camera.name} · {said(one.reason, language)}
          </p>
        ))}
      </section>
    </div>
  );
}
