// Figures of the authority's area: shares as bars, a table of divisions and one of categories of place, what targets stand against; as a file
// and on paper. Numbers only, no camera and no person but whoever set a target.
import { Button } from "antd";
import { useState } from "react";
import { type AreaFigures, type AreaRow, useAreaFigures } from "../../api/supervision";
import {
  type Column,
  Empty,
  formatTime,
  Icon,
  List,
  Loading,
  Meaning,
  PrintWords,
  said,
  Trouble,
  useLanguage,
  useT,
} from "../../ui";
import { ExportFigures } from "./ExportFigures";
import { indicatorWord, SHARES, shareWords } from "./figures";
import { Targets } from "./Targets";

export function Figures() {
  const t = useT();
  const answer = useAreaFigures();
  if (!answer.data)
    return answer.error ? <Trouble error={answer.error} onRetry={() => answer.refetch()} /> : <Loading />;
  if (answer.data.whole.systems === 0 && answer.data.whole.places === 0 && answer.data.targets.length === 0)
    return (
      <>
        <Empty title={t("supervision-none-title")}>{t("supervision-none")}</Empty>
        <Targets figures={answer.data} />
      </>
    );
  return <Contents figures={answer.data} />;
}

function Contents({ figures }: { figures: AreaFigures }) {
  const t = useT();
  const { language } = useLanguage();
  const [exporting, setExporting] = useState(false);
  const { whole, authority } = figures;
  const title = t("figures-title", { authority: authority.name, division: authority.division });
  const time = formatTime(figures.at_ms, language, { zone: true });
  return (
    <div className="wk-say">
      <PrintWords words={t("print-page", { title, time })} />
      <div className="wk-figures-line">
        <p className="wk-hint">{t("figures-hint", { time })}</p>
        <Button icon={<Icon name="download" size={15} />} onClick={() => setExporting(true)}>
          {t("figures-export")}
        </Button>
      </div>
      <div className="wk-figures-head">
        <Counts row={whole} />
        <Shares row={whole} />
      </div>
      <section className="wk-section" aria-label={t("figures-divisions")}>
        <h3>{t("figures-divisions")}</h3>
        <Divisions rows={figures.divisions} />
      </section>
      <section className="wk-section" aria-label={t("figures-categories")}>
        <h3>{t("figures-categories")}</h3>
        <Categories rows={figures.categories} />
      </section>
      <Targets figures={figures} />
      <ExportFigures open={exporting} onClose={() => setExporting(false)} />
    </div>
  );
}

/** How many there are, and what of them. */
function Counts({ row }: { row: AreaRow }) {
  const t = useT();
  const all = [
    ["systems", row.systems, t("figures-of-systems", { accepted: row.systems_accepted, used: row.systems_in_use })],
    ["points", row.points, t("figures-of-places", { owed: row.places_owed, covered: row.places_covered })],
    [
      "cameras",
      row.cameras,
      t("figures-of-cameras", { sending: row.cameras_sending, silent: row.cameras_silent, off: row.cameras_off }),
    ],
    [
      "found",
      row.breaches + row.due,
      t("figures-of-found", { breaches: row.breaches, due: row.due, notes: row.notes }),
    ],
  ] as const;
  return (
    <dl className="wk-figures">
      {all.map(([name, count, words]) => (
        <div key={name}>
          <dt>{t(`figures-${name}`)}</dt>
          <dd>
            <span className="wk-big-number">{count}</span>
            <span className="wk-hint">{words}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Five shares as bars; the number stands beside each. */
function Shares({ row }: { row: AreaRow }) {
  const t = useT();
  return (
    <figure className="wk-shares" aria-label={t("figures-shares")}>
      {SHARES.map(([name, of]) => {
        const share = of(row);
        return (
          <div key={name} className="wk-share">
            <span>{t(indicatorWord(name))}</span>
            <span className="wk-bar" aria-hidden="true">
              <span style={{ inlineSize: `${(share ?? 0) / 100}%` }} />
            </span>
            <span className="wk-share-number">{shareWords(share)}</span>
          </div>
        );
      })}
    </figure>
  );
}

export function Found({ row }: { row: Pick<AreaRow, "breaches" | "due" | "notes"> }) {
  const t = useT();
  const { breaches, due, notes } = row;
  return (
    <Meaning tone={breaches > 0 ? "breach" : due > 0 ? "late" : "good"}>
      {t("supervision-found-count", { breaches, due, notes })}
    </Meaning>
  );
}

function useNameColumn(title: string): Column<AreaRow> {
  const { language } = useLanguage();
  return { key: "name", title, ellipsis: true, render: (row) => (row.name ? said(row.name, language) : row.code) };
}

function Divisions({ rows }: { rows: AreaRow[] }) {
  const t = useT();
  const shares = SHARES.map(
    ([name, of]): Column<AreaRow> => ({
      key: name,
      title: t(indicatorWord(name)),
      width: "9rem",
      align: "right",
      wide: "xl",
      render: (row) => shareWords(of(row)),
    }),
  );
  const number = (key: string, of: (row: AreaRow) => number): Column<AreaRow> => ({
    key,
    title: t(`figures-${key}`),
    width: "6rem",
    align: "right",
    wide: "md",
    render: (row) => of(row),
  });
  const columns: Column<AreaRow>[] = [
    useNameColumn(t("figures-division")),
    // Without a record of it, its name is its code.
    { key: "code", title: t("figures-code"), width: "6rem", wide: "md", render: (row) => (row.name ? row.code : "") },
    number("systems", (row) => row.systems),
    number("cameras", (row) => row.cameras),
    ...shares,
    { key: "found", title: t("supervision-found"), width: "15rem", render: (row) => <Found row={row} /> },
  ];
  return (
    <List
      label={t("figures-divisions")}
      rows={rows}
      rowKey={({ code }) => code}
      columns={columns}
      empty={<Empty title={t("supervision-none-title")}>{t("supervision-none")}</Empty>}
    />
  );
}

function Categories({ rows }: { rows: AreaRow[] }) {
  const t = useT();
  const number = (key: string, of: (row: AreaRow) => number, wide?: "md"): Column<AreaRow> => ({
    key,
    title: t(`figures-${key}`),
    width: "8rem",
    align: "right",
    wide,
    render: (row) => of(row),
  });
  const columns: Column<AreaRow>[] = [
    useNameColumn(t("figures-category")),
    number("places", (row) => row.places, "md"),
    number("owed", (row) => row.places_owed, "md"),
    number("covered", (row) => row.places_covered),
    number("points", (row) => row.points, "md"),
    number("cameras", (row) => row.cameras),
    number("silent", (row) => row.cameras_silent, "md"),
    number("turning", (row) => row.cameras_turning, "md"),
  ];
  return (
    <List
      label={t("figures-categories")}
      rows={rows}
      rowKey={({ code }) => code}
      columns={columns}
      empty={<Empty title={t("figures-no-category-title")}>{t("figures-no-category")}</Empty>}
    />
  );
}
