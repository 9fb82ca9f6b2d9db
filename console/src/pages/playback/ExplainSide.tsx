// From the timeline: saying why footage is missing, for all gaps of the played cameras in the chosen span at once.
import { useState } from "react";
import { ExplainGaps, Meaning, Side, SpanText, useT } from "../../ui";
import type { Span } from "../../ui/timeline";

export interface ExplainSideProps {
  open: boolean;
  cameras: string[];
  selection: Span | null;
  onClose: () => void;
}

export function ExplainSide({ open, cameras, selection, onClose }: ExplainSideProps) {
  const t = useT();
  const [done, setDone] = useState<number>();
  const close = () => {
    setDone(undefined);
    onClose();
  };
  const span = selection && { from_ms: Math.floor(selection.fromMs), to_ms: Math.ceil(selection.toMs) };
  return (
    <Side open={open} title={t("playback-explain-title")} onClose={close}>
      {open && span ? (
        <div className="wk-say">
          <SpanText fromMs={span.from_ms} toMs={span.to_ms} zone />
          {done === undefined ? (
            <ExplainGaps choice={{ cameras, ...span }} onDone={setDone} />
          ) : (
            <p role="status">
              <Meaning tone="good">{t("playback-explained", { n: String(done) })}</Meaning>
            </p>
          )}
        </div>
      ) : null}
    </Side>
  );
}
