// The columns of a kind's list: its name, what the kind is told apart by, how complete and how old each record is.
import type { RegisterKind, RegisterRecord } from "../../api/types";
import { FieldValue, isEmpty, RecordName } from "../../register";
import { Age, type Column, Meaning, RowLink, said, type Translate, useLanguage, useT } from "../../ui";

/** What else a list shows of a kind, by field. */
const LIST_FIELDS: Record<string, string[]> = {
  point: ["purpose"],
  place: ["category", "private_kind"],
  contractor: ["roles", "valid_until"],
  document: ["paper", "dated"],
  sign: ["checked_on"],
  system: ["manager"],
};

/** How much is missing; on a phone the name needs the room, and what is missing stands in the drawer. */
function missingColumn(kind: RegisterKind, t: Translate): Column<RegisterRecord> {
  return {
    key: "missing",
    title: t("register-completeness"),
    width: "8rem",
    wide: kind.kind === "system" ? "md" : undefined,
    render: ({ missing }) =>
      missing > 0 ? (
        <Meaning tone="notice">{t("register-missing-short", { n: String(missing) })}</Meaning>
      ) : (
        <Meaning tone="good" quiet>
          {t("register-complete")}
        </Meaning>
      ),
  };
}

/** Of systems: where it stands in its life. */
function stageColumn(t: Translate): Column<RegisterRecord> {
  return {
    key: "stage",
    title: t("register-stage"),
    width: "9.5rem",
    render: ({ stage }) =>
      stage ? (
        <Meaning tone={stage === "in_use" ? "good" : "plain"} quiet>
          {t(`stage-${stage.replace("_", "-")}`)}
        </Meaning>
      ) : null,
  };
}

function changedColumn(t: Translate): Column<RegisterRecord> {
  return {
    key: "changed",
    title: t("register-changed"),
    width: "8.5rem",
    wide: "xl",
    render: ({ changed_ms }) => <Age ms={changed_ms} everyMs={60_000} />,
  };
}

export function useColumns(
  kind: RegisterKind | undefined,
  show: (record: RegisterRecord) => void,
): Column<RegisterRecord>[] {
  const t = useT();
  const { language } = useLanguage();
  if (!kind) return [];
  const field = (name: string | null | undefined) => kind.fields.find((one) => one.name === name);
  const [parent, code] = [field(kind.parent_field), kind.kind === "document" ? undefined : field(kind.code_field)];
  const others = (LIST_FIELDS[kind.kind] ?? []).map(field).filter((one) => one !== undefined);
  return [
    {
      key: "name",
      title: said(field("name")?.label, language),
      ellipsis: true,
      render: (record) => <RowLink onOpen={() => show(record)}>{record.name}</RowLink>,
    },
    ...(kind.kind === "system" ? [stageColumn(t)] : []),
    ...(code
      ? [
          {
            key: "code",
            title: said(code.label, language),
            width: "13rem",
            wide: "xl" as const,
            render: (record: RegisterRecord) => <span className="wk-code">{record.code}</span>,
          },
        ]
      : []),
    ...(parent
      ? [
          {
            key: "parent",
            title: said(parent.label, language),
            width: "18%",
            wide: "md" as const,
            ellipsis: true,
            render: ({ parent_id }: RegisterRecord) => (parent_id ? <RecordName id={parent_id} /> : null),
          },
        ]
      : []),
    ...others.map((one) => ({
      key: one.name,
      title: said(one.label, language),
      width: one.type === "date" ? "8.5rem" : "16%",
      wide: "xl" as const,
      ellipsis: true,
      render: ({ body }: RegisterRecord) =>
        isEmpty(body[one.name]) ? null : <FieldValue field={one} value={body[one.name]} link={false} />,
    })),
    missingColumn(kind, t),
    changedColumn(t),
  ];
}
