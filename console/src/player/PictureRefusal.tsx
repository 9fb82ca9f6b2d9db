// A refused view, in the place where its pictures would be, with the two things that help: another purpose, another try.
import { Button } from "antd";
import type { Refusal } from "../api/client";
import { useT } from "../ui/i18n";
import { useAskPurpose } from "../ui/purpose";
import { RefusalPanel } from "../ui/RefusalPanel";

export function PictureRefusal({ refusal, onRetry }: { refusal: Refusal; onRetry: () => void }) {
  const t = useT();
  const ask = useAskPurpose();
  return (
    <div className="wk-picture-page-center">
      <RefusalPanel refusal={refusal}>
        <Button type="primary" onClick={ask}>
          {t("purpose-change")}
        </Button>
        <Button onClick={onRetry}>{t("action-retry")}</Button>
      </RefusalPanel>
    </div>
  );
}
