// A view that was not given, said where its pictures would be: a refusal with what helps, anything else in words with another
// try. While the session before it goes on, its pictures stay and the trouble is one line over them.
import { Button } from "antd";
import type { ApiError, Refusal } from "../api/client";
import type { WantedFootage } from "../ui/AskGrant";
import { useT } from "../ui/i18n";
import { Meaning } from "../ui/Meaning";
import { Trouble } from "../ui/Page";
import { useAskPurpose } from "../ui/purpose";
import { RefusalPanel } from "../ui/RefusalPanel";
import { troubleWords } from "../ui/trouble";
import { WAYS, wantsPurpose } from "../ui/ways";
import type { ViewState } from "./view";

/** The error that stands in place of the pictures; `null` while there are pictures, or may be. */
export function inPlaceOfPictures({ error, view }: Pick<ViewState, "error" | "view">): ApiError | null {
  return error && (error.refusal || !view) ? error : null;
}

export interface PictureTroubleProps {
  error: ApiError;
  onRetry: () => void;
  /** What was wanted, for whoever has to ask for it. */
  wanted?: WantedFootage;
}

export function PictureTrouble({ error, onRetry, wanted }: PictureTroubleProps) {
  if (error.refusal) return <PictureRefusal refusal={error.refusal} onRetry={onRetry} wanted={wanted} />;
  return (
    <div className="wk-picture-page-center">
      <Trouble error={error} onRetry={onRetry} />
    </div>
  );
}

/** Pictures go on; what was asked for besides could not be had. */
export function PictureTroubleLine({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  const t = useT();
  return (
    <div className="wk-picture-page-line" role="alert">
      <Meaning tone="late">{t("picture-more-trouble", { reason: troubleWords(error, t) })}</Meaning>
      <Button size="small" onClick={onRetry}>
        {t("action-retry")}
      </Button>
    </div>
  );
}

function PictureRefusal({
  refusal,
  onRetry,
  wanted,
}: {
  refusal: Refusal;
  onRetry: () => void;
  wanted: WantedFootage | undefined;
}) {
  const t = useT();
  const ask = useAskPurpose();
  return (
    <div className="wk-picture-page-center">
      <RefusalPanel refusal={refusal} wanted={wanted} onHelped={onRetry}>
        {wantsPurpose(refusal.code) ? null : (
          <Button type={WAYS.has(refusal.code ?? "") ? "default" : "primary"} onClick={ask}>
            {t("purpose-change")}
          </Button>
        )}
        <Button onClick={onRetry}>{t("action-retry")}</Button>
      </RefusalPanel>
    </div>
  );
}
