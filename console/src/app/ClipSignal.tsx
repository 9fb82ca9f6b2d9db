// How many clips colleagues handed to one that one has not opened. There is nothing where there are none.
import { Link } from "@tanstack/react-router";
import { useSystemState } from "../api/queries";
import { Icon, useT } from "../ui";

export function ClipSignal() {
  const t = useT();
  const count = useSystemState().data?.clips_for_me ?? 0;
  if (count === 0) return null;
  const label = t("clip-signal", { count });
  return (
    <Link
      to="/grants"
      search={{ show: "clips" } as never}
      className="wk-plain-button wk-icon-button wk-bell"
      aria-label={label}
      title={label}
    >
      <Icon name="playback" />
      <span className="wk-bell-count" aria-hidden>
        {count}
      </span>
    </Link>
  );
}
