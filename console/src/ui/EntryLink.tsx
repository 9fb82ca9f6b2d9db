// An entry of the access log by its number: a link for those who may read the ledger, the number alone for others.
import { Link } from "@tanstack/react-router";
import { useMe, useSystemState } from "../api/queries";
import { formatTime } from "./format";
import { useLanguage, useT } from "./i18n";
import { Meaning } from "./Meaning";

export function EntryLink({ index }: { index: number }) {
  const t = useT();
  const { rights } = useMe();
  const words = t("ledger-entry-number", { index: String(index) });
  return rights.ledger ? (
    <Link to="/entries" search={{ entry: String(index) }}>
      {words}
    </Link>
  ) : (
    <span>{words}</span>
  );
}

/** Whether an entry is under the signature of another party's witness. */
export function Witnessed({ index }: { index: number }) {
  const t = useT();
  const { language } = useLanguage();
  const { data } = useSystemState();
  if (!data) return null;
  const through = data.ledger.witnessed_through;
  return through && index <= through.entry ? (
    <span title={formatTime(through.at_ms, language, { zone: true })}>
      <Meaning tone="good" quiet>
        {t("witnessed-by", { by: through.by })}
      </Meaning>
    </span>
  ) : (
    <Meaning tone="notice" quiet>
      {t("witnessed-not")}
    </Meaning>
  );
}

/** The same with the number before it: for what those in office do. */
export function OfficeEntry({ index }: { index: number }) {
  return (
    <>
      <EntryLink index={index} /> · <Witnessed index={index} />
    </>
  );
}
