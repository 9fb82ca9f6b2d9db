// The bell: how many reminders one has not read. It leads to them, makes no noise and does not move.
import { Link } from "@tanstack/react-router";
import { useSystemState } from "../api/queries";
import { Icon, useT } from "../ui";

/** More are not counted: one number of two digits keeps its place. */
const SHOWN_MAX = 99;

export function Bell() {
  const t = useT();
  const { data } = useSystemState();
  const unread = data?.unread_reminders ?? 0;
  const label = unread > 0 ? t("bell-unread", { count: unread }) : t("bell-none");
  return (
    <Link to="/reminders" className="wk-plain-button wk-icon-button wk-bell" aria-label={label} title={label}>
      <Icon name="bell" />
      {unread > 0 ? (
        <span className="wk-bell-count" aria-hidden>
          {unread > SHOWN_MAX ? `${SHOWN_MAX}+` : unread}
        </span>
      ) : null}
    </Link>
  );
}
