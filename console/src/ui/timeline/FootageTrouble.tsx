// Says over the timeline that something of it could not be read, why, and offers to ask again: an empty row must not look
// like missing footage. Nothing when all is well.
import { Button } from "antd";
import { isRefusal } from "../../api/client";
import { useT } from "../i18n";
import { Meaning } from "../Meaning";
import { RefusalPanel } from "../RefusalPanel";
import { troubleWords } from "../trouble";
import type { FootageState } from "./useFootage";

export function FootageTrouble({ footage }: { footage: Pick<FootageState, "error" | "loading" | "retry"> }) {
  const t = useT();
  const { error, loading, retry } = footage;
  if (!error) return null;
  const again = (
    <Button size="small" loading={loading} onClick={retry}>
      {t("action-retry")}
    </Button>
  );
  if (isRefusal(error))
    return (
      <RefusalPanel refusal={error.refusal} compact>
        {again}
      </RefusalPanel>
    );
  return (
    <div className="wk-timeline-trouble" role="alert">
      <Meaning tone="breach">{t("timeline-trouble", { why: troubleWords(error, t) })}</Meaning>
      {again}
    </div>
  );
}
