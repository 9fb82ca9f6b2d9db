// Carriers' links: whose line which cameras come over, under which contract, what it says the line carries, and what it carried.
import { Button, DatePicker, Input, InputNumber } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { api } from "../../api/client";
import { type CarrierLink, type Links, useRoutine, useRoutineAct } from "../../api/routines";
import type { Id } from "../../api/types";
import { RecordChoice } from "../../register";
import {
  BeginButton,
  CameraChoice,
  type Column,
  DraftEnd,
  Empty,
  Facts,
  formatCount,
  formatDuration,
  List,
  Meaning,
  RowLink,
  Side,
  Time,
  type Tone,
  Trouble,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { Hand } from "./parts";

/** Parts in a million as per cent. */
export const percentOf = (ppm: number): string => `${(ppm / 10_000).toFixed(2)} %`;

export function linkState(link: Pick<CarrierLink, "ended_ms" | "below" | "carried_ppm">): { tone: Tone; word: string } {
  if (link.ended_ms != null) return { tone: "plain", word: "link-ended" };
  if (link.below) return { tone: "late", word: "link-below" };
  return link.carried_ppm == null ? { tone: "plain", word: "link-unmeasured" } : { tone: "good", word: "link-good" };
}

function LinkWord({ link }: { link: CarrierLink }) {
  const t = useT();
  const { tone, word } = linkState(link);
  return (
    <Meaning tone={tone} quiet={tone !== "late"}>
      {t(word)}
    </Meaning>
  );
}

export function LinksTab({ unit }: { unit: Id }) {
  const t = useT();
  const [address, setAddress] = useAddress();
  const answer = useRoutine<Links>("links", unit);
  const data = answer.data;
  const close = () => setAddress({ new: undefined, id: undefined });
  const show = ({ id }: CarrierLink) => setAddress({ id });
  const link = data?.links.find(({ id }) => id === address.id);
  return (
    <>
      {data?.may_change ? (
        <div className="wk-toolbar">
          <BeginButton label={t("link-new")} onBegin={() => setAddress({ new: "link" })} />
        </div>
      ) : null}
      <List
        label={t("routines-tab-links")}
        rows={data?.links ?? []}
        rowKey={({ id }) => id}
        columns={useColumns(show)}
        answer={answer}
        onOpen={show}
        empty={<Empty title={t("link-none-title")}>{t("link-none")}</Empty>}
      />
      <Side open={link !== undefined} title={link?.name ?? ""} onClose={close} print={t("link-one")}>
        {link ? <LinkFacts key={link.id} link={link} may={data?.may_change ?? false} /> : null}
      </Side>
      <Side open={address.new === "link"} title={t("link-new")} onClose={close} wide>
        {address.new === "link" ? <LinkForm unit={unit} onDone={close} /> : null}
      </Side>
    </>
  );
}

function useColumns(show: (link: CarrierLink) => void): Column<CarrierLink>[] {
  const t = useT();
  return [
    {
      key: "name",
      title: t("link-name"),
      ellipsis: true,
      render: (link) => <RowLink onOpen={() => show(link)}>{link.name}</RowLink>,
    },
    { key: "carrier", title: t("link-carrier"), width: "12rem", wide: "md", render: ({ carrier }) => carrier.name },
    {
      key: "contract",
      title: t("link-contract-value"),
      width: "9rem",
      wide: "xl",
      render: ({ contract_ppm }) => percentOf(contract_ppm),
    },
    {
      key: "carried",
      title: t("link-carried"),
      width: "9rem",
      wide: "md",
      render: ({ carried_ppm }) => (carried_ppm == null ? "–" : percentOf(carried_ppm)),
    },
    { key: "state", title: t("rule-state"), width: "10rem", render: (link) => <LinkWord link={link} /> },
  ];
}

function LinkFacts({ link, may }: { link: CarrierLink; may: boolean }) {
  const t = useT();
  const { language } = useLanguage();
  const end = useRoutineAct((id: Id) => api.post(`/api/routines/links/${id}/end`));
  return (
    <div className="wk-fields">
      <Facts
        of={[
          [t("rule-state"), <LinkWord key="state" link={link} />],
          [t("link-carrier"), link.carrier.name],
          [t("link-contract"), link.contract?.name],
          [t("link-from"), <Time key="from" ms={link.from_ms} />],
          [t("link-until"), link.until_ms ? <Time key="until" ms={link.until_ms} /> : null],
          [t("link-contract-value"), percentOf(link.contract_ppm)],
          [t("link-carried"), link.carried_ppm == null ? t("link-unmeasured") : percentOf(link.carried_ppm)],
          [t("link-missing"), formatDuration(link.missing_s * 1000, language)],
          [t("link-breaks"), formatCount(link.breaks, language)],
          [t("link-lost"), formatCount(link.lost_packets, language)],
          [t("link-reconnects"), formatCount(link.reconnects, language)],
          [t("link-cameras"), link.cameras.map(({ name }) => name).join(" · ")],
          [t("routine-entered-by"), <Hand key="by" of={link.entered_by} />],
        ]}
      />
      {end.error ? <Trouble error={end.error} /> : null}
      {may && link.ended_ms == null ? (
        <div className="wk-buttons">
          <Button danger loading={end.isPending} onClick={() => end.mutate(link.id)}>
            {t("link-end")}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function LinkForm({ unit, onDone }: { unit: Id; onDone: () => void }) {
  const t = useT();
  const [name, setName] = useState("");
  const [carrier, setCarrier] = useState<Id[]>([]);
  const [contract, setContract] = useState<Id[]>([]);
  const [from, setFrom] = useState<number>();
  const [until, setUntil] = useState<number>();
  const [percent, setPercent] = useState<number | null>(99.9);
  const [cameras, setCameras] = useState<Id[]>([]);
  const send = useRoutineAct((link: object) => api.post("/api/routines/links", link), onDone);
  const missing = [
    ...(name.trim() ? [] : ["link-name"]),
    ...(carrier[0] ? [] : ["link-carrier"]),
    ...(from === undefined ? ["link-from"] : []),
    ...(percent ? [] : ["link-contract-value"]),
    ...(cameras.length > 0 ? [] : ["link-cameras"]),
  ];
  const link = {
    unit_id: unit,
    name: name.trim(),
    carrier_id: carrier[0],
    contract_document_id: contract[0] ?? null,
    from_ms: from,
    until_ms: until ?? null,
    contract_ppm: Math.round((percent ?? 0) * 10_000),
    camera_ids: cameras,
  };
  const day = (need: string, value: number | undefined, onChange: (ms: number | undefined) => void) => (
    <Labelled label={t(need)} need={need}>
      {(id) => (
        <DatePicker
          id={id}
          value={value === undefined ? null : dayjs(value)}
          onChange={(at) => onChange(at?.startOf("day").valueOf())}
          style={{ width: "100%" }}
        />
      )}
    </Labelled>
  );
  return (
    <div className="wk-fields">
      <Labelled label={t("link-name")} need="link-name">
        {(id) => <Input id={id} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}
      </Labelled>
      <Labelled label={t("link-carrier")} need="link-carrier">
        {(id) => (
          <RecordChoice
            id={id}
            kind="carrier"
            unit={unit}
            value={carrier}
            onChange={(ids) => setCarrier(ids.slice(-1))}
          />
        )}
      </Labelled>
      <Labelled label={t("link-contract")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="document"
            unit={unit}
            value={contract}
            onChange={(ids) => setContract(ids.slice(-1))}
          />
        )}
      </Labelled>
      <div className="wk-fields-two">
        {day("link-from", from, setFrom)}
        {day("link-until", until, setUntil)}
      </div>
      <Labelled label={t("link-contract-value")} need="link-contract-value" hint={t("link-contract-hint")}>
        {(id) => <InputNumber id={id} min={0.01} max={100} precision={2} value={percent} onChange={setPercent} />}
      </Labelled>
      <CameraChoice title={t("link-cameras")} need="link-cameras" chosen={cameras} onChange={setCameras} />
      <DraftEnd
        sending={send}
        missing={missing}
        note={t("link-note")}
        send={t("link-enter")}
        onSend={() => send.mutate(link)}
      />
    </div>
  );
}
