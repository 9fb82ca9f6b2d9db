// A thin line of facts that is always true: each piece is a link, a bad piece changes shape, word and colour.
// Knows nothing of where the facts come from; the shell's line is app/SystemLine.tsx.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Shape } from "./Meaning";
import type { Tone } from "./tokens";

export interface StatePiece {
  id: string;
  tone: Tone;
  text: ReactNode;
  /** The page that explains it, with its filter. */
  to?: string;
  search?: Record<string, unknown>;
  title?: string;
}

export function StateLine({ pieces, label }: { pieces: StatePiece[]; label: string }) {
  return (
    <ul className="wk-stateline" aria-label={label}>
      {pieces.map(({ id, tone, text, to, search, title }) => {
        const calm = tone === "good" || tone === "plain";
        const content = (
          <>
            <Shape tone={tone} />
            <span>{text}</span>
          </>
        );
        return (
          <li key={id} className={calm ? "" : `wk-tone-${tone} wk-stateline-loud`} title={title}>
            {to ? (
              <Link to={to} search={search ?? {}}>
                {content}
              </Link>
            ) : (
              <span className="wk-stateline-piece">{content}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
