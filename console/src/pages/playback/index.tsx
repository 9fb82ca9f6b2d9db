// Playback: recorded pictures under a purpose, or a clip under that of whoever handed it on. This file only stands before it; playback is
// PlaybackStage.tsx.
import { useState } from "react";
import { useGrant } from "../../api/queries";
import { Empty, Loading, Page, PurposeGate, useAddress, usePurpose, useT } from "../../ui";
import { type Clip, clipOf } from "./clip";
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
  // What it is about does not change, so it is asked for once; that it is taken back ends the view.
  const [kept, keep] = useState<Clip>();
  const { row, pending } = useGrant(kept ? undefined : id);
  const clip = kept ?? clipOf(row);
  if (clip && !kept) keep(clip);
  if (clip) return <PlaybackStage purpose={clip.purpose} clip={clip} />;
  return pending ? <Loading /> : <Empty title={t("clip-none-title")}>{t("clip-none")}</Empty>;
}
