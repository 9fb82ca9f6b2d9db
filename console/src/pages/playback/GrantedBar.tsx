// The spans that were granted, above the pictures: a press goes there; and what is said in place of pictures where nothing was. It asks for
// no pictures: beyond what was granted they would be refused, with an entry.
import { Button } from "antd";
import { AskGrantButton, formatSpan, useLanguage, useT, type WantedFootage } from "../../ui";
import type { Span } from "../../ui/timeline";

/** Spans in the bar; whoever has more finds them in the list of requests. */
const SHOWN_MAX = 4;

interface GrantedProps {
  spans: readonly Span[];
  onGo: (ms: number) => void;
}

export function GrantedBar({ spans, onGo, wanted }: GrantedProps & { wanted: WantedFootage }) {
  const t = useT();
  if (spans.length === 0) return null;
  return (
    <div className="wk-clip-bar wk-granted-bar">
      <strong>{t("granted-spans")}</strong> <Spans spans={spans} onGo={onGo} />
      <span className="wk-soft">{t("granted-rest")}</span> <AskGrantButton wanted={wanted} small />
    </div>
  );
}

function Spans({ spans, onGo }: GrantedProps) {
  const { language } = useLanguage();
  return spans.slice(0, SHOWN_MAX).map(({ fromMs, toMs }) => (
    <Button key={`${fromMs} ${toMs}`} size="small" onClick={() => onGo(fromMs)}>
      {formatSpan(fromMs, toMs, language)}
    </Button>
  ));
}

/** In place of pictures: nothing was granted for this moment. */
export function NotGranted({ spans, onGo, wanted }: GrantedProps & { wanted: WantedFootage }) {
  const t = useT();
  return (
    <div className="wk-picture-page-center">
      <div className="wk-picture-page-empty" role="status">
        <p className="wk-empty-title">{t("granted-none-title")}</p>
        <p>{t("granted-none-text")}</p>
        <div className="wk-buttons">
          <Spans spans={spans} onGo={onGo} />
          <AskGrantButton wanted={wanted} />
        </div>
      </div>
    </div>
  );
}
