// One camera in the drawer: its streams, its facts, its history, switching off, retiring. Editing is CameraEdit.tsx.
// Credentials are never shown.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input, Modal, Switch } from "antd";
import { useId, useState } from "react";
import { api } from "../../api/client";
import { useCamera, useGroups, useMe, useUnits } from "../../api/queries";
import type { Camera, StreamSettings, StreamState } from "../../api/types";
import {
  Age,
  Because,
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
  WhoMay,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { CameraEdit } from "./CameraEdit";
import { CameraFindings } from "./CameraFindings";
import { CameraLevels } from "./CameraLevels";
import { CameraPoint } from "./CameraPoint";
import { CameraPtz } from "./CameraPtz";
import { CameraSound } from "./CameraSound";
import { inGroups } from "./fields";
import { streamFacts } from "./index";

export function CameraSide({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const t = useT();
  const { camera, known, asking, error, refetch } = useCamera(id, 5000);
  return (
    <Side open={id !== undefined} title={camera?.name ?? ""} onClose={onClose} wide>
      {camera ? (
        <Details key={camera.id} camera={camera} onClose={onClose} />
      ) : error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : known && !asking ? (
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
  if (editing) return <CameraEdit camera={camera} onDone={() => setEditing(false)} />;
  return (
    <div>
      <section className="wk-section">
        <Stream title={t("profile-main")} settings={camera.main} state={camera.state.main} enabled={camera.enabled} />
        <Stream title={t("profile-sub")} settings={camera.sub} state={camera.state.sub} enabled={camera.enabled} />
        <Stream
          title={t("profile-sound")}
          settings={camera.state.sound ? { url: null, recorded: true } : null}
          state={camera.state.sound}
          enabled={camera.enabled}
        />
      </section>
      {me.rights.health ? <CameraFindings camera={camera} /> : null}
      <CameraPoint camera={camera} />
      <CameraSound camera={camera} />
      <CameraPtz camera={camera} />
      <CameraLevels camera={camera} />
      <section className="wk-section">
        <Facts
          of={[
            [t("camera-place"), camera.place_withheld ? t("camera-place-withheld") : camera.place],
            [t("camera-unit"), units.data?.find((unit) => unit.id === camera.unit_id)?.name],
            [t("camera-group"), groups.data?.find((group) => group.id === camera.group_id)?.name],
            [t("camera-level"), t(`camera-level-${camera.security_level}`)],
            [t("camera-floor"), t("days", { n: camera.floor_days })],
            [
              t("camera-credentials"),
              t(camera.has_credentials ? "camera-credentials-kept" : "camera-credentials-none"),
            ],
            [t("camera-transport"), camera.transport === "udp" ? t("camera-transport-udp") : null],
            [
              t("camera-certificate"),
              camera.certificate ? (
                <code key="certificate" className="wk-hash">
                  {inGroups(camera.certificate)}
                </code>
              ) : null,
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
      {me.rights.ledger ? (
        <section className="wk-section">
          <Link to="/entries" search={{ kind: "change_camera", subject: camera.id }}>
            {t("record-history")}
          </Link>
          <Link to="/entries" search={{ camera: camera.id }}>
            {t("camera-entries")}
          </Link>
        </section>
      ) : null}
      {me.rights.people || me.rights.ledger ? <WhoMay camera={camera.id} /> : null}
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
  const [stopping, setStopping] = useState(false);
  const [typed, setTyped] = useState("");
  const switchId = useId();
  const refresh = () => queries.invalidateQueries({ queryKey: ["cameras"] });
  const enable = useMutation({
    mutationFn: () => api.patch(`/api/cameras/${camera.id}`, { enabled: true }),
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
            onChange={(on) => (on ? enable.mutate() : setStopping(!stopping))}
            size="small"
          />
          <label htmlFor={switchId}>{t("camera-enabled")}</label>
        </span>
        <Button danger type="text" onClick={() => setRetiring(true)}>
          {t("camera-retire")}
        </Button>
      </div>
      <p className="wk-hint">{t("camera-enabled-hint")}</p>
      {stopping && camera.enabled ? (
        <Because
          title={t("camera-off-title")}
          label={t("because-reason")}
          hint={t("camera-off-hint")}
          acts={[
            {
              label: t("camera-off"),
              danger: true,
              act: ({ reason }) => api.patch(`/api/cameras/${camera.id}`, { enabled: false, reason }),
            },
          ]}
          onDone={() => {
            setStopping(false);
            refresh();
          }}
        />
      ) : null}
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
