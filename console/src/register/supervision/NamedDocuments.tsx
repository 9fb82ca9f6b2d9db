// Documents that a unit named to an authority: name, version and hash as they were that day. The authority opens a file where it was
// named, which is an entry; a name that was not kept is looked up, for whoever may see the record.
import type { NamedDocument } from "../../api/supervision";
import { useT } from "../../ui/i18n";
import { RecordName } from "../index";

/** `at`: where the reader, as the authority, opens files. */
export function NamedDocuments({ documents, at }: { documents: NamedDocument[]; at?: string | undefined }) {
  const t = useT();
  return documents.map((one) => (
    <span key={one.id}>
      {" · "}
      {at && one.name && one.sha256 ? (
        <a href={`${at}/evidence/${one.id}`} target="_blank" rel="noreferrer">
          {one.name}
        </a>
      ) : (
        (one.name ?? <RecordName id={one.id} />)
      )}
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
