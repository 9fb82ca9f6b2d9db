// What helps where a second person's word is wanted: a button to the form in which one asks for it, filled in with what was refused.
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import type { GrantActWord, Id } from "../api/types";
import { useT } from "./i18n";

export interface WantedFootage {
  cameras: readonly Id[];
  acts: readonly GrantActWord[];
  fromMs?: number | undefined;
  toMs?: number | undefined;
}

interface AskGrantProps {
  wanted?: WantedFootage;
  onLeave?: () => void;
  /** Beside what one has already: for more. */
  small?: boolean;
}

export function AskGrantButton({ wanted, onLeave, small = false }: AskGrantProps) {
  const t = useT();
  const navigate = useNavigate();
  const go = () => {
    onLeave?.();
    const span =
      wanted?.fromMs !== undefined && wanted.toMs !== undefined
        ? { from_ms: String(Math.round(wanted.fromMs)), to_ms: String(Math.round(wanted.toMs)) }
        : {};
    const what = wanted ? { cameras: wanted.cameras.join(","), acts: wanted.acts.join(",") } : {};
    navigate({ to: "/grants", search: { new: "1", ...what, ...span } as never });
  };
  return (
    <Button type={small ? "default" : "primary"} size={small ? "small" : "middle"} onClick={go}>
      {t(small ? "granted-more" : "grant-new")}
    </Button>
  );
}
