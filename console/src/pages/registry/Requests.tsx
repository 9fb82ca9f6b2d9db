// Requests to change place, purpose or coverage of a point in use: one person asks, another authorises. Whoever asked sees
// that it waits, and has no button to answer.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { api } from "../../api/client";
import { useChangeRequests, useMe, useRecord, useRegisterKinds } from "../../api/queries";
import type { ChangeRequest, RegisterRecord } from "../../api/types";
import { changedFields, FieldValue, isEmpty, RecordName } from "../../register";
import {
  type Column,
  Empty,
  EntryLink,
  Facts,
  List,
  Meaning,
  RowLink,
  Side,
  said,
  Time,
  type Tone,
  Trouble,
  useAddress,
  useLanguage,
  useT,
  Written,
} from "../../ui";

const TONES: Record<string, Tone> = { asked: "notice", authorised: "good", declined: "plain" };

/** Those that wait for the reader. */
export function requestsForMe(requests: ChangeRequest[], mayDecide: boolean): ChangeRequest[] {
  return mayDecide ? requests.filter(({ state, own }) => state === "asked" && !own) : [];
}

function RequestWord({ request }: { request: ChangeRequest }) {
  const t = useT();
  return (
    <Meaning tone={TONES[request.state] ?? "plain"} quiet>
      {t(`request-${request.state}`)}
    </Meaning>
  );
}

function useChangeWords(): (request: ChangeRequest) => string {
  const t = useT();
  return ({ changes }) => changes.map((word) => t(`change-${word}`)).join(t("list-separator"));
}

export function RequestList() {
  const t = useT();
  const words = useChangeWords();
  const requests = useChangeRequests();
  const [address, setAddress] = useAddress();
  const show = (request: ChangeRequest) => setAddress({ request: request.id, record: undefined });
  const columns: Column<ChangeRequest>[] = [
    {
      key: "record",
      title: t("request-point"),
      ellipsis: true,
      render: (request) => <RowLink onOpen={() => show(request)}>{request.record_name}</RowLink>,
    },
    { key: "changes", title: t("request-changes"), width: "11rem", wide: "md", render: words },
    { key: "reason", title: t("because-reason"), wide: "xl", ellipsis: true, render: ({ reason }) => reason },
    { key: "by", title: t("request-by"), width: "10rem", wide: "md", ellipsis: true, render: ({ person }) => person },
    { key: "at", title: t("request-at"), width: "12rem", wide: "xl", render: ({ asked_ms }) => <Time ms={asked_ms} /> },
    { key: "state", title: t("request-state"), width: "11rem", render: (request) => <RequestWord request={request} /> },
  ];
  if (requests.error && !requests.data) return <Trouble error={requests.error} onRetry={() => requests.refetch()} />;
  return (
    <>
      <List
        label={t("register-requests")}
        rows={requests.data ?? []}
        rowKey={({ id }) => id}
        columns={columns}
        answer={requests}
        open={address.request}
        onOpen={show}
        empty={<Empty title={t("request-empty-title")}>{t("request-empty")}</Empty>}
      />
      <Side
        open={address.request !== undefined}
        title={t("request-one")}
        onClose={() => setAddress({ request: undefined })}
        wide
      >
        {requests.data
          ?.filter(({ id }) => id === address.request)
          .map((request) => (
            <Request key={request.id} request={request} />
          ))}
      </Side>
    </>
  );
}

/** At the record: what is asked of it and not answered yet. */
export function OpenRequests({ record }: { record: RegisterRecord }) {
  const t = useT();
  const words = useChangeWords();
  const requests = useChangeRequests(record.id);
  const open = requests.data?.filter(({ state }) => state === "asked") ?? [];
  return (
    <section className="wk-section">
      {open.map((request) => (
        <div key={request.id}>
          <Meaning tone="notice">{t("request-waits", { what: words(request), name: request.person })}</Meaning>{" "}
          <Link to="/registry" search={{ view: "requests", request: request.id } as never}>
            {t("request-open")}
          </Link>
        </div>
      ))}
    </section>
  );
}

function Request({ request }: { request: ChangeRequest }) {
  const t = useT();
  const words = useChangeWords();
  return (
    <div>
      <section className="wk-section">
        <RequestWord request={request} />
        <Facts
          of={[
            [t("request-point"), <RecordName key="record" id={request.record_id} link />],
            [t("request-changes"), words(request)],
            [t("request-decided"), request.decided_ms ? <Time key="decided" ms={request.decided_ms} /> : null],
          ]}
        />
        <Written
          who={
            <>
              {t("request-asked-by", { name: request.person })} <Time ms={request.asked_ms} /> ·{" "}
              <EntryLink index={request.entry.index} />
            </>
          }
        >
          {request.reason}
          {request.document_id ? (
            <>
              {" · "}
              <RecordName id={request.document_id} link />
            </>
          ) : null}
        </Written>
      </section>
      <Asked request={request} />
      {request.state === "asked" ? <Decision request={request} /> : null}
    </div>
  );
}

/** Each field that would change: as it is, and as it is asked for. */
function Asked({ request }: { request: ChangeRequest }) {
  const t = useT();
  const { language } = useLanguage();
  const record = useRecord(request.record_id);
  const kinds = useRegisterKinds();
  const kind = kinds.data?.find((one) => one.kind === record.data?.kind);
  if (!record.data || !kind) return null;
  const { body } = record.data;
  const changed = changedFields(kind, body, request.body);
  if (changed.length === 0 || request.state !== "asked") return null;
  const value = (field: (typeof changed)[number], of: Record<string, unknown>) =>
    isEmpty(of[field.name]) ? <span className="wk-faint">–</span> : <FieldValue field={field} value={of[field.name]} />;
  return (
    <section className="wk-section">
      <h2>{t("request-what")}</h2>
      <table className="wk-register-diff">
        <thead>
          <tr>
            <th>{t("request-field")}</th>
            <th>{t("request-now")}</th>
            <th>{t("request-then")}</th>
          </tr>
        </thead>
        <tbody>
          {changed.map((field) => (
            <tr key={field.name}>
              <th scope="row">{said(field.label, language)}</th>
              <td>{value(field, body)}</td>
              <td>{value(field, request.body)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Decision({ request }: { request: ChangeRequest }) {
  const t = useT();
  const { rights } = useMe();
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: (authorise: boolean) => api.post(`/api/changes/${request.id}/decision`, { authorise }),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["register"] });
      queries.invalidateQueries({ queryKey: ["cameras"] });
    },
  });
  if (request.own || !rights.cameras)
    return (
      <section className="wk-section">
        <p className="wk-hint">{t(request.own ? "request-own-note" : "request-whose-note")}</p>
      </section>
    );
  return (
    <section className="wk-section">
      <h2>{t("request-judge")}</h2>
      <p className="wk-hint">{t("request-judge-note")}</p>
      {decide.error ? <Trouble error={decide.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          loading={decide.isPending && decide.variables}
          disabled={decide.isPending}
          onClick={() => decide.mutate(true)}
        >
          {t("request-authorise")}
        </Button>
        <Button
          loading={decide.isPending && !decide.variables}
          disabled={decide.isPending}
          onClick={() => decide.mutate(false)}
        >
          {t("request-decline")}
        </Button>
      </div>
    </section>
  );
}
