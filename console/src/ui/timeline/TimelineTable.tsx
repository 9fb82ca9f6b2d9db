// The timeline in words: footage and gaps of the view as a table, for the keyboard, for screen readers and for printing.
import type { Id, Named } from "../../api/types";
import { formatDuration, formatTime } from "../format";
import { type Translate, useLanguage, useT } from "../i18n";
import { Meaning } from "../Meaning";
import { type FootageMap, linesOf } from "./footage";
import { type HeldSpan, heldOf } from "./held";
import { type LevelSpan, levelsOf } from "./levels";

/** More lines than this are not read; the view is then too wide for words. */
const LINES_MAX = 300;

export interface TimelineTableProps {
  map: FootageMap;
  held: readonly HeldSpan[];
  levels: readonly LevelSpan[];
  cameras: readonly Named[];
  fromMs: number;
  toMs: number;
  onPlay: (ms: number, camera: Id) => void;
}

export function TimelineTable({ map, held, levels, cameras, fromMs, toMs, onPlay }: TimelineTableProps) {
  const t = useT();
  const { language } = useLanguage();
  const lines = linesOf(
    map,
    cameras.map(({ id }) => id),
    fromMs,
    toMs,
  );
  const names = new Map(cameras.map(({ id, name }) => [id, name]));
  const time = (ms: number) => formatTime(Math.round(ms), language, { milliseconds: toMs - fromMs < 60_000 });
  return (
    <div className="wk-timeline-table">
      <table>
        <caption>
          {t("timeline-table", {
            from: formatTime(Math.round(fromMs), language),
            to: formatTime(Math.round(toMs), language, { zone: true }),
          })}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t("timeline-camera")}</th>
            <th scope="col">{t("timeline-from")}</th>
            <th scope="col">{t("timeline-to")}</th>
            <th scope="col">{t("timeline-length")}</th>
            <th scope="col">{t("timeline-what")}</th>
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, LINES_MAX).map((line) => (
            <tr key={`${line.camera} ${line.fromMs} ${line.later ? "later" : (line.gap?.id ?? "")}`}>
              <td>{names.get(line.camera)}</td>
              <td>
                <button type="button" className="wk-link" onClick={() => onPlay(line.fromMs, line.camera)}>
                  {time(line.fromMs)}
                </button>
              </td>
              <td>{time(line.toMs)}</td>
              <td>{formatDuration(line.toMs - line.fromMs, language)}</td>
              <td>
                {line.gap ? (
                  <Meaning tone={line.gap.justified ? "plain" : line.gap.cause === "unknown" ? "breach" : "late"}>
                    {t("timeline-gap-word", { cause: t(`cause-${line.gap.cause}`) })}
                    {" · "}
                    {t(line.gap.justified ? "timeline-justified" : "timeline-unjustified")}
                    {line.gap.evidence ? <span className="wk-faint"> {line.gap.evidence}</span> : null}
                  </Meaning>
                ) : (
                  <Meaning tone="good" quiet>
                    {t(line.later ? "timeline-later" : "timeline-footage")}
                    {heldWords(heldOf(held, line.camera, line.fromMs, line.toMs), line, t)}
                    {levelWords(levelsOf(levels, line.camera, line.fromMs, line.toMs), t)}
                  </Meaning>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length > LINES_MAX ? (
        <p className="wk-soft">{t("timeline-more", { count: lines.length - LINES_MAX })}</p>
      ) : null}
      {lines.length === 0 ? <p className="wk-soft">{t("timeline-none")}</p> : null}
    </div>
  );
}

/** How much of a line is held; nothing where none is. */
function heldWords(held: readonly HeldSpan[], line: { fromMs: number; toMs: number }, t: Translate): string | null {
  const [first] = held;
  if (!first) return null;
  const whole = first.fromMs <= line.fromMs && first.toMs >= line.toMs;
  return ` · ${t(whole ? "timeline-held" : "timeline-held-part")}`;
}

/** The highest level that a line touches; nothing where the camera's own holds. */
function levelWords(levels: readonly LevelSpan[], t: Translate): string | null {
  const highest = levels.at(-1);
  return highest ? ` · ${t(`clip-level-${highest.level}`)}` : null;
}
