// What a step demands: what must be put right first, what the step itself brings, what only warns, what is met.
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useMe } from "../../api/queries";
import type { LifeDemand, RecordBody, SystemLife } from "../../api/types";
import { AddRecord } from "../../register";
import { Meaning, said, type Tone, useAddress, useLanguage, useT } from "../../ui";
import { ArticleName } from "../../ui/RefusalPanel";
import { type DemandGroup, demandGroup, helpOf, PAPER_OF } from "./life";

const GROUPS: [DemandGroup, Tone][] = [
  ["first", "late"],
  ["with", "plain"],
  ["warns", "notice"],
  ["met", "good"],
];

interface DemandsProps {
  life: SystemLife;
  step: string;
  onPaper: (document: string) => void;
}

export function Demands({ life, step, onPaper }: DemandsProps) {
  const t = useT();
  if (life.demands.length === 0) return <p className="wk-hint">{t("demand-none")}</p>;
  return (
    <div className="wk-say">
      {GROUPS.map(([group, tone]) => {
        const demands = life.demands.filter((demand) => demandGroup(demand) === group);
        if (demands.length === 0) return null;
        // What is met is there to be looked up, not to be read first.
        return group === "met" ? (
          <details key={group} className="wk-details">
            <summary>{t("demand-group-met", { n: String(demands.length) })}</summary>
            <Rows {...{ demands, group, tone, life, step, onPaper }} />
          </details>
        ) : (
          <section key={group} className="wk-demand-group">
            <h3>{t(`demand-group-${group}`, { n: String(demands.length) })}</h3>
            <Rows {...{ demands, group, tone, life, step, onPaper }} />
          </section>
        );
      })}
    </div>
  );
}

interface RowsProps extends DemandsProps {
  demands: LifeDemand[];
  group: DemandGroup;
  tone: Tone;
}

function Rows({ demands, ...rest }: RowsProps) {
  return (
    <ul className="wk-demands">
      {demands.map((demand) => (
        <Demand key={`${demand.article} ${demand.code} ${demand.reason.en}`} demand={demand} {...rest} />
      ))}
    </ul>
  );
}

interface DemandProps extends DemandsProps {
  demand: LifeDemand;
  group: DemandGroup;
  tone: Tone;
}

function Demand({ demand, group, tone, ...rest }: DemandProps) {
  const t = useT();
  const { language } = useLanguage();
  const met = group === "met";
  return (
    <li>
      <p>
        <Meaning tone={tone} quiet>
          {/* A demand's reason says what is wrong; of one that is met only the article is true for certain. */}
          {met ? (
            <MetWords demand={demand} />
          ) : group === "with" && demand.code === "not_passed" ? (
            t("demand-with-not-passed")
          ) : (
            said(demand.reason, language)
          )}
        </Meaning>{" "}
        <ArticleName article={demand.article} />
      </p>
      {/* What the form below brings has its remedy in the form. */}
      {met || group === "with" ? null : <p className="wk-soft">{said(demand.remedy, language)}</p>}
      {met ? null : <HelpButton demand={demand} {...rest} />}
    </li>
  );
}

function MetWords({ demand }: { demand: LifeDemand }) {
  const t = useT();
  return t(`demand-met-${demand.code.replaceAll("_", "-")}`);
}

/** The way to where it is put right, for whoever may do that. */
function HelpButton({ demand, life, step, onPaper }: DemandsProps & { demand: LifeDemand }) {
  const t = useT();
  const { rights } = useMe();
  const [, setAddress] = useAddress();
  const [adding, setAdding] = useState<{ kind: string; initial: RecordBody }>();
  const help = helpOf(demand.code);
  if (!rights.cameras || !help) return null;
  const { system } = life;
  const named = system.body[demand.code];
  const openForm = () => setAddress({ edit: "1" }, true);
  return (
    <div className="wk-buttons">
      {help === "contractor" && typeof named === "string" ? (
        <Link to="/registry" search={{ kind: "contractor", record: named } as never}>
          {t("help-contractor")}
        </Link>
      ) : help === "contractor" || help === "system" ? (
        <Button size="small" onClick={openForm}>
          {t(help === "system" ? "help-system" : "help-contractor-name")}
        </Button>
      ) : help === "points" ? (
        <Link to="/registry" search={{ kind: "point", parent: system.id } as never}>
          {t("help-points")}
        </Link>
      ) : help === "camera" ? (
        <Link to="/cameras" search={{ add: "1" } as never}>
          {t("help-camera")}
        </Link>
      ) : (
        <Button
          size="small"
          onClick={() =>
            setAdding(
              help === "paper"
                ? { kind: "document", initial: PAPER_OF[step] ? { paper: PAPER_OF[step] } : {} }
                : help === "point"
                  ? { kind: "point", initial: { system: system.id } }
                  : { kind: "sign", initial: {} },
            )
          }
        >
          {t(`help-${help}`)}
        </Button>
      )}
      <AddRecord
        open={adding !== undefined}
        kind={adding?.kind ?? "document"}
        unit={system.unit_id ?? undefined}
        initial={adding?.initial}
        onClose={() => setAdding(undefined)}
        onDone={(id) => {
          if (adding?.kind === "document") onPaper(id);
          setAdding(undefined);
        }}
      />
    </div>
  );
}
