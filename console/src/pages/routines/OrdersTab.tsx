// Work orders: faults that the system sees and nobody has taken up, orders by their day, the repair with its evidence, and the other
// person who accepts it.
import { Button } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import {
  type DeviceFault,
  PARTS,
  type RoutineRounds,
  type SystemPart,
  useRoutine,
  useRoutineAct,
  type WorkOrder,
} from "../../api/routines";
import type { Id } from "../../api/types";
import { RecordChoice } from "../../register";
import {
  AnswerForm,
  BeginButton,
  type Column,
  DraftEnd,
  Empty,
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
} from "../../ui";
import { CameraSelect } from "../../ui/CameraSelect";
import { DayField } from "../../ui/DayField";
import { Labelled } from "../../ui/Labelled";
import { Hand, idOf, WordSelect, WordsField } from "./parts";

export function orderState(order: Pick<WorkOrder, "accepted" | "done" | "late">): { tone: Tone; word: string } {
  if (order.accepted) return { tone: "good", word: "work-order-accepted" };
  if (order.done) return { tone: "notice", word: "work-order-waits" };
  return order.late ? { tone: "late", word: "work-order-late" } : { tone: "plain", word: "work-order-open" };
}

export function OrdersTab({ unit }: { unit: Id }) {
  const t = useT();
  const [address, setAddress] = useAddress();
  const answer = useRoutine<RoutineRounds>("rounds", unit);
  const data = answer.data;
  const close = () => setAddress({ new: undefined, id: undefined });
  const show = ({ id }: WorkOrder) => setAddress({ id });
  const order = data?.orders.find(({ id }) => id === address.id);
  return (
    <>
      {data ? <Faults unit={unit} faults={data.faults} may={data.may_change} /> : null}
      {data?.may_change ? (
        <div className="wk-toolbar">
          <BeginButton label={t("work-order-new")} onBegin={() => setAddress({ new: "order" })} />
        </div>
      ) : null}
      <List
        label={t("routines-tab-orders")}
        rows={data?.orders ?? []}
        rowKey={({ id }) => id}
        columns={useColumns(show)}
        answer={answer}
        onOpen={show}
        empty={<Empty title={t("work-order-none-title")}>{t("work-order-none")}</Empty>}
      />
      <Side open={order !== undefined} title={t("work-order-one")} onClose={close} print={t("work-order-one")}>
        {order ? <OrderFacts key={order.id} unit={unit} order={order} may={data?.may_change ?? false} /> : null}
      </Side>
      <Side open={address.new === "order"} title={t("work-order-new")} onClose={close} wide>
        {address.new === "order" ? <OrderForm unit={unit} onDone={close} /> : null}
      </Side>
    </>
  );
}

function useColumns(show: (order: WorkOrder) => void): Column<WorkOrder>[] {
  const t = useT();
  return [
    {
      key: "body",
      title: t("work-order-body"),
      ellipsis: true,
      render: (order) => <RowLink onOpen={() => show(order)}>{order.body}</RowLink>,
    },
    { key: "part", title: t("round-part"), width: "9rem", wide: "md", render: ({ part }) => t(`part-${idOf(part)}`) },
    { key: "camera", title: t("work-order-camera"), width: "12rem", wide: "xl", render: ({ camera }) => camera?.name },
    {
      key: "due",
      title: t("work-order-due"),
      width: "13rem",
      wide: "md",
      render: ({ due_ms }) => <Time ms={due_ms} />,
    },
    {
      key: "state",
      title: t("rule-state"),
      width: "10rem",
      render: (order) => {
        const { tone, word } = orderState(order);
        return (
          <Meaning tone={tone} quiet={tone === "good" || tone === "plain"}>
            {t(word)}
          </Meaning>
        );
      },
    },
  ];
}

function Faults({ unit, faults, may }: { unit: Id; faults: DeviceFault[]; may: boolean }) {
  const t = useT();
  const { language } = useLanguage();
  const open = useRoutineAct((body: object) => api.post("/api/routines/orders", body));
  if (faults.length === 0) return null;
  return (
    <section className="wk-panel" aria-label={t("fault-title")}>
      <h2>{t("fault-title")}</h2>
      <p className="wk-hint">{t("fault-hint")}</p>
      <ul className="wk-routine-late">
        {faults.map((fault) => {
          const reason = said(fault.reason, language);
          const name = fault.camera?.name ?? t("fault-store");
          return (
            <li key={`${fault.camera?.id}${fault.reason.en}`}>
              <Meaning tone="late">
                {name} · {t(`part-${idOf(fault.part)}`)} · {reason}
              </Meaning>
              {may ? (
                <span>
                  <Button
                    size="small"
                    onClick={() =>
                      open.mutate({
                        unit_id: unit,
                        part: fault.part,
                        body: reason,
                        camera_id: fault.camera?.id ?? null,
                      })
                    }
                  >
                    {t("fault-open")}
                  </Button>
                </span>
              ) : null}
            </li>
          );
        })}
      </ul>
      {open.error ? <Trouble error={open.error} /> : null}
    </section>
  );
}

function OrderFacts({ unit, order, may }: { unit: Id; order: WorkOrder; may: boolean }) {
  const t = useT();
  return (
    <div className="wk-fields">
      <Facts
        of={[
          [t("work-order-body"), order.body],
          [t("round-part"), t(`part-${idOf(order.part)}`)],
          [t("work-order-camera"), order.camera?.name],
          [t("work-order-contractor"), order.contractor?.name],
          [t("work-order-due"), <Time key="due" ms={order.due_ms} />],
          [t("rule-state"), t(orderState(order).word)],
          [t("work-order-opened"), <Hand key="opened" of={order.opened} />],
          [t("work-order-done"), order.done ? <Hand key="done" of={order.done} /> : null],
          [t("work-order-evidence"), order.evidence?.name],
          [
            t(order.accepted ? "work-order-accepted" : "work-order-sent-back"),
            order.judged ? <Hand key="judged" of={order.judged} /> : null,
          ],
        ]}
      />
      {may && !order.done ? <RepairForm unit={unit} id={order.id} /> : null}
      {may && order.done && !order.accepted ? <AcceptForm order={order} /> : null}
    </div>
  );
}

function AcceptForm({ order }: { order: WorkOrder }) {
  const t = useT();
  const act = useRoutineAct((body: object) => api.post(`/api/routines/orders/${order.id}/accept`, body));
  if (!order.may_accept) return <p className="wk-hint">{t("work-order-accept-other")}</p>;
  const answer = (accepted: boolean) => ({
    label: t(accepted ? "work-order-accept" : "work-order-send-back"),
    act: ({ reason }: { reason: string }) => act.mutateAsync({ accepted, words: reason }),
  });
  return (
    <AnswerForm
      title={t("work-order-accept-title")}
      label={t("work-order-accept-words")}
      hint={t("work-order-accept-hint")}
      approve={answer(true)}
      decline={answer(false)}
      onDone={() => undefined}
    />
  );
}

function RepairForm({ unit, id }: { unit: Id; id: Id }) {
  const t = useT();
  const [words, setWords] = useState("");
  const [evidence, setEvidence] = useState<Id[]>([]);
  const send = useRoutineAct((body: object) => api.post(`/api/routines/orders/${id}/done`, body));
  const missing = [
    ...(words.trim() ? [] : ["work-order-repair-words"]),
    ...(evidence[0] ? [] : ["work-order-evidence"]),
  ];
  return (
    <section className="wk-fields" aria-label={t("work-order-repair")}>
      <h3>{t("work-order-repair")}</h3>
      <WordsField
        label={t("work-order-repair-words")}
        need="work-order-repair-words"
        value={words}
        onChange={setWords}
      />
      <Labelled label={t("work-order-evidence")} need="work-order-evidence">
        {(field) => (
          <RecordChoice
            id={field}
            kind="document"
            unit={unit}
            value={evidence}
            onChange={(ids) => setEvidence(ids.slice(-1))}
          />
        )}
      </Labelled>
      <DraftEnd
        sending={send}
        missing={missing}
        note={t("work-order-repair-note")}
        send={t("work-order-repair-send")}
        onSend={() => send.mutate({ words: words.trim(), evidence_document_id: evidence[0] })}
      />
    </section>
  );
}

function OrderForm({ unit, onDone }: { unit: Id; onDone: () => void }) {
  const t = useT();
  const [part, setPart] = useState<SystemPart>("front_end");
  const [body, setBody] = useState("");
  const [camera, setCamera] = useState<Id>();
  const [contractor, setContractor] = useState<Id[]>([]);
  const [due, setDue] = useState<number>();
  const send = useRoutineAct((order: object) => api.post("/api/routines/orders", order), onDone);
  const order = {
    unit_id: unit,
    part,
    body: body.trim(),
    camera_id: camera ?? null,
    contractor_id: contractor[0] ?? null,
    due_ms: due ?? null,
  };
  return (
    <div className="wk-fields">
      <WordSelect label={t("round-part")} words={PARTS} prefix="part" value={part} onChange={setPart} />
      <WordsField label={t("work-order-body")} need="work-order-body" value={body} onChange={setBody} />
      <div className="wk-field">
        <span className="wk-label">{t("work-order-camera")}</span>
        <CameraSelect value={camera} onChange={setCamera} />
      </div>
      <Labelled label={t("work-order-contractor")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="contractor"
            unit={unit}
            value={contractor}
            onChange={(ids) => setContractor(ids.slice(-1))}
          />
        )}
      </Labelled>
      <Labelled label={t("work-order-due")} hint={t("work-order-due-hint")}>
        {(id) => <DayField id={id} value={due} onChange={setDue} />}
      </Labelled>
      <DraftEnd
        sending={send}
        missing={body.trim() ? [] : ["work-order-body"]}
        note={t("work-order-note")}
        send={t("work-order-open-do")}
        onSend={() => send.mutate(order)}
      />
    </div>
  );
}
