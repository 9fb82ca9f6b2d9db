// What the server found when it opened a stream just now: codec, size, rate, key interval, clock. No picture is shown.
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { Button, Spin } from "antd";
import { api } from "../../api/client";
import type { ProbeReport, ProbeRequest } from "../../api/types";
import { Facts, formatOffset, formatRate, Meaning, type Tone, type Translate, Trouble, useT } from "../../ui";
import { inGroups } from "./fields";

/** Beyond this the camera's clock is a finding: people would look for an event at the wrong time. */
export const CLOCK_OFFSET_LATE_MS = 2000;
/** Beyond this a seek lands far from where one pointed, and live starts late after a loss. */
export const KEY_INTERVAL_LATE_MS = 4000;

export function useProbe() {
  return useMutation({ mutationFn: (request: ProbeRequest) => api.post<ProbeReport>("/api/cameras/probe", request) });
}

export function probeFacts(report: ProbeReport, t: Translate): [string, string, Tone][] {
  const facts: [string, string, Tone][] = [];
  if (report.codec) facts.push([t("probe-codec"), report.codec, "plain"]);
  if (report.width && report.height) facts.push([t("probe-size"), `${report.width}×${report.height}`, "plain"]);
  if (report.fps)
    facts.push([t("probe-fps"), t("probe-fps-value", { n: String(Number(report.fps.toFixed(1))) }), "plain"]);
  if (report.kbps) facts.push([t("probe-rate"), formatRate(report.kbps), "plain"]);
  if (report.key_interval_ms)
    facts.push([
      t("probe-key"),
      `${(report.key_interval_ms / 1000).toFixed(1)} s`,
      report.key_interval_ms > KEY_INTERVAL_LATE_MS ? "late" : "plain",
    ]);
  facts.push(
    report.clock_offset_ms === null || report.clock_offset_ms === undefined
      ? [t("probe-clock"), t("probe-clock-unknown"), "plain"]
      : [
          t("probe-clock"),
          formatOffset(report.clock_offset_ms),
          Math.abs(report.clock_offset_ms) > CLOCK_OFFSET_LATE_MS ? "late" : "good",
        ],
  );
  if (report.audio !== undefined)
    facts.push([t("probe-audio"), t(report.audio ? "probe-audio-yes" : "probe-audio-no"), "plain"]);
  if (report.browser_playable !== undefined)
    facts.push([
      t("probe-browser"),
      t(report.browser_playable ? "probe-browser-yes" : "probe-browser-no"),
      report.browser_playable ? "plain" : "notice",
    ]);
  return facts;
}

export function ProbeResult({
  title,
  probe,
  onAccept,
}: {
  title: string;
  probe: UseMutationResult<ProbeReport, Error, ProbeRequest>;
  /** The person says that the certificate is the camera's own. */
  onAccept: (certificate: string) => void;
}) {
  const t = useT();
  const { data, error, isPending, variables } = probe;
  return (
    <section className="wk-panel" aria-live="polite" aria-busy={isPending}>
      <h2>
        {title}
        <span className="wk-code wk-soft">{variables?.url}</span>
      </h2>
      {isPending ? (
        <div className="wk-buttons">
          <Spin size="small" /> {t("probe-running")}
        </div>
      ) : null}
      {error ? <Trouble error={error} /> : null}
      {data?.error?.certificate ? <Certificate sha256={data.error.certificate} onAccept={onAccept} /> : null}
      {data && !data.ok && !data.error?.certificate ? (
        <div className="wk-say">
          <Meaning tone="breach">{t("probe-failed", { cause: t(`cause-${data.error?.cause ?? "unknown"}`) })}</Meaning>
          <p className="wk-code">{data.error?.message}</p>
          <p className="wk-hint">
            {t(
              `probe-help-${["credentials", "network"].includes(data.error?.cause ?? "") ? data.error?.cause : "camera"}`,
            )}
          </p>
        </div>
      ) : null}
      {data?.ok ? (
        <>
          <Meaning tone="good">{t("probe-ok")}</Meaning>
          <Facts
            of={probeFacts(data, t).map(([label, value, tone]) => [
              label,
              tone === "plain" ? (
                value
              ) : (
                <Meaning key={label} tone={tone}>
                  {value}
                </Meaning>
              ),
            ])}
          />
          {data.warnings?.length ? (
            <ul className="wk-say">
              {data.warnings.map((warning) => (
                <li key={warning}>
                  <Meaning tone="late">{warningWords(warning, t)}</Meaning>
                </li>
              ))}
            </ul>
          ) : null}
        </>
      ) : null}
    </section>
  );
}

/** A certificate that nobody has accepted yet: whoever stands at the camera can compare it, the server cannot. */
function Certificate({ sha256, onAccept }: { sha256: string; onAccept: (certificate: string) => void }) {
  const t = useT();
  return (
    <div className="wk-say">
      <Meaning tone="notice">{t("probe-certificate")}</Meaning>
      <code className="wk-hash">{inGroups(sha256)}</code>
      <p className="wk-hint">{t("probe-certificate-hint")}</p>
      <div className="wk-buttons">
        <Button type="primary" onClick={() => onAccept(sha256)}>
          {t("probe-certificate-accept")}
        </Button>
      </div>
    </div>
  );
}

const WARNINGS = ["browser_cannot_play", "key_frames_far_apart", "clock_off", "packets_lost", "audio_not_recorded"];

/** A machine word becomes a sentence; anything else is the server's own sentence. */
function warningWords(warning: string, t: Translate): string {
  return WARNINGS.includes(warning) ? t(`probe-warning-${warning.replaceAll("_", "-")}`) : warning;
}
