// Adding a camera in three steps: its address and credentials; what the live probe found; its name and place. Then it is saved.
// Nothing is saved before the probe was seen, though a camera that cannot be reached may be saved knowingly.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Steps } from "antd";
import { useEffect, useState } from "react";
import { api, isRefusal } from "../../api/client";
import { useUnits } from "../../api/queries";
import type { Camera, CameraDraft } from "../../api/types";
import { RefusalPanel, Side, Trouble, useDraft, useT } from "../../ui";
import { Missing } from "../../ui/Missing";
import { AddressFields, FLOOR_DAYS_DEFAULT, goodStreamUrl, PlaceFields } from "./fields";
import { ProbeResult, useProbe } from "./ProbeResult";

/** Fluent ids of what is still missing before the camera can be saved. */
export function missingInCamera(draft: CameraDraft): string[] {
  const missing: string[] = [];
  if (!goodStreamUrl(draft.main_url)) missing.push("camera-main-url");
  if (draft.sub_url && !goodStreamUrl(draft.sub_url)) missing.push("camera-sub-url");
  if (!draft.name?.trim()) missing.push("camera-name");
  if (!draft.place?.trim()) missing.push("camera-place");
  if (!draft.unit_id) missing.push("camera-unit");
  if (!draft.security_level) missing.push("camera-level");
  if (!draft.floor_days) missing.push("camera-floor");
  return missing;
}

/** Empty fields are left out of a request: an empty user name is no user name. */
export function cleaned(draft: CameraDraft): CameraDraft {
  const clean: CameraDraft = { ...draft };
  for (const name of ["main_url", "sub_url", "name", "place", "username"] as const) {
    const value = clean[name]?.trim();
    if (value) clean[name] = value;
    else delete clean[name];
  }
  if (!clean.password) delete clean.password;
  return clean;
}

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
  const units = useUnits();
  const queries = useQueryClient();
  const [step, setStep] = useState(0);
  const [kept, keep, drop] = useDraft<CameraDraft>("camera", START);
  // Credentials stay in memory only; the draft that survives a reload never has them.
  const [secret, setSecret] = useState<Pick<CameraDraft, "username" | "password">>({});
  const [knowingly, setKnowingly] = useState(false);
  const draft: CameraDraft = { ...kept, ...secret };
  const change = ({ username, password, ...rest }: CameraDraft) => {
    if (username !== undefined || password !== undefined)
      setSecret((s) => ({
        ...s,
        ...(username !== undefined ? { username } : {}),
        ...(password !== undefined ? { password } : {}),
      }));
    keep(rest);
  };
  const only = units.data?.length === 1 ? units.data[0]?.id : undefined;
  useEffect(() => {
    if (!kept.unit_id && only) keep({ unit_id: only });
  }, [kept.unit_id, only, keep]);

  const probes = { main: useProbe(), sub: useProbe() };
  const save = useMutation({
    mutationFn: () => api.post<Camera>("/api/cameras", cleaned(draft)),
    onSuccess: (camera) => {
      drop();
      queries.invalidateQueries({ queryKey: ["cameras"] });
      onDone(camera.id);
    },
  });
  const missing = missingInCamera(draft);
  const addressOk = goodStreamUrl(draft.main_url) && (!draft.sub_url || goodStreamUrl(draft.sub_url));
  const probe = () => {
    const { username, password } = cleaned(draft);
    setKnowingly(false);
    if (draft.main_url) probes.main.mutate({ url: draft.main_url.trim(), username, password });
    if (draft.sub_url) probes.sub.mutate({ url: draft.sub_url.trim(), username, password });
    else probes.sub.reset();
    setStep(1);
  };
  const probed = probes.main.data?.ok === true && (!draft.sub_url || probes.sub.data?.ok === true);
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
          <div className="wk-buttons">
            <Button type="primary" disabled={!addressOk} onClick={probe}>
              {t("camera-probe")}
            </Button>
          </div>
        </>
      ) : null}
      {step === 1 ? (
        <>
          <ProbeResult title={t("profile-main")} probe={probes.main} />
          {draft.sub_url ? <ProbeResult title={t("profile-sub")} probe={probes.sub} /> : null}
          {!probed && !probes.main.isPending && !probes.sub.isPending ? (
            <Checkbox checked={knowingly} onChange={(event) => setKnowingly(event.target.checked)}>
              {t("camera-save-unreached")}
            </Checkbox>
          ) : null}
          <div className="wk-buttons">
            <Button onClick={() => setStep(0)}>{t("action-back")}</Button>
            <Button onClick={probe} loading={probes.main.isPending || probes.sub.isPending}>
              {t("camera-probe-again")}
            </Button>
            <Button type="primary" disabled={!probed && !knowingly} onClick={() => setStep(2)}>
              {t("action-next")}
            </Button>
          </div>
        </>
      ) : null}
      {step === 2 ? (
        <>
          <PlaceFields draft={draft} onChange={change} />
          {save.error ? (
            isRefusal(save.error) ? (
              <RefusalPanel refusal={save.error.refusal} />
            ) : (
              <Trouble error={save.error} />
            )
          ) : null}
          <Missing needs={missing} />
          <div className="wk-buttons">
            <Button onClick={() => setStep(1)}>{t("action-back")}</Button>
            <Button type="primary" disabled={missing.length > 0} loading={save.isPending} onClick={() => save.mutate()}>
              {t("camera-save")}
            </Button>
          </div>
        </>
      ) : null}
    </div>
  );
}
