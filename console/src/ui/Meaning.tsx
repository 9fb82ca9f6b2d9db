// The four meanings (good, notice, late, breach) as a shape beside a word. Colour is the third carrier, never the only one.
import type { ReactNode } from "react";
import type { Tone } from "./tokens";

const SHAPES: Record<Tone, ReactNode> = {
  good: <circle cx="6" cy="6" r="4.5" />,
  notice: <path d="M6 .8 11.2 6 6 11.2.8 6Z" />,
  late: <path d="M6 1 11.5 11H.5Z" />,
  breach: (
    <path
      fillRule="evenodd"
      d="M1 1h10v10H1ZM3.2 4.3 4.9 6 3.2 7.7l1.1 1.1L6 7.1l1.7 1.7 1.1-1.1L7.1 6l1.7-1.7-1.1-1.1L6 4.9 4.3 3.2Z"
    />
  ),
  plain: <circle cx="6" cy="6" r="3.75" fill="none" stroke="currentColor" strokeWidth="1.5" />,
};

/** The shape alone; a word must stand beside it. */
export function Shape({ tone }: { tone: Tone }) {
  return (
    <svg
      className={`wk-shape wk-tone-${tone}`}
      viewBox="0 0 12 12"
      width="10"
      height="10"
      aria-hidden="true"
      focusable="false"
    >
      {SHAPES[tone]}
    </svg>
  );
}

/** Shape and word. `quiet` leaves a good word in the neutral colour, so that only what needs attention stands out. */
export function Meaning({ tone, quiet, children }: { tone: Tone; quiet?: boolean; children: ReactNode }) {
  return (
    <span className={`wk-meaning ${quiet && (tone === "good" || tone === "plain") ? "wk-quiet" : `wk-tone-${tone}`}`}>
      <Shape tone={tone} />
      <span className="wk-meaning-words">{children}</span>
    </span>
  );
}
