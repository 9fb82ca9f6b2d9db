// Small parts of lists and drawers: facts, times, copied text, the right-hand drawer, a sparkline.
import { App, Button, Drawer } from "antd";
import { Fragment, type ReactNode, useEffect, useState } from "react";
import { isRefusal } from "../api/client";
import { formatDuration, formatSpan, formatTime } from "./format";
import { Icon } from "./Icon";
import { type Translate, useLanguage, useT } from "./i18n";
import { PrintButton, PrintWords } from "./Print";
import { RefusalPanel } from "./RefusalPanel";
import { troubleDetail, troubleWords } from "./trouble";
import { useNow } from "./useNow";

/** Label and value, one under another; a fact without a value is left out. */
export function Facts({ of }: { of: [label: string, value: ReactNode][] }) {
  return (
    <dl className="wk-facts">
      {of
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([label, value]) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}

/** A point in time, with its zone in the tooltip. */
export function Time({
  ms,
  ...form
}: {
  ms: number | null | undefined;
  timeOnly?: boolean;
  dateOnly?: boolean;
  zone?: boolean;
}) {
  const { language } = useLanguage();
  if (ms === null || ms === undefined) return null;
  return (
    <time
      className="wk-nowrap"
      dateTime={new Date(ms).toISOString()}
      title={formatTime(ms, language, { milliseconds: true, zone: true })}
    >
      {formatTime(ms, language, form)}
    </time>
  );
}

export function SpanText({ fromMs, toMs, zone }: { fromMs: number; toMs: number; zone?: boolean }) {
  const { language } = useLanguage();
  return (
    <span title={`${formatSpan(fromMs, toMs, language, { milliseconds: true, zone: true })}`}>
      {formatSpan(fromMs, toMs, language, { zone })}{" "}
      <span className="wk-faint">({formatDuration(toMs - fromMs, language)})</span>
    </span>
  );
}

/** `12 s`, `3 min`, `5 h`, `2 d` in words of the language. */
export function ageWords(ms: number, t: Translate): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return t("age-seconds", { n: String(seconds) });
  if (seconds < 3600) return t("age-minutes", { n: String(Math.floor(seconds / 60)) });
  if (seconds < 2 * 86_400) return t("age-hours", { n: String(Math.floor(seconds / 3600)) });
  return t("age-days", { n: String(Math.floor(seconds / 86_400)) });
}

/** How long footage has been kept: `31.2 d`; what is younger than a day in hours or minutes. */
export function keptWords(days: number, t: Translate): string {
  return days < 1 ? ageWords(days * 86_400_000, t) : t("age-days", { n: days.toFixed(1) });
}

/** How long ago, counted on. */
export function Age({ ms, everyMs = 5000 }: { ms: number | null | undefined; everyMs?: number }) {
  const t = useT();
  const now = useNow(everyMs);
  if (!ms) return null;
  return <span title={new Date(ms).toISOString()}>{t("age-ago", { age: ageWords(now - ms, t) })}</span>;
}

/** Text to be copied whole: a hash, a command, a secret. `shown` stands for one that is too long to read. */
export function CopyText({ text, label, shown }: { text: string; label: string; shown?: string }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  return (
    <div className="wk-copy">
      <code title={shown ? text : undefined}>{shown ?? text}</code>
      <Button
        size="small"
        icon={<Icon name="copy" size={14} />}
        aria-label={`${t("action-copy")}: ${label}`}
        onClick={async () => {
          await navigator.clipboard?.writeText(text);
          setCopied(true);
        }}
      >
        <span aria-live="polite">{copied ? t("action-copied") : t("action-copy")}</span>
      </Button>
    </div>
  );
}

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => window.matchMedia("(max-width: 700px)").matches);
  useEffect(() => {
    const media = window.matchMedia("(max-width: 700px)");
    const update = () => setNarrow(media.matches);
    media.addEventListener("change", update);
    return () => media.removeEventListener("change", update);
  }, []);
  return narrow;
}

/** The right-hand drawer: shows a thing of the list while the list stays usable. On a phone it covers the page. */
export function Side({
  open,
  title,
  onClose,
  wide,
  footer,
  print,
  children,
}: {
  open: boolean;
  title: ReactNode;
  onClose: () => void;
  wide?: boolean;
  footer?: ReactNode;
  /** What stands on each printed sheet; a drawer that has it can be printed. */
  print?: string;
  children: ReactNode;
}) {
  const narrow = useNarrow();
  const em = wide ? 46 : 32;
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={title}
      size={narrow ? "100%" : `min(100vw, ${em}rem)`}
      mask={false}
      focusable={{ trap: false, focusTriggerAfterClose: true }}
      destroyOnHidden
      footer={footer}
      rootClassName="wk-side"
      extra={print ? <PrintButton /> : undefined}
    >
      {print ? <PrintWords words={print} /> : null}
      {children}
    </Drawer>
  );
}

/** Shows what a change was answered with: a refusal as its panel in a dialogue, other trouble as a message. */
export function useSayTrouble(): (error: unknown) => void {
  const t = useT();
  // Not antd's static dialogue: that one is drawn outside of our language and theme.
  const { message, modal } = App.useApp();
  return (error) => {
    if (isRefusal(error)) {
      const shown = modal.info({
        icon: null,
        title: null,
        content: <RefusalPanel refusal={error.refusal} onLeave={() => shown.destroy()} />,
        okText: t("action-close"),
      });
    } else {
      const detail = troubleDetail(error);
      message.error(detail ? `${troubleWords(error, t)} (${detail})` : troubleWords(error, t));
    }
  };
}

/** A line of the newest values, without axes: it shows change, the number stands beside it. */
export function Spark({
  values,
  label,
  width = 88,
  height = 20,
}: {
  values: number[];
  label: string;
  width?: number;
  height?: number;
}) {
  const top = Math.max(...values, 1);
  const drawn = values.length === 1 ? [...values, ...values] : values;
  const step = drawn.length > 1 ? width / (drawn.length - 1) : width;
  const points = drawn.map(
    (value, at) => `${(at * step).toFixed(1)},${(height - 1 - (value / top) * (height - 3)).toFixed(1)}`,
  );
  return (
    <svg
      className="wk-spark"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <polyline points={points.join(" ")} fill="none" stroke="currentColor" strokeWidth="1.25" />
    </svg>
  );
}
