// The hand-over sheet of a shift, on the screen and on paper: who, what was observed, reported and interrupted, who came and went, the
// words for whoever comes next, and places to sign.
import type { ReactNode } from "react";
import { type DutySheet, useDutySheet } from "../../api/duty";
import { Facts, FormFoot, FormHead, Loading, PaperForm, Side, Trouble, useLanguage, useT } from "../../ui";
import { NoteWords } from "./LogTab";
import { UnfilledWords } from "./PostField";
import { ClipWords } from "./ReportClips";
import { ReportState } from "./ReportsTab";
import { ShiftState, spanWords } from "./ShiftSpan";
import { VisitorWords } from "./VisitorsTab";

export function SheetSide({ shift, onClose }: { shift: string | undefined; onClose: () => void }) {
  const t = useT();
  const sheet = useDutySheet(shift);
  const title = sheet.data ? `${t("duty-sheet")} · ${sheet.data.room.name}` : t("duty-sheet");
  return (
    <Side open={shift !== undefined} title={title} onClose={onClose} wide print={sheet.data ? title : undefined}>
      {sheet.error && !sheet.data ? <Trouble error={sheet.error} onRetry={() => sheet.refetch()} /> : null}
      {shift !== undefined && sheet.isPending ? <Loading /> : null}
      {sheet.data ? (
        <div className="wk-screen">
          <Contents sheet={sheet.data} />
          <PaperForm>
            <Head sheet={sheet.data} />
            <Contents sheet={sheet.data} />
            <FormFoot signs={[t("duty-sign-from"), t("duty-sign-to")]} />
          </PaperForm>
        </div>
      ) : null}
    </Side>
  );
}

function Head({ sheet }: { sheet: DutySheet }) {
  const t = useT();
  const { language } = useLanguage();
  const { shift, room, zone } = sheet;
  return (
    <FormHead
      title={t("duty-sheet")}
      facts={[
        [t("duty-room"), room.name],
        [t("duty-sheet-person"), shift.person.name],
        [
          t("duty-sheet-span"),
          spanWords(shift.taken_ms ?? shift.from_ms, shift.ended_ms ?? shift.to_ms, language, zone),
        ],
      ]}
    />
  );
}

function Contents({ sheet }: { sheet: DutySheet }) {
  const t = useT();
  const { language } = useLanguage();
  const { shift, before, zone } = sheet;
  return (
    <div className="wk-say wk-duty-sheet">
      <Facts
        of={[
          [t("duty-sheet-person"), shift.person.name],
          [t("duty-post"), shift.post ? t(`duty-post-${shift.post}`) : null],
          [t("duty-sheet-rostered"), spanWords(shift.from_ms, shift.to_ms, language, zone)],
          [
            t("duty-sheet-span"),
            shift.taken_ms ? spanWords(shift.taken_ms, shift.ended_ms ?? shift.to_ms, language, zone) : null,
          ],
          [t("duty-sheet-state"), <ShiftState key="state" shift={shift} />],
          [t("duty-sheet-before"), before ? `${before.person.name} ${confirmed(before.ended_ms, t)}` : null],
          [t("duty-alone-why"), shift.alone],
          [t("duty-stay-why"), shift.stayed],
          [t("duty-sheet-with"), sheet.with.map(({ person }) => person.name).join(t("form-semicolon"))],
        ]}
      />
      <Part
        title={t("duty-sheet-words")}
        rows={
          shift.words
            ? [
                <p key="words" className="wk-lines">
                  {shift.words}
                </p>,
              ]
            : []
        }
      />
      <Part title={t("duty-tab-log")} rows={sheet.notes.map((note) => <NoteWords key={note.id} note={note} />)} />
      <Part
        title={t("duty-tab-reports")}
        rows={sheet.reports.map((report) => (
          <p key={report.id}>
            {report.words} → {report.organ} <ReportState report={report} /> {report.acknowledged?.number}
            {report.clips.map((clip) => (
              <ClipWords key={clip.copy.id} clip={clip} zone={zone} />
            ))}
          </p>
        ))}
      />
      <Part
        title={t("duty-sheet-gaps")}
        rows={sheet.gaps.map((gap) => (
          <p key={`${gap.camera.id}-${gap.from_ms}`}>
            {gap.camera.name} {spanWords(gap.from_ms, gap.to_ms, language, zone)} {t(`cause-${gap.cause}`)}
          </p>
        ))}
      />
      <Part
        title={t("duty-tab-visitors")}
        rows={sheet.visitors.map((one) => <VisitorWords key={one.id} visitor={one} />)}
      />
      <Part
        title={t("duty-unmanned-title")}
        rows={sheet.unmanned.map((one) => (
          <p key={one.from_ms}>
            {spanWords(one.from_ms, one.to_ms, language, zone)} {t("duty-missing", { n: one.missing })}
          </p>
        ))}
      />
      <Part
        title={t("duty-unfilled-title")}
        rows={sheet.unfilled.map((one) => (
          <p key={`${one.post}-${one.from_ms}`}>
            <UnfilledWords one={one} zone={zone} />
          </p>
        ))}
      />
    </div>
  );
}

const confirmed = (ended: number | null | undefined, t: ReturnType<typeof useT>) =>
  t(ended ? "duty-sheet-confirmed" : "duty-sheet-unconfirmed");

function Part({ title, rows }: { title: string; rows: ReactNode[] }) {
  const t = useT();
  return (
    <section className="wk-section" aria-label={title}>
      <h3>{title}</h3>
      {rows.length === 0 ? <p className="wk-soft">{t("duty-sheet-none")}</p> : rows}
    </section>
  );
}
