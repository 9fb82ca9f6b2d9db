// Explanations: those that wait for a second person first. Who may judge does it here, in the drawer.
import { useExplanations } from "../../api/queries";
import type { ExplanationRow } from "../../api/types";
import {
  type Column,
  Empty,
  Facts,
  formatCount,
  List,
  Meaning,
  RowLink,
  Side,
  SpanText,
  Time,
  type Tone,
  useAddress,
  useLanguage,
  useNames,
  useT,
} from "../../ui";
import { ExplanationWords, Judge } from "./Explained";

export const EXPLAINED_TONES: Record<ExplanationRow["state"], Tone> = {
  open: "late",
  explained: "notice",
  justified: "good",
  declined: "late",
};

export function ExplanationList() {
  const t = useT();
  const { language } = useLanguage();
  const [address, setAddress] = useAddress();
  const list = useExplanations();
  const rows = list.data ?? [];
  const open = rows.find((row) => row.id === address.id);
  const show = (row: ExplanationRow) => setAddress({ id: row.id });
  const names = useNames();
  const columns: Column<ExplanationRow>[] = [
    {
      key: "cameras",
      title: t("hold-cameras"),
      ellipsis: true,
      render: (row) => <RowLink onOpen={() => show(row)}>{names(row.cameras)}</RowLink>,
    },
    {
      key: "gaps",
      title: t("explain-gaps"),
      width: "5rem",
      align: "right",
      wide: "md",
      render: (row) => formatCount(row.gaps.length, language),
    },
    {
      key: "text",
      title: t("explain-text"),
      width: "36%",
      wide: "md",
      ellipsis: true,
      render: (row) => `${t(`cause-${row.cause}`)} · ${row.text}`,
    },
    { key: "by", title: t("explain-by"), width: "9rem", wide: "xl", render: (row) => row.by.person.name },
    { key: "at", title: t("explain-at"), width: "12rem", wide: "xl", render: (row) => <Time ms={row.by.at_ms} /> },
    {
      key: "state",
      title: t("gap-state"),
      width: "8rem",
      render: (row) => (
        <Meaning tone={EXPLAINED_TONES[row.state]} quiet>
          {t(`gap-state-${row.state}`)}
        </Meaning>
      ),
    },
  ];
  return (
    <>
      <List
        label={t("gap-view-explanations")}
        rows={rows}
        rowKey={(row) => row.id}
        columns={columns}
        answer={list}
        open={address.id}
        onOpen={show}
        empty={<Empty title={t("explain-empty-title")}>{t("explain-empty")}</Empty>}
      />
      <Side open={open !== undefined} title={t("gap-explanation")} onClose={() => setAddress({ id: undefined })}>
        {open ? (
          <div key={open.id}>
            <section className="wk-section">
              <Facts
                of={[
                  [t("hold-cameras"), names(open.cameras)],
                  [t("explain-gaps"), formatCount(open.gaps.length, language)],
                  [t("hold-span"), <SpanText key="span" fromMs={open.from_ms} toMs={open.to_ms} zone />],
                ]}
              />
              <ExplanationWords of={open} />
            </section>
            <section className="wk-section">
              <Judge of={open} path={`/api/gaps/explanations/${open.id}/verdict`} hint={t("judge-note")} />
            </section>
          </div>
        ) : null}
      </Side>
    </>
  );
}
