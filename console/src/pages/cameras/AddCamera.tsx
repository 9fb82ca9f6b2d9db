// Adding a camera in three steps: its address and credentials; what the live probe found; its name and place. Then it is saved.
// Nothing is saved before the probe was seen, though a camera that cannot be reached may be saved knowingly.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Steps } from "antd";
import { useEffect, useState } from "react";
import { api } from "../../api/client";
import { useKeptUnits } from "../../api/queries";
import type { Camera, CameraDraft } from "../../api/types";
import { RecordChoice } from "../../register";
import { Side, Trouble, useDraft, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { Missing } from "../../ui/Missing";
import { AddressFields, FLOOR_DAYS_DEFAULT, missingInAddress, missingInPlace, PlaceFields } from "./fields";
import { ProbeResult, useProbe } from "./ProbeResult";

/** Fluent ids of what is still missing before the camera can be saved. */
export function missingInCamera(draft: CameraDraft): string[] {
  return [...missingInAddress(draft), ...missingInPlace(draft)];
}

/** Empty fields are left out of a request: an empty user name is no user name. */
export function cleaned(draft: CameraDraft): CameraDraft {
  const clean: CameraDraft = { ...draft };
  for (const name of ["main_url", "sub_url", "name", "place", "username", "point_id"] as const) {
    const value = clean[name]?.trim();
    if (value) clean[name] = value;
    else delete clean[name];
  }
  if (!clean.password) delete clean.password;
  return clean;
}

type Secret = Pick<CameraDraft, "username" | "password">;
type Probes = Record<"main" | "sub", ReturnType<typeof useProbe>>;

const START: CameraDraft = { security_level: 2, floor_days: FLOOR_DAYS_DEFAULT };

export function AddCamera({
  open,
  onClose,
  onDone,
}: {
  open: boolean;
  onClose: () => void;
  onDone: (id: string) => void;
}) {
  const t = useT();
  return (
    <Side open={open} title={t("camera-add")} onClose={onClose} wide>
      {open ? <Form onDone={onDone} /> : null}
    </Side>
  );
}

function Form({ onDone }: { onDone: (id: string) => void }) {
  const t = useT();
  const units = useKeptUnits();
  const [step, setStep] = useState(0);
  const [kept, keep, drop] = useDraft<CameraDraft>("camera", START);
  // Credentials stay in memory only; the draft that survives a reload never has them.
  const [secret, setSecret] = useState<Secret>({});
  const probes: Probes = { main: useProbe(), sub: useProbe() };
  const draft: CameraDraft = { ...kept, ...secret };
  const change = (part: CameraDraft) => {
    const { username, password, ...rest } = part;
    if ("username" in part) setSecret((before) => ({ ...before, username }));
    if ("password" in part) setSecret((before) => ({ ...before, password }));
    keep(rest);
  };
  const only = units.data?.length === 1 ? units.data[0]?.id : undefined;
  useEffect(() => {
    if (!kept.unit_id && only) keep({ unit_id: only });
  }, [kept.unit_id, only, keep]);
  const probe = (accepted?: string) => {
    const { username, password, main_url, sub_url, transport, ...rest } = cleaned(draft);
    const shared = { username, password, transport, certificate: accepted ?? rest.certificate };
    if (main_url) probes.main.mutate({ url: main_url, ...shared });
    if (sub_url) probes.sub.mutate({ url: sub_url, ...shared });
    else probes.sub.reset();
    setStep(1);
  };
  const accept = (certificate: string) => {
    change({ certificate });
    probe(certificate);
  };
  const missing = missingInAddress(draft);
  return (
    <div className="wk-fields">
      <Steps
        size="small"
        responsive={false}
        titlePlacement="vertical"
        current={step}
        items={[
          { title: t("camera-step-address") },
          { title: t("camera-step-probe") },
          { title: t("camera-step-place") },
        ]}
      />
      {step === 0 ? (
        <>
          <AddressFields draft={draft} onChange={change} />
          <Missing needs={missing} />
          <div className="wk-buttons">
            <Button type="primary" disabled={missing.length > 0} onClick={() => probe()}>
              {t("camera-probe")}
            </Button>
          </div>
        </>
      ) : null}
      {step === 1 ? (
        <ProbeStep
          probes={probes}
          hasSub={Boolean(draft.sub_url)}
          onBack={() => setStep(0)}
          onAgain={() => probe()}
          onAccept={accept}
          onNext={() => setStep(2)}
        />
      ) : null}
      {step === 2 ? (
        <PlaceStep
          draft={draft}
          onChange={change}
          onBack={() => setStep(1)}
          onSaved={(id) => {
            drop();
            onDone(id);
          }}
        />
      ) : null}
    </div>
  );
}

interface ProbeStepProps {
  probes: Probes;
  hasSub: boolean;
  onBack: () => void;
  onAgain: () => void;
  onAccept: (certificate: string) => void;
  onNext: () => void;
}

function ProbeStep({ probes, hasSub, onBack, onAgain, onAccept, onNext }: ProbeStepProps) {
  const t = useT();
  const [knowingly, setKnowingly] = useState(false);
  const running = probes.main.isPending || probes.sub.isPending;
  const reached = probes.main.data?.ok === true && (!hasSub || probes.sub.data?.ok === true);
  return (
    <>
      <ProbeResult title={t("profile-main")} probe={probes.main} onAccept={onAccept} />
      {hasSub ? <ProbeResult title={t("profile-sub")} probe={probes.sub} onAccept={onAccept} /> : null}
      {!reached && !running ? (
        <Checkbox checked={knowingly} onChange={(event) => setKnowingly(event.target.checked)}>
          {t("camera-save-unreached")}
        </Checkbox>
      ) : null}
      <div className="wk-buttons">
        <Button onClick={onBack}>{t("action-back")}</Button>
        <Button onClick={onAgain} loading={running}>
          {t("camera-probe-again")}
        </Button>
        <Button type="primary" disabled={running || (!reached && !knowingly)} onClick={onNext}>
          {t("action-next")}
        </Button>
      </div>
    </>
  );
}

interface PlaceStepProps {
  draft: CameraDraft;
  onChange: (change: CameraDraft) => void;
  onBack: () => void;
  onSaved: (id: string) => void;
}

function PlaceStep({ draft, onChange, onBack, onSaved }: PlaceStepProps) {
  const t = useT();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => api.post<Camera>("/api/cameras", cleaned(draft)),
    onSuccess: (camera) => {
      queries.invalidateQueries({ queryKey: ["cameras"] });
      queries.invalidateQueries({ queryKey: ["register"] });
      onSaved(camera.id);
    },
  });
  const missing = missingInCamera(draft);
  return (
    <>
      <PlaceFields draft={draft} onChange={onChange} />
      <Labelled label={t("camera-point")} hint={t("camera-point-hint")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="point"
            unit={draft.unit_id}
            value={draft.point_id ? [draft.point_id] : []}
            onChange={([point_id]) => onChange({ point_id })}
          />
        )}
      </Labelled>
      {save.error ? <Trouble error={save.error} /> : null}
      {/* The address was complete before this step could be reached; its fields are not on the page. */}
      <Missing needs={missingInPlace(draft)} />
      <div className="wk-buttons">
        <Button onClick={onBack}>{t("action-back")}</Button>
        <Button type="primary" disabled={missing.length > 0} loading={save.isPending} onClick={() => save.mutate()}>
          {t("camera-save")}
        </Button>
      </div>
    </>
  );
}
