// Playback: recorded pictures under a purpose. This file only stands before it; playback is PlaybackStage.tsx.
import { Page, PurposeGate, usePurpose, useT } from "../../ui";
import { PlaybackStage } from "./PlaybackStage";
import "./playback.css";

export default function PlaybackPage() {
  const t = useT();
  const purpose = usePurpose();
  return (
    <Page title={t("page-playback")} flush>
      <PurposeGate>{purpose ? <PlaybackStage purpose={purpose} /> : null}</PurposeGate>
    </Page>
  );
}
