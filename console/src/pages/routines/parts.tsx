// What the tabs of routines share: what is late, whose hand stands under something, words that are to be written, a choice of persons.
import { Input, Select } from "antd";
import type { RoutineHand } from "../../api/routines";
import type { components } from "../../api/schema.gen";
import { EntryLink, Meaning, said, Time, useLanguage, useT, Written } from "../../ui";
import { Labelled } from "../../ui/Labelled";

const WORDS_CHARS_MAX = 2000;

/** `front_end` as Fluent ids have it. */
export const idOf = (word: string): string => word.replaceAll("_", "-");

export function Hand({ of, words = true }: { of: RoutineHand; words?: boolean }) {
  const line = (
    <>
      {of.person.name} · <Time ms={of.at_ms} /> · <EntryLink index={of.entry.index} />
    </>
  );
  return words && of.words ? <Written who={line}>{of.words}</Written> : <span>{line}</span>;
}

export function LateList({ late }: { late: components["schemas"]["RoutineLate"][] }) {
  const t = useT();
  const { language } = useLanguage();
  if (late.length === 0)
    return (
      <section className="wk-panel" aria-label={t("routines-late")}>
        <Meaning tone="good">{t("routines-late-none")}</Meaning>
      </section>
    );
  return (
    <section className="wk-panel" aria-label={t("routines-late")}>
      <h2>{t("routines-late")}</h2>
      <ul className="wk-routine-late">
        {late.map((one) => (
          <li key={`${one.code}${one.reason.en}`}>
            <Meaning tone="late">{said(one.reason, language)}</Meaning>
            <span className="wk-soft">
              {said(one.remedy, language)} {t("finding-since")} <Time ms={one.since_ms} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function WordsField({
  label,
  need,
  value,
  onChange,
}: {
  label: string;
  need?: string;
  value: string;
  onChange: (words: string) => void;
}) {
  return (
    <Labelled label={label} need={need}>
      {(id) => (
        <Input.TextArea
          id={id}
          rows={3}
          maxLength={WORDS_CHARS_MAX}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Labelled>
  );
}

/** One of a closed list, by the words of its Fluent prefix. */
export function WordSelect<Word extends string>({
  label,
  need,
  words,
  prefix,
  value,
  onChange,
}: {
  label: string;
  need?: string;
  words: readonly Word[];
  prefix: string;
  value: Word | undefined;
  onChange: (word: Word) => void;
}) {
  const t = useT();
  return (
    <Labelled label={label} need={need}>
      {(id) => (
        <Select<Word>
          id={id}
          value={value}
          onChange={onChange}
          options={words.map((word) => ({ value: word, label: t(`${prefix}-${idOf(word)}`) }))}
        />
      )}
    </Labelled>
  );
}
