// What the server runs as: the program's digest to hold against its maker's, what is announced, and every change with who said so.
// A change that nobody had announced is explained here; nobody takes one out.
import type { ReactNode } from "react";
import { type SoftwareChange, useIntegrity } from "../../api/integrity";
import { useMe } from "../../api/queries";
import {
  Age,
  type Column,
  CopyText,
  Empty,
  EntryLink,
  Facts,
  List,
  Loading,
  Meaning,
  RowLink,
  Time,
  Trouble,
  useAddress,
  useNames,
  useT,
} from "../../ui";
import { AnnounceSoftware } from "./IntegrityForms";
import { ChangeSide } from "./IntegritySide";
import { changeTone, partWords, shortDigest } from "./integrity";

type Shown = NonNullable<ReturnType<typeof useIntegrity>["data"]>["pages"][number];

/** What of the program's file is good to see. */
const FILE_TONES = { as_it_runs: "good", other: "late", gone: "late" } as const;

export function IntegrityTab() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const list = useIntegrity();
  const first = list.data?.pages[0];
  if (list.error && !first) return <Trouble error={list.error} onRetry={() => list.refetch()} />;
  if (!first) return <Loading />;
  const rows = list.data?.pages.flatMap(({ changes }) => changes) ?? [];
  return (
    <div className="wk-say">
      {first.unexplained > 0 ? (
        <Meaning tone="late">{t("integrity-unexplained", { n: first.unexplained })}</Meaning>
      ) : (
        <Meaning tone="good" quiet>
          {t("integrity-all-known")}
        </Meaning>
      )}
      <div className="wk-columns">
        <Running shown={first} />
        <Announced shown={first} />
      </div>
      <h2>{t("integrity-changes")}</h2>
      <Changes rows={rows} list={list} total={first.total} />
      <ChangeSide change={rows.find(({ id }) => id === address.id)} onClose={() => setAddress({ id: undefined })} />
    </div>
  );
}

function Running({ shown: { running } }: { shown: Shown }) {
  const t = useT();
  return (
    <section className="wk-panel">
      <h2>{t("integrity-running")}</h2>
      {running ? (
        <>
          <Facts
            of={[
              [t("integrity-version"), running.version],
              [
                t("integrity-program"),
                <CopyText
                  key="program"
                  text={running.program}
                  shown={`${shortDigest(running.program)}…`}
                  label={t("integrity-program")}
                />,
              ],
              [
                t("integrity-file"),
                <Meaning key="file" tone={FILE_TONES[running.file]} quiet>
                  {t(`integrity-file-${running.file.replaceAll("_", "-")}`)}
                </Meaning>,
              ],
              [t("integrity-looked"), <Age key="looked" ms={running.looked_ms} />],
              [t("integrity-started"), <Time key="started" ms={running.started_ms} />],
            ]}
          />
          <details className="wk-details">
            <summary>{t("integrity-parts")}</summary>
            <Facts
              of={[
                [t("integrity-part-console"), <Digest key="console" of={running.console} />],
                [t("integrity-part-packs"), <Digest key="packs" of={running.packs} />],
                [t("integrity-part-own-packs"), <Digest key="own" of={running.own_packs} />],
                ...running.settings.map(({ name, digest }): [string, ReactNode] => [
                  t("integrity-part-setting", { name }),
                  <Digest key={name} of={digest} />,
                ]),
              ]}
            />
            <p className="wk-hint">{t("integrity-salted")}</p>
          </details>
          <p className="wk-hint">{t("integrity-running-text")}</p>
        </>
      ) : (
        <p className="wk-hint">{t("integrity-not-measured")}</p>
      )}
    </section>
  );
}

function Digest({ of }: { of: string }) {
  return (
    <span className="wk-code" title={of}>
      {shortDigest(of)}
    </span>
  );
}

function Announced({ shown: { announcement, announced_days_max } }: { shown: Shown }) {
  const t = useT();
  const { rights } = useMe();
  return (
    <section className="wk-panel">
      <h2>{t("integrity-announced")}</h2>
      {announcement ? (
        <Facts
          of={[
            [t("integrity-what"), t(`integrity-what-${announcement.what}`)],
            [
              t("integrity-expected"),
              announcement.expected_sha256 ? <Digest key="digest" of={announcement.expected_sha256} /> : null,
            ],
            [t("integrity-until"), <Time key="until" ms={announcement.until_ms} />],
            [t("because-reason"), announcement.said.reason],
            [t("integrity-by"), announcement.said.by.name],
            [t("export-entry"), <EntryLink key="entry" index={announcement.said.entry.index} />],
          ]}
        />
      ) : (
        <p>{t("integrity-nothing-announced")}</p>
      )}
      <p className="wk-hint">{t("integrity-announced-text")}</p>
      {rights.cameras ? <AnnounceSoftware daysMax={announced_days_max} /> : null}
    </section>
  );
}

function Changes({
  rows,
  list,
  total,
}: {
  rows: SoftwareChange[];
  list: ReturnType<typeof useIntegrity>;
  total: number;
}) {
  const t = useT();
  const names = useNames();
  const [address, setAddress] = useAddress();
  const columns: Column<SoftwareChange>[] = [
    {
      key: "at",
      title: t("integrity-at"),
      width: "12rem",
      render: (row) => (
        <RowLink onOpen={() => setAddress({ id: row.id })}>
          <Time ms={row.at_ms} />
        </RowLink>
      ),
    },
    { key: "how", title: t("integrity-how"), width: "15rem", render: (row) => <HowWords row={row} /> },
    {
      key: "parts",
      title: t("integrity-differs"),
      wide: "md",
      ellipsis: true,
      render: (row) => names(row.parts.map((part) => ({ id: part, name: partWords(part, t) }))),
    },
    {
      key: "program",
      title: t("integrity-program"),
      width: "10rem",
      wide: "xl",
      render: (row) => (row.program ? <Digest of={row.program} /> : t("integrity-file-gone")),
    },
    {
      key: "entry",
      title: t("export-entry"),
      width: "7rem",
      wide: "md",
      render: (row) => <EntryLink index={row.entry.index} />,
    },
  ];
  return (
    <List
      label={t("integrity-changes")}
      rows={rows}
      rowKey={(row) => row.id}
      columns={columns}
      answer={list}
      open={address.id}
      onOpen={(row) => setAddress({ id: row.id })}
      total={<span>{t("integrity-total", { n: String(total) })}</span>}
      empty={<Empty title={t("integrity-none-title")}>{t("integrity-none")}</Empty>}
    />
  );
}

/** How it came; and that it is explained, where it had to be. */
function HowWords({ row }: { row: SoftwareChange }) {
  const t = useT();
  return (
    <Meaning tone={changeTone(row)} quiet>
      {t(`integrity-how-${row.how.replaceAll("_", "-")}`)}
      {row.explained ? t("integrity-and-explained") : ""}
    </Meaning>
  );
}
