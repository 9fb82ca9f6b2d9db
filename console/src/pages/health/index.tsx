// In the making.
import { Page, useT } from "../../ui";

export default function InTheMaking() {
  const t = useT();
  return <Page title={t("page-health")}>{null}</Page>;
}
