// An address that is no page. Says so and offers the way back.
import { Link } from "@tanstack/react-router";
import { Empty, Page, useT } from "../ui";

export function NotFound() {
  const t = useT();
  return (
    <Page title={t("not-found-title")}>
      <Empty title={t("not-found-lead")} action={<Link to="/">{t("not-found-home")}</Link>}>
        {t("not-found-text")}
      </Empty>
    </Page>
  );
}
