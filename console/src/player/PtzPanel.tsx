// Turning one camera: who controls it, taking control, pad, presets, lock. It stands over the pictures and hides none of the
// camera's own.
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { isRefusal } from "../api/client";
import { lockCamera, type Ptz } from "../api/ptz";
import type { Camera } from "../api/types";
import { formatTime } from "../ui/format";
import { Icon } from "../ui/Icon";
import { useLanguage, useT } from "../ui/i18n";
import { Trouble } from "../ui/Page";
import type { Purpose } from "../ui/purpose";
import { RefusalPanel } from "../ui/RefusalPanel";
import { serverNow } from "../ui/useNow";
import { PtzPad } from "./PtzPad";
import { PtzScope } from "./PtzScope";
import { usePtzControl } from "./usePtzControl";
import "./ptz.css";

/** Minutes of a lock; the server takes no more than the last. */
const LOCK_MINUTES = [2, 5, 15];
const REASON_CHARS_MAX = 200;

export interface PtzPanelProps {
  camera: Camera;
  purpose: Purpose;
  onClose: () => void;
}

export function PtzPanel({ camera, purpose, onClose }: PtzPanelProps) {
  const t = useT();
  const control = usePtzControl(camera.id, purpose);
  const { state, own, error, say } = control;
  const ptz = state.data;
  const presets = ptz?.rules?.presets ?? [];
  return (
    <aside className="wk-ptz" aria-label={t("ptz-title", { name: camera.name })}>
      <header>
        <strong>{camera.name}</strong>
        <button
          type="button"
          className="wk-deck-button"
          aria-label={t("ptz-close")}
          title={t("ptz-close")}
          onClick={onClose}
        >
          <Icon name="close" size={15} />
        </button>
      </header>
      {ptz ? (
        <>
          <Holder ptz={ptz} />
          <PtzScope ptz={ptz} />
        </>
      ) : null}
      {error ? isRefusal(error) ? <RefusalPanel refusal={error.refusal} compact /> : <Trouble error={error} /> : null}
      {state.error ? <Trouble error={state.error} onRetry={state.refetch} /> : null}
      {own ? (
        <>
          <PtzPad steer={control.steer} />
          <fieldset className="wk-ptz-presets">
            <legend>{t("ptz-presets")}</legend>
            <button type="button" onClick={() => say({ act: "home" })}>
              {t("ptz-home")}
            </button>
            {presets.map(({ name }, preset) => (
              <button type="button" key={name} onClick={() => say({ act: "preset", preset })}>
                {name}
              </button>
            ))}
          </fieldset>
          {ptz?.holder?.locked_reason ? null : (
            <Lock control={own} onDone={control.refresh} onError={control.setError} />
          )}
          <Button block onClick={control.release}>
            {t("ptz-release")}
          </Button>
        </>
      ) : (
        <Button block type="primary" loading={control.taking} disabled={!ptz?.rules} onClick={control.take}>
          {t("ptz-take")}
        </Button>
      )}
    </aside>
  );
}

/** Who has it, and how oneself lost it. */
function Holder({ ptz }: { ptz: Ptz }) {
  const t = useT();
  const { language } = useLanguage();
  const { holder, lost } = ptz;
  const until = holder ? formatTime(holder.keeps_until_ms, language) : "";
  return (
    <div className="wk-ptz-holder" role="status">
      {holder ? (
        <p>
          {holder.own ? t("ptz-held-own") : t(`ptz-held-${holder.right}`, { name: holder.name })}
          {holder.locked_reason ? ` ${t("ptz-locked", { reason: holder.locked_reason, until })}` : ""}
        </p>
      ) : (
        <p>{t((ptz.rules?.patrol?.length ?? 0) > 0 ? "ptz-free-patrol" : "ptz-free")}</p>
      )}
      {lost ? (
        <p className="wk-ptz-lost">
          {t(`ptz-lost-${lost.how}`, { name: lost.by ?? "", time: formatTime(lost.at_ms, language) })}
        </p>
      ) : null}
    </div>
  );
}

interface LockProps {
  control: string;
  onDone: () => void;
  onError: (error: unknown) => void;
}

function Lock({ control, onDone, onError }: LockProps) {
  const t = useT();
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState(LOCK_MINUTES[1] ?? 5);
  const lock = () =>
    lockCamera(control, serverNow() + minutes * 60_000, reason)
      .then(onDone)
      .catch(onError);
  return (
    <div className="wk-ptz-lock">
      <Input
        size="small"
        aria-label={t("ptz-lock-reason")}
        placeholder={t("ptz-lock-reason")}
        maxLength={REASON_CHARS_MAX}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <Select
        size="small"
        aria-label={t("ptz-lock-minutes")}
        value={minutes}
        onChange={setMinutes}
        options={LOCK_MINUTES.map((value) => ({ value, label: t("ptz-minutes", { n: value }) }))}
        getPopupContainer={(element) => element.parentElement ?? document.body}
      />
      <Button size="small" disabled={reason.trim() === ""} onClick={lock}>
        {t("ptz-lock")}
      </Button>
    </div>
  );
}
