// The sound of a camera: whether it is recorded, on what ground, who switched it. An administrator switches it on with a legal
// basis, or off; the server refuses what lacks one.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Camera, SoundBasisWord, SoundSwitch } from "../../api/types";
import { recordsSound } from "../../player/SoundButton";
import { Facts, formatTime, Meaning, Trouble, useLanguage, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

const BASES: SoundBasisWord[] = ["law", "authority_order", "consent"];

/** The last part of a Fluent id. */
const idOf = (basis: SoundBasisWord) => basis.replace("_", "-");

export function CameraSound({ camera }: { camera: Camera }) {
  const t = useT();
  const { rights } = useMe();
  const [switching, setSwitching] = useState(false);
  const on = recordsSound(camera);
  const newest = camera.sound;
  const lapsed = newest?.on === true && !newest.in_force;
  return (
    <section className="wk-section">
      <div className="wk-say">
        <Meaning tone={on ? "breach" : "plain"} quiet={!on}>
          {t(on ? "camera-sound-on" : "camera-sound-off")}
        </Meaning>
        {lapsed ? <p className="wk-hint">{t("camera-sound-lapsed")}</p> : null}
      </div>
      {on && newest ? <Ground of={newest} /> : null}
      {newest ? <Earlier camera={camera} /> : null}
      {rights.cameras ? (
        switching ? (
          <SwitchForm camera={camera} on={!on} onDone={() => setSwitching(false)} />
        ) : (
          <div className="wk-buttons">
            <Button onClick={() => setSwitching(true)}>{t(on ? "camera-sound-stop" : "camera-sound-start")}</Button>
          </div>
        )
      ) : null}
    </section>
  );
}

function Ground({ of }: { of: SoundSwitch }) {
  const t = useT();
  const { language } = useLanguage();
  return (
    <Facts
      of={[
        [t("camera-sound-basis"), of.basis ? t(`sound-basis-${idOf(of.basis)}`) : null],
        [t("camera-sound-ground"), of.ground],
        [t("camera-sound-document"), of.document],
        [t("camera-sound-who"), of.person?.name ?? t("camera-sound-system")],
        [
          t("camera-sound-when"),
          <Link key="when" to="/entries" search={{ entry: String(of.entry.index) } as never}>
            {formatTime(of.at_ms, language)}
          </Link>,
        ],
      ]}
    />
  );
}

/** All switches before the newest. */
function Earlier({ camera }: { camera: Camera }) {
  const t = useT();
  const { language } = useLanguage();
  const switches = useQuery({
    queryKey: ["cameras", camera.id, "sound", camera.sound?.entry.index],
    queryFn: () => api.get<{ switches: SoundSwitch[] }>(`/api/cameras/${camera.id}/sound`),
  });
  const earlier = switches.data?.switches ?? [];
  if (earlier.length === 0) return null;
  return (
    <ul className="wk-hint">
      {earlier.map((one) => (
        <li key={one.entry.index}>
          {t(one.on ? "camera-sound-was-on" : "camera-sound-was-off", {
            time: formatTime(one.at_ms, language),
            name: one.person?.name ?? t("camera-sound-system"),
            ground: one.ground,
          })}
        </li>
      ))}
    </ul>
  );
}

function SwitchForm({ camera, on, onDone }: { camera: Camera; on: boolean; onDone: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [basis, setBasis] = useState<SoundBasisWord>();
  const [ground, setGround] = useState("");
  const [paper, setPaper] = useState("");
  const put = useMutation({
    mutationFn: () =>
      api.put(`/api/cameras/${camera.id}/sound`, { on, basis: on ? basis : null, ground, document: paper }),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["cameras"] });
      onDone();
    },
  });
  return (
    <div className="wk-fields">
      <p className="wk-hint">{t(on ? "camera-sound-start-note" : "camera-sound-stop-note")}</p>
      {on ? (
        <Labelled label={t("camera-sound-basis")}>
          {(id) => (
            <Select
              id={id}
              value={basis}
              onChange={setBasis}
              options={BASES.map((value) => ({ value, label: t(`sound-basis-${idOf(value)}`) }))}
            />
          )}
        </Labelled>
      ) : null}
      <Labelled
        label={t(on ? "camera-sound-ground" : "camera-sound-why")}
        hint={on ? t("camera-sound-ground-hint") : null}
      >
        {(id) => <Input id={id} value={ground} maxLength={300} onChange={(event) => setGround(event.target.value)} />}
      </Labelled>
      {on ? (
        <Labelled label={t("camera-sound-document")} hint={t("camera-sound-document-hint")}>
          {(id) => <Input id={id} value={paper} maxLength={96} onChange={(event) => setPaper(event.target.value)} />}
        </Labelled>
      ) : null}
      {put.error ? <Trouble error={put.error} /> : null}
      <div className="wk-buttons">
        <Button type="primary" danger={on} loading={put.isPending} onClick={() => put.mutate()}>
          {t(on ? "camera-sound-start" : "camera-sound-stop")}
        </Button>
        <Button onClick={onDone}>{t("action-cancel")}</Button>
      </div>
    </div>
  );
}
