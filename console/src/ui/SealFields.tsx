// Whether a package leaves in plain, sealed to the recipient's key, or with a passphrase that is typed when it is collected. The
// server reads the key; this only says what is plainly missing.
import { Input, Radio } from "antd";
import { useT } from "./i18n";
import { Labelled } from "./Labelled";

/** As the server asks for it: what is guessed offline must not be a word. */
export const PASSPHRASE_CHARS_MIN = 12;
const WAYS = ["plain", "key", "passphrase"] as const;

export interface SealDraft {
  way: (typeof WAYS)[number];
  key?: string;
}

/** What the request carries; nothing when the package leaves in plain. */
export function sealTo(draft: SealDraft | undefined): string | undefined {
  if (draft?.way === "passphrase") return "passphrase";
  return draft?.way === "key" ? draft.key?.trim() : undefined;
}

/** The key is missing, or is none. */
export const sealProblem = (draft: SealDraft | undefined): boolean =>
  draft?.way === "key" && !/^age1[a-z0-9]{58}$/.test(draft.key?.trim() ?? "");

export interface SealFieldsProps {
  value: SealDraft | undefined;
  onChange: (draft: SealDraft) => void;
  /** The Fluent id by which a form's list of what is missing refers to the key. */
  need: string;
  /** What leaves is sealed in any case: only how is chosen. */
  always?: boolean;
  /** What leaves in plain is explained here. */
  why?: { words: string; onChange: (words: string) => void };
}

export function SealFields({ value = { way: "plain" }, onChange, need, always = false, why }: SealFieldsProps) {
  const t = useT();
  const ways = WAYS.filter((way) => !(always && way === "plain"));
  return (
    <section className="wk-section">
      <fieldset>
        <legend>{t("seal-title")}</legend>
        <Radio.Group
          value={value.way}
          onChange={(event) => onChange({ ...value, way: event.target.value as SealDraft["way"] })}
          options={ways.map((way) => ({ value: way, label: t(`seal-way-${way}`) }))}
        />
      </fieldset>
      {value.way === "key" ? (
        <Labelled label={t("seal-key")} need={need} hint={t("seal-key-hint")}>
          {(id) => (
            <Input
              id={id}
              value={value.key}
              maxLength={80}
              onChange={({ target }) => onChange({ ...value, key: target.value })}
            />
          )}
        </Labelled>
      ) : null}
      {value.way === "passphrase" ? <p className="wk-hint">{t("seal-passphrase-note")}</p> : null}
      {why && value.way === "plain" ? (
        <Labelled label={t("retrieval-unsealed-why")}>
          {(id) => (
            <Input id={id} maxLength={400} value={why.words} onChange={({ target }) => why.onChange(target.value)} />
          )}
        </Labelled>
      ) : null}
    </section>
  );
}
