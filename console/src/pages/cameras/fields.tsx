// The fields of a camera, shared by adding and editing. Credentials are written here and never read back.
import { Button, Checkbox, Input, InputNumber, Radio, Select } from "antd";
import { useGroups, useUnits } from "../../api/queries";
import type { CameraDraft } from "../../api/types";
import { useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { orderedGroups } from "./GroupList";

/** The shortest keeping of a public-area camera's footage in most of the regulations that the law packs will carry. */
export const FLOOR_DAYS_DEFAULT = 30;
export const FLOOR_DAYS_MAX = 3650;

export interface FieldsProps {
  draft: CameraDraft;
  onChange: (change: CameraDraft) => void;
}

/** True for an address that the recorder can open. */
export function goodStreamUrl(url: string | undefined): boolean {
  if (!url) return false;
  try {
    const { protocol, hostname, username, password } = new URL(url.trim());
    return (protocol === "rtsp:" || protocol === "rtsps:") && hostname !== "" && !username && !password;
  } catch {
    return false;
  }
}

/** A user name needs its password and the other way round; neither is right for a camera without a log-in. */
export function pairedCredentials({ username, password }: CameraDraft): boolean {
  return Boolean(username?.trim()) === Boolean(password);
}

/** Fluent ids of what is missing or wrong in an address and its log-in. */
export function missingInAddress(draft: CameraDraft): string[] {
  const missing: string[] = [];
  if (!goodStreamUrl(draft.main_url)) missing.push("camera-main-url");
  if (draft.sub_url && !goodStreamUrl(draft.sub_url)) missing.push("camera-sub-url");
  if (!pairedCredentials(draft)) missing.push(draft.password ? "camera-username" : "camera-password");
  return missing;
}

/** Fluent ids of what is missing in a camera's name, place and keeping. */
export function missingInPlace(draft: CameraDraft): string[] {
  const missing: string[] = [];
  if (!draft.name?.trim()) missing.push("camera-name");
  if (!draft.place?.trim()) missing.push("camera-place");
  if (!draft.unit_id) missing.push("camera-unit");
  if (!draft.security_level) missing.push("camera-level");
  if (!draft.floor_days) missing.push("camera-floor");
  return missing;
}

/** Whether a camera's stored log-in stays or goes; nothing of it is ever read back. */
export interface StoredLogin {
  goes: boolean;
  onGoes: (goes: boolean) => void;
}

export function AddressFields({ draft, onChange, stored }: FieldsProps & { stored?: StoredLogin }) {
  const t = useT();
  const kept = stored && !stored.goes;
  const hint = (url: string | null | undefined) => (url && !goodStreamUrl(url) ? t("camera-url-bad") : undefined);
  return (
    <>
      <Labelled label={t("camera-main-url")} need="camera-main-url" hint={hint(draft.main_url) ?? t("camera-url-hint")}>
        {(id) => (
          <Input
            id={id}
            className="wk-mono"
            value={draft.main_url ?? ""}
            placeholder="rtsp://10.0.0.10:554/…"
            spellCheck={false}
            autoCapitalize="none"
            onChange={(event) => onChange({ main_url: event.target.value })}
          />
        )}
      </Labelled>
      <Labelled label={t("camera-sub-url")} need="camera-sub-url" hint={hint(draft.sub_url) ?? t("camera-sub-hint")}>
        {(id) => (
          <Input
            id={id}
            className="wk-mono"
            value={draft.sub_url ?? ""}
            placeholder="rtsp://10.0.0.10:554/…"
            spellCheck={false}
            autoCapitalize="none"
            onChange={(event) => onChange({ sub_url: event.target.value })}
          />
        )}
      </Labelled>
      <div className="wk-fields-two">
        <Labelled label={t("camera-username")} need="camera-username">
          {(id) => (
            <Input
              id={id}
              autoComplete="off"
              spellCheck={false}
              disabled={stored?.goes}
              value={draft.username ?? ""}
              placeholder={kept ? t("camera-kept") : undefined}
              onChange={(event) => onChange({ username: event.target.value || undefined })}
            />
          )}
        </Labelled>
        <Labelled label={t("camera-password")} need="camera-password">
          {(id) => (
            <Input.Password
              id={id}
              autoComplete="new-password"
              visibilityToggle={false}
              disabled={stored?.goes}
              value={draft.password ?? ""}
              placeholder={kept ? t("camera-kept") : undefined}
              onChange={(event) => onChange({ password: event.target.value || undefined })}
            />
          )}
        </Labelled>
      </div>
      {stored ? (
        <div>
          <Checkbox checked={stored.goes} onChange={(event) => stored.onGoes(event.target.checked)}>
            {t("camera-credentials-remove")}
          </Checkbox>
        </div>
      ) : null}
      <p className="wk-hint">{t(stored?.goes ? "camera-credentials-remove-note" : "camera-credentials-note")}</p>
      <Reach draft={draft} onChange={onChange} />
    </>
  );
}

/** A hash in groups of four, sixteen to a line at most: to be compared with another screen, by eye. */
export function inGroups(hex: string): string {
  return hex.toUpperCase().replace(/(.{4})(?=.)/g, "$1 ");
}

/** How pictures travel, and which certificate was accepted: few cameras need either. */
function Reach({ draft, onChange }: FieldsProps) {
  const t = useT();
  return (
    <details className="wk-details" open={draft.transport === "udp" || Boolean(draft.certificate)}>
      <summary>{t("camera-advanced")}</summary>
      <div className="wk-fields">
        <fieldset>
          <legend>{t("camera-transport")}</legend>
          <Radio.Group
            className="wk-purpose-options"
            value={draft.transport ?? "tcp"}
            onChange={(event) => onChange({ transport: event.target.value as "tcp" | "udp" })}
          >
            {(["tcp", "udp"] as const).map((way) => (
              <Radio key={way} value={way}>
                {t(`camera-transport-${way}`)}
                <span className="wk-purpose-hint">{t(`camera-transport-${way}-hint`)}</span>
              </Radio>
            ))}
          </Radio.Group>
        </fieldset>
        {draft.certificate ? (
          <div className="wk-say">
            <span className="wk-soft">{t("camera-certificate")}</span>
            <code className="wk-hash">{inGroups(draft.certificate)}</code>
            <div className="wk-buttons">
              <Button onClick={() => onChange({ certificate: undefined })}>{t("camera-certificate-drop")}</Button>
            </div>
          </div>
        ) : (
          <p className="wk-hint">{t("camera-certificate-none")}</p>
        )}
      </div>
    </details>
  );
}

export function PlaceFields({ draft, onChange }: FieldsProps) {
  const t = useT();
  const units = useUnits();
  const groups = useGroups();
  const own = orderedGroups((groups.data ?? []).filter((group) => group.unit_id === draft.unit_id));
  return (
    <>
      <Labelled label={t("camera-name")} need="camera-name" hint={t("camera-name-hint")}>
        {(id) => (
          <Input
            id={id}
            maxLength={60}
            value={draft.name ?? ""}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Labelled>
      <Labelled label={t("camera-place")} need="camera-place" hint={t("camera-place-hint")}>
        {(id) => (
          <Input
            id={id}
            maxLength={120}
            value={draft.place ?? ""}
            onChange={(event) => onChange({ place: event.target.value })}
          />
        )}
      </Labelled>
      <div className="wk-fields-two">
        <Labelled label={t("camera-unit")} need="camera-unit">
          {(id) => (
            <Select
              id={id}
              value={draft.unit_id}
              onChange={(unit_id: string) => onChange({ unit_id, group_id: undefined })}
              options={(units.data ?? []).map((unit) => ({ value: unit.id, label: unit.name }))}
            />
          )}
        </Labelled>
        <Labelled label={t("camera-group")}>
          {(id) => (
            <Select
              id={id}
              allowClear
              value={draft.group_id}
              onChange={(group_id: string | undefined) => onChange({ group_id })}
              options={own.map(({ group, level }) => ({
                value: group.id,
                label: `${"　".repeat(level)}${group.name}`,
              }))}
            />
          )}
        </Labelled>
        <Labelled label={t("camera-level")} need="camera-level" hint={t("camera-level-hint")}>
          {(id) => (
            <Select
              id={id}
              value={draft.security_level}
              onChange={(security_level: number) => onChange({ security_level })}
              options={[1, 2, 3].map((level) => ({
                value: level,
                label: t(`camera-level-${level}`),
              }))}
            />
          )}
        </Labelled>
        <Labelled label={t("camera-floor")} need="camera-floor" hint={t("camera-floor-hint")}>
          {(id) => (
            <InputNumber
              id={id}
              min={1}
              max={FLOOR_DAYS_MAX}
              precision={0}
              value={draft.floor_days}
              style={{ width: "100%" }}
              onChange={(value) => onChange({ floor_days: value ?? undefined })}
            />
          )}
        </Labelled>
      </div>
    </>
  );
}
