// Playback: recorded pictures under a purpose, or a clip under that of whoever handed it on. This file only stands before it; playback is
// PlaybackStage.tsx.
import { useState } from "react";
import { useGrant } from "../../api/queries";
import { Empty, Loading, Page, PurposeGate, useAddress, usePurpose, useT } from "../../ui";
import { clipOf } from "./clip";
import { PlaybackStage } from "./PlaybackStage";
import "./playback.css";

export default function PlaybackPage() {
  const t = useT();
  const purpose = usePurpose();
  const [address] = useAddress();
  return (
    <Page title={t("page-playback")} flush>
      {address.clip ? (
        <ClipStage key={address.clip} id={address.clip} />
      ) : (
        <PurposeGate>{purpose ? <PlaybackStage purpose={purpose} /> : null}</PurposeGate>
      )}
    </Page>
  );
}

/** A clip needs no purpose of one's own: the sender stated it. */
function ClipStage({ id }: { id: string }) {
  const t = useT();
  const { row, pending } = useGrant(id);
  // What it is about does not change; how often it was played does, and would begin everything anew.
  const [kept, keep] = useState(() => clipOf(row));
  const clip = clipOf(row);
  if (!kept && clip) keep(clip);
  if (kept) return <PlaybackStage purpose={kept.purpose} clip={kept} />;
  return pending ? <Loading /> : <Empty title={t("clip-none-title")}>{t("clip-none")}</Empty>;
}
