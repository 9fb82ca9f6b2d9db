// A camera that turns, on its own page: where it looks, its home, presets, ranges and patrol; an administrator sets them.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { type PtzRules, usePtz } from "../../api/ptz";
import { useMe } from "../../api/queries";
import type { Camera } from "../../api/types";
import { atWords, PtzScope, times } from "../../player/PtzScope";
import { Facts, Loading, Trouble, useSayTrouble, useT } from "../../ui";
import { CameraPtzForm } from "./CameraPtzForm";
import "../../player/ptz.css";

/** Somebody looks here seldom, and for settings. */
const LOOK_MS = 5_000;

export function CameraPtz({ camera }: { camera: Camera }) {
  const t = useT();
  const { rights } = useMe();
  if (!camera.turns && !rights.cameras) return null;
  return (
    <section className="wk-section">
      <h2>{t("ptz-settings")}</h2>
      <Turning camera={camera} />
    </section>
  );
}

function Turning({ camera }: { camera: Camera }) {
  const t = useT();
  const { rights } = useMe();
  const queries = useQueryClient();
  const say = useSayTrouble();
  const ptz = usePtz(camera.id, LOOK_MS);
  const [changing, setChanging] = useState(false);
  const refresh = () => {
    queries.invalidateQueries({ queryKey: ["ptz", camera.id] });
    queries.invalidateQueries({ queryKey: ["cameras"] });
    setChanging(false);
  };
  const stop = useMutation({
    mutationFn: () => api.put(`/api/cameras/${camera.id}/ptz`, { rules: null }),
    onSuccess: refresh,
    onError: say,
  });
  if (ptz.error) return <Trouble error={ptz.error} onRetry={ptz.refetch} />;
  if (!ptz.data) return <Loading />;
  const { rules } = ptz.data;
  if (changing) return <CameraPtzForm camera={camera} ptz={ptz.data} onDone={refresh} />;
  return (
    <>
      {rules ? (
        <>
          <PtzScope ptz={ptz.data} />
          <RuleFacts rules={rules} />
        </>
      ) : (
        <p className="wk-hint">{t("ptz-settings-none")}</p>
      )}
      {rights.cameras ? (
        <div className="wk-buttons">
          <Button onClick={() => setChanging(true)}>{t(rules ? "ptz-settings-change" : "ptz-settings-begin")}</Button>
          {rules ? (
            <Button type="text" danger loading={stop.isPending} onClick={() => stop.mutate()}>
              {t("ptz-settings-stop")}
            </Button>
          ) : null}
        </div>
      ) : null}
    </>
  );
}

function RuleFacts({ rules }: { rules: PtzRules }) {
  const t = useT();
  const { home, away_s, presets = [], forbidden = [], patrol = [] } = rules;
  const stops = patrol.map(
    ({ preset, dwell_s }) => `${presets[preset]?.name ?? ""} ${t("ptz-seconds", { n: dwell_s })}`,
  );
  return (
    <Facts
      of={[
        [t("ptz-driver"), t(`ptz-driver-${rules.driver}`)],
        [t("ptz-home-view"), atWords(home)],
        [t("ptz-away"), t("ptz-seconds", { n: away_s })],
        [t("ptz-count-presets"), presets.map(({ name }) => name).join("; ") || null],
        [
          t("ptz-count-forbidden"),
          forbidden
            .map(({ what, from, to }) => `${what} ${times(from.zoom_percent)}–${times(to.zoom_percent)}`)
            .join("; ") || null,
        ],
        [t("ptz-patrol"), stops.join(" → ") || t("ptz-patrol-none")],
      ]}
    />
  );
}
