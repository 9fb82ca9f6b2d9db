// Placeholder: the player's page takes this place.
import { Empty, Page, useT } from "../../ui";

export default function Placeholder() {
  const t = useT();
  return (
    <Page title={t("page-playback")}>
      <Empty title={t("page-playback")}>{t("loading")}</Empty>
    </Page>
  );
}
