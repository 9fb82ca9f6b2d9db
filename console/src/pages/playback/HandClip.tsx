// From the timeline: the chosen span of the played cameras is handed to a colleague of the unit, who may play it for a while. No file
// leaves; whether the colleague may see it by themselves the server decides.
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { InputNumber, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { GrantRow, Named } from "../../api/types";
import {
  Because,
  Meaning,
  type Purpose,
  PurposeGate,
  Side,
  SpanText,
  serverNow,
  useNames,
  usePurpose,
  usePurposeWords,
  useT,
} from "../../ui";
import { ColleagueChoice } from "../../ui/ColleagueChoice";
import { Labelled } from "../../ui/Labelled";
import type { Span } from "../../ui/timeline";
import { CLIP_CAMERAS_MAX, CLIP_HOURS, CLIP_SPAN_MS_MAX, CLIP_USES_MAX } from "./clip";

const HOUR_MS = 3_600_000;

interface HandClipProps {
  open: boolean;
  cameras: Named[];
  selection: Span | null;
  onClose: () => void;
}

export function HandClip({ open, cameras, selection, onClose }: HandClipProps) {
  const t = useT();
  const purpose = usePurpose();
  const [done, setDone] = useState<GrantRow | null>(null);
  const close = () => {
    setDone(null);
    onClose();
  };
  return (
    <Side open={open} title={t("clip-hand-title")} onClose={close}>
      {done ? (
        <p role="status">
          <Meaning tone={done.state === "asked" ? "notice" : "good"}>
            {t(done.state === "asked" ? "clip-handed-waits" : "clip-handed", { name: done.asked.by.name })}
          </Meaning>{" "}
          <Link to="/grants" search={{ show: "clips", id: done.id } as never}>
            {t("clip-see")}
          </Link>
        </p>
      ) : open && selection ? (
        // Who plays a colleague's clip needs none of their own until they hand something on.
        <PurposeGate>
          {purpose ? <ClipForm cameras={cameras} selection={selection} purpose={purpose} onDone={setDone} /> : null}
        </PurposeGate>
      ) : null}
    </Side>
  );
}

interface ClipFormProps {
  cameras: Named[];
  selection: Span;
  purpose: Purpose;
  onDone: (row: GrantRow) => void;
}

function ClipForm({ cameras, selection, purpose, onDone }: ClipFormProps) {
  const t = useT();
  const queries = useQueryClient();
  const names = useNames()(cameras);
  const words = usePurposeWords();
  const [colleague, setColleague] = useState<string>();
  const [uses, setUses] = useState(3);
  const [hours, setHours] = useState<number>(CLIP_HOURS[1]);
  const tooLong = selection.toMs - selection.fromMs > CLIP_SPAN_MS_MAX;
  const tooMany = cameras.length > CLIP_CAMERAS_MAX;
  const share = async (reason: string) => {
    const { purpose: what, legal_basis, case: of } = purpose;
    const row = await api.post<GrantRow>("/api/clips", {
      ...{ colleague_id: colleague, cameras: cameras.map(({ id }) => id), purpose: what, legal_basis, reason },
      ...{ from_ms: Math.floor(selection.fromMs), to_ms: Math.ceil(selection.toMs), uses_max: uses },
      ...{ expires_ms: Math.floor(serverNow()) + hours * HOUR_MS, ...(of ? { case: of } : {}) },
    });
    onDone(row);
    await queries.invalidateQueries({ queryKey: ["grants"] });
  };
  return (
    <Because
      label={t("clip-reason")}
      hint={t("clip-hand-note")}
      blocked={!colleague || tooLong || tooMany || cameras.length === 0}
      acts={[{ label: t("clip-hand"), primary: true, act: ({ reason }) => share(reason) }]}
    >
      <p>
        {names} · <SpanText fromMs={selection.fromMs} toMs={selection.toMs} zone />
        <br />
        <span className="wk-soft">{words(purpose)}</span>
      </p>
      {tooLong || tooMany ? <Meaning tone="late">{t(tooLong ? "clip-too-long" : "clip-too-many")}</Meaning> : null}
      <ColleagueChoice
        from="/api/clips/colleagues"
        words={{ label: "clip-colleague", hint: "clip-colleague-hint", nobody: "clip-no-colleague" }}
        cameras={cameras.map(({ id }) => id)}
        value={colleague}
        onChange={setColleague}
      />
      <div className="wk-fields-two">
        <Labelled label={t("clip-uses")}>
          {(id) => (
            <InputNumber
              id={id}
              style={{ width: "100%" }}
              min={1}
              max={CLIP_USES_MAX}
              precision={0}
              value={uses}
              onChange={(value) => setUses(value ?? 1)}
            />
          )}
        </Labelled>
        <Labelled label={t("grant-holds-for")}>
          {(id) => (
            <Select
              id={id}
              value={hours}
              onChange={setHours}
              options={CLIP_HOURS.map((value) => ({
                value,
                label: value < 48 ? t("grant-hours", { n: String(value) }) : t("grant-days", { n: String(value / 24) }),
              }))}
            />
          )}
        </Labelled>
      </div>
    </Because>
  );
}
