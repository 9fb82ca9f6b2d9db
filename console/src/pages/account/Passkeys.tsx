// One's own passkeys: registering one after the password once more, naming, removing. The key itself never leaves its device.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Popconfirm } from "antd";
import { useState } from "react";
import { ApiError, api } from "../../api/client";
import { hasPasskeys, isLeftOff, isThere, makePasskey, placeOf } from "../../api/passkey";
import { usePasskeys } from "../../api/queries";
import type { Passkey, PasskeyCreation } from "../../api/types";
import { Age, Loading, Meaning, Time, type Translate, Trouble, troubleWords, useSayTrouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { proofTrouble, useProof } from "./Proof";

const NAME_CHARS_MAX = 48;

export function Passkeys({ withCode }: { withCode: boolean }) {
  const t = useT();
  const own = usePasskeys();
  const [asking, setAsking] = useState(false);
  const place = placeOf(own.data?.host, window.location);
  return (
    <section className="wk-panel" aria-label={t("passkeys-title")}>
      <h2>{t("passkeys-title")}</h2>
      <p className="wk-soft">{t("passkeys-lead")}</p>
      {own.error ? <Trouble error={own.error} onRetry={() => own.refetch()} /> : null}
      {own.data ? (
        <ul className="wk-passkeys">
          {own.data.passkeys.map((passkey) => (
            <Row key={passkey.id} passkey={passkey} />
          ))}
        </ul>
      ) : own.error ? null : (
        <Loading />
      )}
      {own.data && place === "nowhere" ? <Meaning tone="notice">{t("passkeys-nowhere")}</Meaning> : null}
      {typeof place === "object" ? (
        <Meaning tone="notice">
          {t("passkeys-elsewhere")} <a href={place.address}>{place.address}</a>
        </Meaning>
      ) : null}
      {place !== "here" ? null : !hasPasskeys() ? (
        <Meaning tone="notice">{t("passkeys-no-browser")}</Meaning>
      ) : asking ? (
        <Add withCode={withCode} onDone={() => setAsking(false)} />
      ) : (
        <div>
          <Button type="primary" onClick={() => setAsking(true)}>
            {t("passkeys-add")}
          </Button>
        </div>
      )}
    </section>
  );
}

/** What went wrong at registering, in words that help. */
export function addTrouble(error: unknown, t: Translate): string {
  if (isLeftOff(error)) return t("passkeys-left-off");
  if (isThere(error)) return t("passkeys-there");
  if (error instanceof ApiError && error.code === "challenge") return t("passkeys-too-long");
  if (error instanceof ApiError && error.kind === "conflict") return t("passkeys-full");
  return proofTrouble(error, t) ?? troubleWords(error, t);
}

function Add({ withCode, onDone }: { withCode: boolean; onDone: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const own = useProof(withCode);
  const add = useMutation({
    mutationFn: async () => {
      const creation = await api.post<PasskeyCreation>("/api/me/passkeys/challenge", own.proof);
      const made = await makePasskey(creation);
      return api.post<Passkey>("/api/me/passkeys", { ...made, name: name.trim() });
    },
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["passkeys"] });
      onDone();
    },
  });
  return (
    <form
      className="wk-fields"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <Labelled label={t("passkeys-name")} hint={t("passkeys-name-hint")}>
        {(id) => (
          <Input id={id} value={name} maxLength={NAME_CHARS_MAX} onChange={(event) => setName(event.target.value)} />
        )}
      </Labelled>
      {own.fields}
      {add.error ? (
        <Meaning tone={isLeftOff(add.error) ? "notice" : "breach"}>{addTrouble(add.error, t)}</Meaning>
      ) : null}
      <div className="wk-buttons">
        <Button type="primary" htmlType="submit" disabled={!name.trim() || !own.ready} loading={add.isPending}>
          {t("passkeys-make")}
        </Button>
        <Button onClick={onDone}>{t("action-cancel")}</Button>
      </div>
    </form>
  );
}

function Row({ passkey }: { passkey: Passkey }) {
  const t = useT();
  const queries = useQueryClient();
  const say = useSayTrouble();
  const [name, setName] = useState<string>();
  const fresh = () => {
    setName(undefined);
    queries.invalidateQueries({ queryKey: ["passkeys"] });
    queries.invalidateQueries({ queryKey: ["sessions"] });
  };
  const path = `/api/me/passkeys/${passkey.id}`;
  const rename = useMutation({
    mutationFn: () => api.patch(path, { name: name?.trim() }),
    onSuccess: fresh,
    onError: say,
  });
  const remove = useMutation({ mutationFn: () => api.delete(path), onSuccess: fresh, onError: say });
  return (
    <li>
      {name === undefined ? (
        <strong>{passkey.name}</strong>
      ) : (
        <Input
          aria-label={t("passkeys-name")}
          value={name}
          maxLength={NAME_CHARS_MAX}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={() => name.trim() && rename.mutate()}
        />
      )}
      <span className="wk-soft">
        {passkey.used_ms ? (
          <>
            {t("passkeys-used")} <Age ms={passkey.used_ms} />
          </>
        ) : (
          t("passkeys-unused")
        )}{" "}
        · {t("passkeys-since")} <Time ms={passkey.created_ms} />
        {passkey.can_sync ? ` · ${t("passkeys-synced")}` : ""}
        {passkey.host === window.location.hostname ? "" : ` · ${passkey.host}`}
      </span>
      <div className="wk-buttons">
        {name === undefined ? (
          <Button size="small" onClick={() => setName(passkey.name)}>
            {t("passkeys-rename")}
          </Button>
        ) : (
          <Button size="small" disabled={!name.trim()} loading={rename.isPending} onClick={() => rename.mutate()}>
            {t("action-save")}
          </Button>
        )}
        <Popconfirm
          title={t("passkeys-remove-sure", { name: passkey.name })}
          description={t("passkeys-remove-text")}
          okText={t("passkeys-remove")}
          cancelText={t("action-cancel")}
          onConfirm={() => remove.mutate()}
        >
          <Button size="small" danger loading={remove.isPending}>
            {t("passkeys-remove")}
          </Button>
        </Popconfirm>
      </div>
    </li>
  );
}
