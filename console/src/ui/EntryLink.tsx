// An entry of the access log by its number: a link for those who may read the ledger, the number alone for others.
import { Link } from "@tanstack/react-router";
import { useMe } from "../api/queries";
import { useT } from "./i18n";

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
