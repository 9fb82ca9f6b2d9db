// Temporary takeovers of control: which organ has which cameras until when, on which order, and what the unit keeps meanwhile.
// Everybody who is signed in may read it; administrators enter one, its officers and they give control back.
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Takeover } from "../../api/types";
import {
  BeginButton,
  type Column,
  Empty,
  List,
  Meaning,
  Page,
  RowLink,
  Time,
  type Tone,
  type Translate,
  useRecords,
  useT,
} from "../../ui";
import { NewTakeover } from "./NewTakeover";
import { TakeoverSide } from "./TakeoverSide";

export function takeoverState(takeover: Pick<Takeover, "running" | "end">): { tone: Tone; word: string } {
  if (takeover.running) return { tone: "notice", word: "takeover-running" };
  return { tone: "plain", word: takeover.end?.by ? "takeover-given-back" : "takeover-over" };
}

export function TakeoverWord({ takeover }: { takeover: Takeover }) {
  const t = useT();
  const { tone, word } = takeoverState(takeover);
  return (
    <Meaning tone={tone} quiet={tone === "plain"}>
      {t(word)}
    </Meaning>
  );
}

/** Cameras in words: the unit, one group or one system of it. Which secret system it is, only those who are cleared are told. */
export function whatOf({ unit, group, system, of_system }: Whole, t: Translate): string {
  const part = group?.name ?? system?.name ?? (of_system ? t("takeover-secret-system") : undefined);
  return part ? `${unit.name} · ${part}` : unit.name;
}

type Whole = Pick<Takeover, "unit" | "group" | "system" | "of_system">;

const useTakeovers = () =>
  useQuery({
    queryKey: ["takeovers"],
    queryFn: async ({ signal }) =>
      (await api.get<{ takeovers: Takeover[] }>("/api/takeovers", undefined, signal)).takeovers,
    refetchInterval: 15_000,
  });

function useColumns(show: (takeover: Takeover) => void): Column<Takeover>[] {
  const t = useT();
  return [
    {
      key: "organ",
      title: t("takeover-organ-name"),
      ellipsis: true,
      render: (takeover) => <RowLink onOpen={() => show(takeover)}>{takeover.organ_name}</RowLink>,
    },
    {
      key: "what",
      title: t("takeover-what"),
      wide: "md",
      ellipsis: true,
      render: (takeover) => whatOf(takeover, t),
    },
    {
      key: "from",
      title: t("takeover-from"),
      width: "13rem",
      wide: "xl",
      render: ({ from_ms }) => <Time ms={from_ms} />,
    },
    {
      key: "until",
      title: t("takeover-until"),
      width: "13rem",
      wide: "md",
      render: ({ until_ms, end }) => <Time ms={end?.at_ms ?? until_ms} />,
    },
    {
      key: "state",
      title: t("takeover-state"),
      width: "9rem",
      render: (takeover) => <TakeoverWord takeover={takeover} />,
    },
  ];
}

export default function Takeovers() {
  const t = useT();
  const { posts } = useMe();
  const list = useTakeovers();
  const record = useRecords();
  const rows = list.data ?? [];
  const show = (takeover: Takeover) => record.show(takeover.id);
  const columns = useColumns(show);
  const enters = posts.some(({ role }) => role === "administrator");
  const begin = enters ? <BeginButton label={t("takeover-new")} onBegin={record.begin} /> : null;
  return (
    <Page title={t("takeover-title")} lead={t("takeover-lead")} actions={begin}>
      <List
        label={t("takeover-title")}
        rows={rows}
        rowKey={({ id }) => id}
        columns={columns}
        answer={list}
        open={record.id}
        onOpen={show}
        empty={<Empty title={t("takeover-none-title")}>{t("takeover-none")}</Empty>}
      />
      <TakeoverSide takeover={rows.find(({ id }) => id === record.id)} onClose={record.close} />
      {enters ? <NewTakeover open={record.isNew} onClose={record.close} onDone={show} /> : null}
    </Page>
  );
}
