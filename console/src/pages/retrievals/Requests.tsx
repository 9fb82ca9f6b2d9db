// Requests that came through the portal: what waits for the desk, and one of them in the drawer with what the desk can do: take it in for
// the cameras that it found, ask for what is missing, refuse where a text gives the right. From then on it is a retrieval.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Id, PortalDetail, PortalRequest, PortalRequests } from "../../api/types";
import { RecordName } from "../../register";
import { RequestSteps } from "../../register/RequestSteps";
import { idOf } from "../../register/retrieving";
import {
  Because,
  CameraChoice,
  EntryLink,
  Facts,
  Meaning,
  RowLink,
  Side,
  SpanText,
  said,
  Time,
  Trouble,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { ArticleName } from "../../ui/RefusalPanel";
import { CAMERAS_MAX } from "./retrievals";

const useRequests = () =>
  useQuery({
    queryKey: ["requests", "list"],
    queryFn: async ({ signal }) => (await api.get<PortalRequests>("/api/requests", undefined, signal)).requests,
    refetchInterval: 20_000,
  });

/** In the retrieval's drawer: the request that it came from, and the way back to it. */
export function FromPortal({ retrieval }: { retrieval: Id }) {
  const t = useT();
  const [, setAddress] = useAddress();
  const from = useRequests().data?.find(({ retrieval_id }) => retrieval_id === retrieval);
  if (!from) return null;
  return (
    <p>
      <button type="button" className="wk-link" onClick={() => setAddress({ request: from.id, id: undefined })}>
        {t("request-from")}
      </button>{" "}
      <span className="wk-soft">{t(`portal-state-${from.state}`)}</span>
    </p>
  );
}

/** Above the list: what nobody has taken in yet, and papers that came later. */
export function Requests() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const list = useRequests();
  const one = useQuery({
    queryKey: ["requests", "one", address.request],
    queryFn: ({ signal }) => api.get<PortalRequest>(`/api/requests/${address.request}`, undefined, signal),
    enabled: address.request !== undefined,
  });
  const waiting = (list.data ?? []).filter(({ state }) => state === "filed" || state === "asked");
  const close = () => setAddress({ request: undefined });
  return (
    <>
      {waiting.length > 0 ? (
        <section className="wk-section wk-panel" aria-label={t("request-waiting")}>
          <h2>{t("request-waiting")}</h2>
          <ul className="wk-retrieval-list">
            {waiting.map((request) => (
              <li key={request.id}>
                <RowLink onOpen={() => setAddress({ request: request.id, id: undefined })}>
                  {request.organ_name} · {request.case_number}
                </RowLink>{" "}
                <Meaning tone={request.state === "asked" ? "plain" : "notice"} quiet>
                  {t(`portal-state-${request.state}`)}
                </Meaning>{" "}
                <span className="wk-soft">
                  <Time ms={request.at_ms} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {address.request && one.error ? <Trouble error={one.error} /> : null}
      <RequestSide one={address.request ? one.data : undefined} onClose={close} />
    </>
  );
}

function RequestSide({ one, onClose }: { one: PortalRequest | undefined; onClose: () => void }) {
  const t = useT();
  return (
    <Side open={one !== undefined} title={t("request-from-portal")} onClose={onClose} wide>
      {one?.detail ? <Details key={one.id} one={one} detail={one.detail} onClose={onClose} /> : null}
    </Side>
  );
}

function useStep(one: PortalRequest) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body?: object }) =>
      api.post<PortalRequest>(`/api/requests/${one.id}/${path}`, body),
    onSuccess: (next) => {
      queries.setQueryData(["requests", "one", one.id], next);
      for (const key of ["requests", "retrievals"]) queries.invalidateQueries({ queryKey: [key] });
    },
  });
}

interface PartProps {
  one: PortalRequest;
  detail: PortalDetail;
}

function Details({ one, detail, onClose }: PartProps & { onClose: () => void }) {
  const { rights } = useMe();
  const atDesk = rights.export || rights.cameras;
  const open = one.state === "filed" || one.state === "asked";
  return (
    <div>
      <Came one={one} detail={detail} />
      <Found detail={detail} />
      {atDesk && open ? <Take one={one} onClose={onClose} /> : null}
      {atDesk && one.state === "taken" && detail.papers.some(({ taken }) => !taken) ? <TakePapers one={one} /> : null}
      {atDesk && (open || one.state === "taken") ? <Answer one={one} open={open} /> : null}
      <RequestSteps steps={detail.steps} entries />
    </div>
  );
}

function Came({ one, detail }: PartProps) {
  const t = useT();
  return (
    <section className="wk-section">
      <Facts
        of={[
          [t("retrieval-organ-name"), one.organ_name],
          [t("retrieval-organ"), t(`retrieval-organ-${idOf(one.organ)}`)],
          [t("retrieval-ground"), t(`retrieval-ground-${idOf(one.ground)}`)],
          [t("retrieval-case-number"), one.case_number],
          [t("retrieval-way"), t(`retrieval-way-${one.way}`)],
          [t("portal-place"), detail.place],
          [t("export-span"), <SpanText key="span" fromMs={one.from_ms} toMs={one.to_ms} zone />],
          [t("retrieval-reason"), detail.reason || null],
          [t("portal-persons"), detail.persons.map(({ name, number }) => `${name} (${number})`).join(" · ")],
          [t("seal-title"), detail.seal_to === "passphrase" ? t("seal-by-passphrase") : detail.seal_to],
          [t("portal-filed-at"), <Time key="at" ms={one.at_ms} zone />],
          [t("export-entry"), <EntryLink key="entry" index={one.entry.index} />],
        ]}
      />
      <h2>{t("portal-papers")}</h2>
      {detail.papers.length === 0 ? <p className="wk-hint">{t("portal-papers-none")}</p> : null}
      <ul className="wk-retrieval-list">
        {detail.papers.map((paper) => (
          <li key={paper.document_id}>
            {t(`retrieval-paper-${idOf(paper.paper)}`)} ·{" "}
            {paper.document_id ? <RecordName id={paper.document_id} link /> : paper.name}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Found({ detail }: Pick<PartProps, "detail">) {
  const t = useT();
  const { language } = useLanguage();
  return (
    <section className="wk-section wk-panel" aria-label={t("retrieval-verdict")}>
      <h2>{t("retrieval-verdict")}</h2>
      <p>
        {t(`retrieval-verdict-${idOf(detail.verdict.word)}`)} <ArticleName article={detail.verdict.article} />
      </p>
      <ul className="wk-retrieval-lacks">
        {detail.verdict.missing.map((lack) => (
          <li key={`${lack.article} ${said(lack.reason, language)}`}>
            {said(lack.reason, language)} <ArticleName article={lack.article} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The cameras that the unit found: with them it is a retrieval, judged as at the desk. */
function Take({ one, onClose }: { one: PortalRequest; onClose: () => void }) {
  const t = useT();
  const step = useStep(one);
  const [cameras, setCameras] = useState<Id[]>([]);
  const [, setAddress] = useAddress();
  const take = async () => {
    const next = await step.mutateAsync({ path: "take", body: { cameras } });
    onClose();
    setAddress({ request: undefined, id: next.retrieval_id ?? undefined });
  };
  return (
    <section className="wk-section wk-fields">
      <CameraChoice title={t("request-cameras")} need="request-cameras" chosen={cameras} onChange={setCameras} />
      {step.error ? <Trouble error={step.error} /> : null}
      <p className="wk-hint">{t("request-take-note")}</p>
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={cameras.length === 0 || cameras.length > CAMERAS_MAX}
          loading={step.isPending}
          onClick={() => take().catch(() => undefined)}
        >
          {t("request-take")}
        </Button>
      </div>
    </section>
  );
}

/** Papers that came after it was taken in. */
function TakePapers({ one }: { one: PortalRequest }) {
  const t = useT();
  const step = useStep(one);
  return (
    <section className="wk-section">
      {step.error ? <Trouble error={step.error} /> : null}
      <div className="wk-buttons">
        <Button loading={step.isPending} onClick={() => step.mutate({ path: "papers" })}>
          {t("request-take-papers")}
        </Button>
      </div>
    </section>
  );
}

function Answer({ one, open }: { one: PortalRequest; open: boolean }) {
  const t = useT();
  const step = useStep(one);
  const say = (path: string) => (text: string) => step.mutateAsync({ path, body: { text } });
  const refuse = {
    label: t("request-refuse"),
    danger: true,
    act: ({ reason }: { reason: string }) => say("refuse")(reason),
  };
  return (
    <section className="wk-section">
      <Because
        title={t("request-answer")}
        label={t("request-words")}
        hint={t("request-answer-hint")}
        acts={[{ label: t("request-ask"), act: ({ reason }) => say("ask")(reason) }, ...(open ? [refuse] : [])]}
      />
    </section>
  );
}
