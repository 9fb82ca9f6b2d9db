// Changing a camera: a change says only what was changed, so that saving a name does not fix a floor or end a view.
// A new address or log-in can be tested before it is saved; a stored log-in is never read back, only replaced or removed.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { Camera, CameraChange, CameraDraft, ProbeRequest } from "../../api/types";
import { Trouble, useT } from "../../ui";
import { Missing } from "../../ui/Missing";
import { AddressFields, missingInAddress, missingInPlace, PlaceFields } from "./fields";
import { ProbeResult, useProbe } from "./ProbeResult";

/** What the form begins with. The floor is the one in force, which may be the system's and not the camera's own. */
export function draftOf(camera: Camera): CameraDraft {
  return {
    name: camera.name,
    place: camera.place,
    unit_id: camera.unit_id,
    group_id: camera.group_id ?? undefined,
    security_level: camera.security_level,
    floor_days: camera.floor_days,
    main_url: camera.main.url ?? undefined,
    sub_url: camera.sub?.url ?? undefined,
    transport: camera.transport,
    certificate: camera.certificate ?? undefined,
  };
}

/** What a change says: nothing for what stays, null for what goes; the credentials together or not at all. */
export function changeOf(before: CameraDraft, draft: CameraDraft, loginGoes = false): CameraChange {
  const { name, place, unit_id, group_id, main_url, sub_url, security_level, floor_days, username, password } = draft;
  const { transport, certificate } = draft;
  const whole: CameraChange = {
    name: name?.trim(),
    place: place?.trim(),
    unit_id,
    group_id: group_id || null,
    main_url: main_url?.trim(),
    sub_url: sub_url?.trim() || null,
    transport,
    certificate: certificate || null,
    security_level,
    floor_days,
  };
  const had: Record<string, unknown> = {
    ...before,
    group_id: before.group_id || null,
    sub_url: before.sub_url || null,
    certificate: before.certificate || null,
  };
  const change = Object.fromEntries(Object.entries(whole).filter(([field, value]) => value !== had[field]));
  // Both empty: the stored log-in is removed.
  if (loginGoes) return { ...change, username: "", password: "" };
  return username || password
    ? { ...change, username: username?.trim() ?? "", password: password ?? "" }
    : (change as CameraChange);
}

/** What there is to test before saving: the addresses that are new, or both when the log-in or the way to reach it is. */
export function probesOf(
  camera: Camera,
  draft: CameraDraft,
  loginGoes: boolean,
): Record<"main" | "sub", ProbeRequest | null> {
  const change = changeOf(draftOf(camera), draft, loginGoes);
  const whole = "username" in change || "transport" in change || "certificate" in change;
  const { transport, certificate } = draft;
  const request = (url: string | undefined, touched: boolean): ProbeRequest | null => {
    if (!url?.trim() || !(touched || whole)) return null;
    // With the camera's id the server uses its stored log-in: not for one that is to go.
    if (loginGoes) return { url: url.trim(), transport, certificate };
    const login = { username: draft.username?.trim(), password: draft.password, camera_id: camera.id };
    return { url: url.trim(), ...login, transport, certificate };
  };
  return {
    main: request(draft.main_url, "main_url" in change),
    sub: request(draft.sub_url, "sub_url" in change),
  };
}

export function CameraEdit({ camera, onDone }: { camera: Camera; onDone: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [before] = useState(() => draftOf(camera));
  const [draft, setDraft] = useState(before);
  const [loginGoes, setLoginGoes] = useState(false);
  const change = (part: CameraDraft) => setDraft((now) => ({ ...now, ...part }));
  const said = changeOf(before, draft, loginGoes);
  const save = useMutation({
    mutationFn: () => api.patch(`/api/cameras/${camera.id}`, said),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["cameras"] });
      onDone();
    },
  });
  const missing = [...missingInPlace(draft), ...missingInAddress(draft)];
  return (
    <div className="wk-fields">
      <PlaceFields draft={draft} onChange={change} />
      <section className="wk-section wk-fields">
        <AddressFields
          draft={draft}
          onChange={change}
          stored={
            camera.has_credentials
              ? {
                  goes: loginGoes,
                  onGoes: (goes) => {
                    setLoginGoes(goes);
                    change({ username: undefined, password: undefined });
                  },
                }
              : undefined
          }
        />
        <Test
          requests={probesOf(camera, draft, loginGoes)}
          ready={missingInAddress(draft).length === 0}
          onAccept={(certificate) => change({ certificate })}
        />
      </section>
      {save.error ? <Trouble error={save.error} /> : null}
      <Missing needs={missing} />
      <div className="wk-buttons">
        <Button onClick={onDone}>{t("action-cancel")}</Button>
        <Button
          type="primary"
          disabled={missing.length > 0 || Object.keys(said).length === 0}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {t("action-save")}
        </Button>
      </div>
    </div>
  );
}

/** Offers to try what has been changed, and shows what was found. */
function Test({
  requests,
  ready,
  onAccept,
}: {
  requests: ReturnType<typeof probesOf>;
  ready: boolean;
  onAccept: (certificate: string) => void;
}) {
  const t = useT();
  const probes = { main: useProbe(), sub: useProbe() };
  const profiles = ["main", "sub"] as const;
  const test = (part: Partial<ProbeRequest> = {}) => {
    for (const profile of profiles) {
      const request = requests[profile];
      if (request) probes[profile].mutate({ ...request, ...part });
      else probes[profile].reset();
    }
  };
  const accept = (certificate: string) => {
    onAccept(certificate);
    test({ certificate });
  };
  return (
    <>
      {requests.main || requests.sub ? (
        <div>
          <Button disabled={!ready} loading={probes.main.isPending || probes.sub.isPending} onClick={() => test()}>
            {t("camera-probe")}
          </Button>
        </div>
      ) : null}
      {profiles.map((profile) =>
        probes[profile].isIdle ? null : (
          <ProbeResult key={profile} title={t(`profile-${profile}`)} probe={probes[profile]} onAccept={accept} />
        ),
      )}
    </>
  );
}
