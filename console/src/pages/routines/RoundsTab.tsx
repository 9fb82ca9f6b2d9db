// Maintenance rounds: when each part is due, the open round with what the system measured, and those that were held.
import { Button, Input, Segmented } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useCamera } from "../../api/queries";
import {
  ANSWERS,
  type Round,
  type RoundAnswer,
  type RoundPart,
  type RoutineRounds,
  useRoutine,
  useRoutineAct,
} from "../../api/routines";
import type { Id } from "../../api/types";
import {
  type Column,
  Empty,
  Facts,
  List,
  Meaning,
  RowLink,
  Side,
  said,
  serverNow,
  Time,
  Trouble,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { CameraSelect } from "../../ui/CameraSelect";
import { Hand, idOf, WordsField } from "./parts";

export function RoundsTab({ unit }: { unit: Id }) {
  const t = useT();
  const [address, setAddress] = useAddress();
  const answer = useRoutine<RoutineRounds>("rounds", unit);
  const data = answer.data;
  const shown = data?.rounds.find(({ id }) => id === address.id);
  const part = data?.parts.find((one) => one.part === shown?.part);
  const show = (id: Id) => setAddress({ id });
  return (
    <>
      <div className="wk-routine-parts">
        {data?.parts.map((one) => (
          <Part key={one.part} unit={unit} part={one} may={data.may_change} show={show} />
        ))}
      </div>
      <RoundList answer={answer} rounds={data?.rounds ?? []} show={show} />
      <Side
        open={shown !== undefined}
        title={shown ? t("round-of", { part: t(`part-${idOf(shown.part)}`) }) : ""}
        onClose={() => setAddress({ id: undefined })}
        print={t("round-print")}
        wide
      >
        {shown && part ? <RoundLines key={shown.id} round={shown} part={part} may={data?.may_change ?? false} /> : null}
      </Side>
    </>
  );
}

function Part({ unit, part, may, show }: { unit: Id; part: RoundPart; may: boolean; show: (id: Id) => void }) {
  const t = useT();
  const begin = useRoutineAct(async () => {
    const { id } = await api.post<{ id: Id }>("/api/routines/rounds", { unit_id: unit, part: part.part });
    show(id);
  });
  const late = part.due_ms <= serverNow();
  const open = part.open;
  return (
    <section className="wk-panel" aria-label={t(`part-${idOf(part.part)}`)}>
      <h2>{t(`part-${idOf(part.part)}`)}</h2>
      <Facts
        of={[
          [t("round-every"), t("round-days", { n: part.every_days })],
          [t("round-last"), part.last_ms ? <Time key="last" ms={part.last_ms} /> : t("round-never")],
          [
            t("round-due"),
            <Meaning key="due" tone={late ? "late" : "plain"} quiet={!late}>
              <Time ms={part.due_ms} />
            </Meaning>,
          ],
        ]}
      />
      {begin.error ? <Trouble error={begin.error} /> : null}
      <div className="wk-buttons">
        {open ? <Button onClick={() => show(open)}>{t("round-go-on")}</Button> : null}
        {may && !open ? (
          <Button loading={begin.isPending} onClick={() => begin.mutate(undefined)}>
            {t("round-begin")}
          </Button>
        ) : null}
      </div>
    </section>
  );
}

type Answer = ReturnType<typeof useRoutine<RoutineRounds>>;

function RoundList({ answer, rounds, show }: { answer: Answer; rounds: Round[]; show: (id: Id) => void }) {
  const t = useT();
  const columns: Column<Round>[] = [
    {
      key: "part",
      title: t("round-part"),
      render: ({ id, part }) => <RowLink onOpen={() => show(id)}>{t(`part-${idOf(part)}`)}</RowLink>,
    },
    {
      key: "begun",
      title: t("round-begun"),
      width: "13rem",
      wide: "md",
      render: (one) => <Time ms={one.begun.at_ms} />,
    },
    { key: "by", title: t("round-by"), width: "10rem", wide: "xl", render: (one) => one.begun.person.name },
    {
      key: "faults",
      title: t("round-faults"),
      width: "7rem",
      render: ({ lines }) => lines.filter((line) => line.answer === "fault").length,
    },
    {
      key: "state",
      title: t("rule-state"),
      width: "10rem",
      render: ({ signed }) => (
        <Meaning tone={signed ? "good" : "notice"} quiet={Boolean(signed)}>
          {t(signed ? "round-signed" : "round-open")}
        </Meaning>
      ),
    },
  ];
  return (
    <List
      label={t("routines-tab-rounds")}
      rows={rounds}
      rowKey={({ id }) => id}
      columns={columns}
      answer={answer}
      onOpen={({ id }) => show(id)}
      empty={<Empty title={t("round-none-title")}>{t("round-none")}</Empty>}
    />
  );
}

interface Line {
  answer?: RoundAnswer;
  words: string;
  /** Of a fault: which camera, where it is one's. */
  camera?: Id;
}

function RoundLines({ round, part, may }: { round: Round; part: RoundPart; may: boolean }) {
  const t = useT();
  const kept = Object.fromEntries(
    round.lines.map(({ item, answer, words, camera_id }): [string, Line] => [
      item,
      { answer, words: words ?? "", camera: camera_id ?? undefined },
    ]),
  );
  const [lines, setLines] = useState<Record<string, Line>>(kept);
  const [words, setWords] = useState("");
  const open = may && !round.signed;
  const answered = part.items.filter(({ id }) => lines[id]?.answer);
  const faulty = answered.some(({ id }) => lines[id]?.answer === "fault" && !lines[id]?.words.trim());
  const sign = useRoutineAct(async () => {
    const said = answered.map(({ id }) => {
      const { answer, words: fault = "", camera } = lines[id] ?? {};
      return { item: id, answer, words: fault, camera_id: answer === "fault" ? (camera ?? null) : null };
    });
    await api.put(`/api/routines/rounds/${round.id}/lines`, { lines: said });
    await api.post(`/api/routines/rounds/${round.id}/sign`, { words: words.trim() });
  });
  return (
    <div className="wk-fields">
      <Facts
        of={[
          [t("round-begun"), <Hand key="begun" of={round.begun} />],
          [t("round-signed"), round.signed ? <Hand key="signed" of={round.signed} /> : null],
        ]}
      />
      <ul className="wk-routine-lines">
        {part.items.map((item) => (
          <RoundLine
            key={item.id}
            item={item}
            round={round}
            // The store is nobody's camera.
            ofCamera={part.part !== "storage"}
            line={lines[item.id] ?? { words: "" }}
            open={open}
            onChange={(line) => setLines({ ...lines, [item.id]: line })}
          />
        ))}
      </ul>
      {open ? (
        <>
          <WordsField label={t("round-words")} value={words} onChange={setWords} />
          <p className="wk-hint">{t("round-note")}</p>
          {sign.error ? <Trouble error={sign.error} /> : null}
          <div className="wk-buttons">
            <Button
              type="primary"
              disabled={answered.length < part.items.length || faulty || !words.trim()}
              loading={sign.isPending}
              onClick={() => sign.mutate(undefined)}
            >
              {t("round-sign")}
            </Button>
          </div>
        </>
      ) : null}
    </div>
  );
}

interface LineProps {
  item: RoundPart["items"][number];
  round: Round;
  ofCamera: boolean;
  line: Line;
  open: boolean;
  onChange: (line: Line) => void;
}

function RoundLine({ item, round, ofCamera, line, open, onChange }: LineProps) {
  const t = useT();
  const { language } = useLanguage();
  const measured = round.measured.find((one) => one.item === item.id);
  const name = said(item.words, language);
  return (
    <li>
      <strong>{name}</strong>
      {measured ? (
        <Meaning tone={measured.good ? "good" : "late"} quiet={measured.good}>
          {t("round-measured")} {said(measured, language)}
        </Meaning>
      ) : null}
      {open ? (
        <>
          <Segmented<RoundAnswer | "">
            aria-label={name}
            value={line.answer ?? ""}
            options={ANSWERS.map((answer) => ({ value: answer, label: t(`answer-${idOf(answer)}`) }))}
            onChange={(answer) => answer && onChange({ ...line, answer })}
          />
          {line.answer === "fault" ? (
            <Input
              aria-label={`${name} · ${t("round-fault-words")}`}
              placeholder={t("round-fault-words")}
              maxLength={500}
              value={line.words}
              onChange={(event) => onChange({ ...line, words: event.target.value })}
            />
          ) : null}
          {line.answer === "fault" && ofCamera ? (
            <CameraSelect value={line.camera} onChange={(camera) => onChange({ ...line, camera })} />
          ) : null}
        </>
      ) : line.answer ? (
        <span>
          {t(`answer-${idOf(line.answer)}`)} {line.words} {line.camera ? <CameraWords id={line.camera} /> : null}
        </span>
      ) : null}
    </li>
  );
}

function CameraWords({ id }: { id: Id }) {
  const { camera } = useCamera(id);
  return camera ? <span className="wk-soft">{camera.name}</span> : null;
}
