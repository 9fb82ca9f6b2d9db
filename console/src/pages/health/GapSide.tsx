// One gap in the drawer: what the system saw, what people said about it, and the next thing that somebody may say.
import { Link } from "@tanstack/react-router";
import { useMe } from "../../api/queries";
import type { GapRow } from "../../api/types";
import { ExplainGaps, Facts, formatIndex, Meaning, Side, SpanText, useT } from "../../ui";
import { ExplanationWords, Judge } from "./Explained";
import { causeOfAll, explainable, gapTone, keyOf, mayExplain, playbackOf } from "./gaps";

export function GapSide({ gap, onClose }: { gap: GapRow | undefined; onClose: () => void }) {
  const t = useT();
  return (
    <Side
      open={gap !== undefined}
      title={gap ? t("gap-title", { name: gap.camera.name }) : ""}
      onClose={onClose}
      print={gap ? t("gap-title", { name: gap.camera.name }) : undefined}
    >
      {gap ? <Gap key={keyOf(gap)} gap={gap} /> : null}
    </Side>
  );
}

function Gap({ gap }: { gap: GapRow }) {
  const t = useT();
  const me = useMe();
  return (
    <div>
      <section className="wk-section">
        <GapFacts gap={gap} />
        <p className="wk-hint">{t(`gap-help-${gap.cause}`)}</p>
        {me.rights.playback ? (
          <div>
            <Link to="/playback" search={playbackOf(gap)}>
              {t("gap-playback")}
            </Link>
          </div>
        ) : null}
      </section>
      {gap.explanation ? (
        <section className="wk-section">
          <h2>{t("gap-explanation")}</h2>
          <ExplanationWords of={gap.explanation} />
          {me.rights.cameras ? (
            <Judge
              of={gap.explanation}
              path={`/api/gaps/explanations/${gap.explanation.id}/verdict`}
              hint={t("judge-note")}
            />
          ) : null}
        </section>
      ) : null}
      {explainable(gap) && mayExplain(me.rights) ? (
        <section className="wk-section">
          <ExplainGaps
            title={t("explain-title")}
            choice={{ gaps: [gap.id as number] }}
            cause={causeOfAll([gap])}
            onDone={() => undefined}
          />
        </section>
      ) : null}
    </div>
  );
}

function GapFacts({ gap }: { gap: GapRow }) {
  const t = useT();
  const me = useMe();
  return (
    <Facts
      of={[
        [t("ledger-span"), <SpanText key="span" fromMs={gap.from_ms} toMs={gap.to_ms} zone />],
        [t("camera-stream"), t(`profile-${gap.profile}`)],
        [t("gap-cause"), t(`cause-${gap.cause}`)],
        [
          t("gap-state"),
          <Meaning key="state" tone={gapTone(gap)}>
            {t(`gap-state-${gap.state}`)}
          </Meaning>,
        ],
        [t("gap-ground"), groundOf(gap) ? t(groundOf(gap) as string) : null],
        [
          t("gap-evidence"),
          gap.evidence ? (
            <span key="evidence" className="wk-code">
              {gap.evidence}
            </span>
          ) : null,
        ],
        [
          t("export-entry"),
          gap.id === null || gap.id === undefined ? (
            t("gap-open")
          ) : me.rights.ledger ? (
            <Link key="entry" to="/entries" search={{ tab: "footage", entry: String(gap.id) }}>
              {formatIndex(gap.id)}
            </Link>
          ) : (
            formatIndex(gap.id)
          ),
        ],
      ]}
    />
  );
}

/** Fluent id of what justifies it without an explanation of its own. */
export function groundOf(gap: GapRow): string | null {
  if (gap.state !== "justified") return null;
  if (gap.maintenance) return "gap-ground-maintenance";
  return gap.cause === "planned" || gap.cause === "privacy" ? "gap-ground-act" : null;
}
