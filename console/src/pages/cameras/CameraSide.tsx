// One camera in the drawer: its streams, its facts, editing, switching off, retiring. Credentials are never shown.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input, Modal, Switch } from "antd";
import { useId, useState } from "react";
import { api } from "../../api/client";
import { useAllCameras, useGroups, useMe, useUnits } from "../../api/queries";
import type { Camera, CameraChange, CameraDraft, StreamSettings, StreamState } from "../../api/types";
import {
  Age,
  Empty,
  Facts,
  formatRate,
  Loading,
  Meaning,
  Side,
  streamTone,
  streamWords,
  Trouble,
  useLanguage,
  useNow,
  useSayTrouble,
  useT,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { AddressFields, goodStreamUrl, PlaceFields, pairedCredentials } from "./fields";
import { streamFacts } from "./index";
import { ProbeResult, useProbe } from "./ProbeResult";

export function CameraSide({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const t = useT();
  const cameras = useAllCameras();
  const camera = cameras.data?.find((one) => one.id === id);
  return (
    <Side open={id !== undefined} title={camera?.name ?? ""} onClose={onClose} wide>
      {camera ? (
        <Details key={camera.id} camera={camera} onClose={onClose} />
      ) : cameras.error ? (
        <Trouble error={cameras.error} onRetry={() => cameras.refetch()} />
      ) : cameras.data ? (
        <Empty title={t("camera-gone-title")}>{t("camera-gone")}</Empty>
      ) : (
        <Loading />
      )}
    </Side>
  );
}

function Details({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const t = useT();
  const me = useMe();
  const units = useUnits();
  const groups = useGroups();
  const [editing, setEditing] = useState(false);
  if (editing) return <Edit camera={camera} onDone={() => setEditing(false)} />;
  return (
    <div>
      <section className="wk-section">
        <Stream title={t("profile-main")} settings={camera.main} state={camera.state.main} enabled={camera.enabled} />
        <Stream title={t("profile-sub")} settings={camera.sub} state={camera.state.sub} enabled={camera.enabled} />
      </section>
      <section className="wk-section">
        <Facts
          of={[
            [t("camera-place"), camera.place],
            [t("camera-unit"), units.data?.find((unit) => unit.id === camera.unit_id)?.name],
            [t("camera-group"), groups.data?.find((group) => group.id === camera.group_id)?.name],
            [t("camera-level"), t(`camera-level-${camera.security_level}`)],
            [t("camera-floor"), t("days", { n: String(camera.floor_days) })],
            [
              t("camera-credentials"),
              t(camera.has_credentials ? "camera-credentials-kept" : "camera-credentials-none"),
            ],
            [
              t("camera-id"),
              <span key="id" className="wk-code">
                {camera.id}
              </span>,
            ],
          ]}
        />
      </section>
      <section className="wk-section">
        <div className="wk-buttons">
          {me.rights.live ? (
            <Link className="wk-button-link" to="/wall" search={{ camera: camera.id }}>
              {t("camera-watch")}
            </Link>
          ) : null}
          {me.rights.playback ? (
            <Link to="/playback" search={{ cameras: camera.id }}>
              {t("camera-playback")}
            </Link>
          ) : null}
        </div>
        {me.rights.live ? null : <p className="wk-hint">{t("camera-no-pictures")}</p>}
      </section>
      {me.rights.cameras ? <Manage camera={camera} onEdit={() => setEditing(true)} onClose={onClose} /> : null}
    </div>
  );
}

function Stream({
  title,
  settings,
  state,
  enabled,
}: {
  title: string;
  settings?: StreamSettings | null;
  state?: StreamState | null;
  enabled: boolean;
}) {
  const t = useT();
  const { language } = useLanguage();
  const now = useNow(5000);
  if (!settings) return null;
  const shown = enabled ? state : ({ detail: "", since_ms: now, ...state, word: "disabled" } satisfies StreamState);
  return (
    <div className="wk-panel">
      <h2>
        {title}
        <Meaning tone={streamTone(shown)}>{streamWords(shown, now, language, t)}</Meaning>
      </h2>
      <Facts
        of={[
          [
            t("camera-address"),
            settings.url ? (
              <span key="url" className="wk-code">
                {settings.url}
              </span>
            ) : null,
          ],
          [t("camera-stream"), streamFacts(state ?? undefined)],
          [t("camera-rate"), state?.word === "recording" && state.kbps ? formatRate(state.kbps) : null],
          [
            t("camera-newest"),
            state?.newest_unit_ms ? <Age key="age" ms={state.newest_unit_ms} everyMs={1000} /> : null,
          ],
          [
            t("camera-detail"),
            state?.detail ? (
              <span key="detail" className="wk-code">
                {state.detail}
              </span>
            ) : null,
          ],
          [t("camera-recorded"), t(settings.recorded ? "camera-recorded-yes" : "camera-recorded-no")],
        ]}
      />
    </div>
  );
}

function Manage({ camera, onEdit, onClose }: { camera: Camera; onEdit: () => void; onClose: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const say = useSayTrouble();
  const [retiring, setRetiring] = useState(false);
  const [typed, setTyped] = useState("");
  const switchId = useId();
  const refresh = () => queries.invalidateQueries({ queryKey: ["cameras"] });
  const enable = useMutation({
    mutationFn: (enabled: boolean) => api.patch(`/api/cameras/${camera.id}`, { enabled }),
    onSuccess: refresh,
    onError: say,
  });
  const retire = useMutation({
    mutationFn: () => api.delete(`/api/cameras/${camera.id}`),
    onSuccess: () => {
      refresh();
      onClose();
    },
    onError: say,
  });
  return (
    <section className="wk-section">
      <div className="wk-buttons">
        <Button onClick={onEdit}>{t("action-edit")}</Button>
        <span className="wk-switch">
          <Switch
            id={switchId}
            checked={camera.enabled}
            loading={enable.isPending}
            onChange={(on) => enable.mutate(on)}
            size="small"
          />
          <label htmlFor={switchId}>{t("camera-enabled")}</label>
        </span>
        <Button danger type="text" onClick={() => setRetiring(true)}>
          {t("camera-retire")}
        </Button>
      </div>
      <p className="wk-hint">{t("camera-enabled-hint")}</p>
      <Modal
        open={retiring}
        title={t("camera-retire-title", { name: camera.name })}
        onCancel={() => setRetiring(false)}
        okText={t("camera-retire")}
        okButtonProps={{ danger: true, disabled: typed.trim() !== camera.name, loading: retire.isPending }}
        cancelText={t("action-cancel")}
        onOk={() => retire.mutate()}
        destroyOnHidden
      >
        <p>{t("camera-retire-text", { days: String(camera.floor_days) })}</p>
        <Labelled label={t("camera-retire-type", { name: camera.name })}>
          {(id) => <Input id={id} value={typed} onChange={(event) => setTyped(event.target.value)} />}
        </Labelled>
      </Modal>
    </section>
  );
}

/** What a change says: nothing for what may stay, null for what goes; the credentials together or not at all. */
export function changeOf(draft: CameraDraft): CameraChange {
  const { name, place, unit_id, group_id, main_url, sub_url, security_level, floor_days, username, password } = draft;
  return {
    name: name?.trim(),
    place: place?.trim(),
    unit_id,
    group_id: group_id || null,
    main_url: main_url?.trim(),
    sub_url: sub_url?.trim() || null,
    security_level,
    floor_days,
    ...(username || password ? { username: username?.trim() ?? "", password: password ?? "" } : {}),
  };
}

function Edit({ camera, onDone }: { camera: Camera; onDone: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<CameraDraft>({
    name: camera.name,
    place: camera.place,
    unit_id: camera.unit_id,
    group_id: camera.group_id ?? undefined,
    security_level: camera.security_level,
    floor_days: camera.floor_days,
    main_url: camera.main.url ?? undefined,
    sub_url: camera.sub?.url ?? undefined,
  });
  const change = (part: CameraDraft) => setDraft((before) => ({ ...before, ...part }));
  const probe = useProbe();
  const save = useMutation({
    mutationFn: () => api.patch(`/api/cameras/${camera.id}`, changeOf(draft)),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["cameras"] });
      onDone();
    },
  });
  const addressOk =
    goodStreamUrl(draft.main_url) && (!draft.sub_url || goodStreamUrl(draft.sub_url)) && pairedCredentials(draft);
  const touched = draft.main_url !== (camera.main.url ?? undefined) || Boolean(draft.username || draft.password);
  return (
    <div className="wk-fields">
      <PlaceFields draft={draft} onChange={change} />
      <section className="wk-section wk-fields">
        <AddressFields draft={draft} onChange={change} kept={camera.has_credentials} />
        {touched ? (
          <div>
            <Button
              disabled={!addressOk}
              loading={probe.isPending}
              onClick={() =>
                probe.mutate({
                  url: draft.main_url?.trim() ?? "",
                  username: draft.username,
                  password: draft.password,
                  camera_id: camera.id,
                })
              }
            >
              {t("camera-probe")}
            </Button>
          </div>
        ) : null}
        {probe.isIdle ? null : <ProbeResult title={t("profile-main")} probe={probe} />}
      </section>
      {save.error ? <Trouble error={save.error} /> : null}
      <div className="wk-buttons">
        <Button onClick={onDone}>{t("action-cancel")}</Button>
        <Button
          type="primary"
          disabled={!addressOk || !draft.name?.trim() || !draft.place?.trim() || !draft.floor_days}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {t("action-save")}
        </Button>
      </div>
    </div>
  );
}
