// The wall: live pictures under a purpose. This file only stands before it; the wall is WallStage.tsx.
import { Page, PurposeGate, usePurpose, useT } from "../../ui";
import { WallStage } from "./WallStage";
import "./wall.css";

export default function WallPage() {
  const t = useT();
  const purpose = usePurpose();
  return (
    <Page title={t("page-wall")} flush>
      <PurposeGate>{purpose ? <WallStage purpose={purpose} /> : null}</PurposeGate>
    </Page>
  );
}
