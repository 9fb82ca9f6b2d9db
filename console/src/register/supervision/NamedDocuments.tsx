// Documents that a unit named to an authority: name, version and hash as they were that day. Their files are read at the unit; a
// name that was not kept is looked up, for whoever may see the record.
import type { NamedDocument } from "../../api/supervision";
import { useT } from "../../ui/i18n";
import { RecordName } from "../index";

export function NamedDocuments({ documents }: { documents: NamedDocument[] }) {
  const t = useT();
  return documents.map((one) => (
    <span key={one.id}>
      {" · "}
      {one.name ?? <RecordName id={one.id} />}
      {one.version ? ` · ${t("order-document-version", { version: one.version })}` : ""}
      {one.version ? (
        one.sha256 ? (
          <code className="wk-mono wk-faint" title={one.sha256}>
            {` SHA-256 ${one.sha256.slice(0, 16)}…`}
          </code>
        ) : (
          <span className="wk-faint">{` ${t("order-document-bare")}`}</span>
        )
      ) : null}
    </span>
  ));
}
