// Icons of what can be done with pictures, in the manner of ui/Icon.tsx: 20 x 20, one weight, decoration only.
import type { ReactNode } from "react";

const PATHS = {
  play: <path d="M6 3.5v13l10-6.5Z" fill="currentColor" />,
  pause: <path d="M6.5 4v12M13.5 4v12" strokeWidth="2.6" />,
  step_back: <path d="M14.5 4.5v11L7 10ZM5 4.5v11" />,
  step_forward: <path d="M5.500 4.500v11L13 10ZM15 4.500v11" />,
  back10: (
    <>
      <path d="M4 10a6.200 6.200 0 1 0 2-4.500M6.200 2.500v3.300h3.300" />
      <text x="10.300" y="12.800" fontSize="6.800" textAnchor="middle" stroke="none" fill="currentColor">
        10
      </text>
    </>
  ),
  forward10: (
    <>
      <path d="M16 10a6.200 6.200 0 1 1-2-4.500M13.800 2.500v3.300h-3.300" />
      <text x="9.700" y="12.800" fontSize="6.800" textAnchor="middle" stroke="none" fill="currentColor">
        10
      </text>
    </>
  ),
  replay: <path d="M4 10a6.200 6.200 0 1 0 2-4.500M6.200 2.500v3.300h3.300M10 6.800V10l2.500 1.800" />,
  live: (
    <>
      <circle cx="10" cy="10" r="2" fill="currentColor" />
      <path d="M6 14a5.600 5.600 0 0 1 0-8M14 6a5.600 5.600 0 0 1 0 8" />
    </>
  ),
  still: (
    <>
      <path d="M3 6.500h3L7.500 4.500h5L14 6.500h3v9H3Z" />
      <circle cx="10" cy="10.800" r="2.700" />
    </>
  ),
  enlarge: <path d="M11.500 3.500h5v5M8.500 16.500h-5v-5M16 4l-5 5M4 16l5-5" />,
  shrink: <path d="M16 8.500h-4.500V4M4 11.500h4.500V16M11.800 8.200 16.500 3.500M8.200 11.800l-4.700 4.700" />,
  turn: <path d="M10 2.500v15M2.500 10h15M8 4.500l2-2 2 2M8 15.500l2 2 2-2M4.500 8l-2 2 2 2M15.500 8l2 2-2 2" />,
  full: <path d="M3.500 7.500v-4h4M12.500 3.500h4v4M16.500 12.500v4h-4M7.500 16.500h-4v-4" />,
  screen: <path d="M2.500 4h9v6.500M2.500 4v8h6M10 9.500h7.500v5.500H10ZM12.500 17.500h2.500" />,
  tour: (
    <path d="M3.500 8a6.500 6.500 0 0 1 12-1.500M16.500 12a6.500 6.500 0 0 1-12 1.500M15.800 3v3.600h-3.600M4.200 17v-3.600h3.600" />
  ),
  tree: <path d="M3 4.500h5M5 4.500v11h3.500M5 10h3.500M10.500 10h6.500M10.500 15.500h6.500M10 4.500h7" />,
  layouts: <path d="M3 3.500h14v13H3ZM3 8.500h14M8.500 8.500v8" />,
  help: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M8 8a2 2 0 1 1 2.700 1.900c-.5.200-.7.600-.7 1.300M10 13.700v.100" />
    </>
  ),
  select: (
    <path d="M4.500 3.500v13M15.500 3.500v13M4.500 10h11M7.500 7.500 5 10l2.500 2.500M12.500 7.500 15 10l-2.500 2.500" />
  ),
  table: <path d="M3 4h14v12H3ZM3 8h14M3 12h14M8 8v8" />,
  zoom_in: (
    <>
      <circle cx="8.500" cy="8.500" r="5" />
      <path d="m12.500 12.500 4.500 4.500M8.500 6v5M6 8.500h5" />
    </>
  ),
  zoom_out: (
    <>
      <circle cx="8.500" cy="8.500" r="5" />
      <path d="m12.500 12.500 4.500 4.500M6 8.500h5" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type PictureIconName = keyof typeof PATHS;

export function PictureIcon({ name, size = 18 }: { name: PictureIconName; size?: number }) {
  return (
    <svg
      className="wk-icon"
      viewBox="0 0 20 20"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {PATHS[name]}
    </svg>
  );
}

/** A page of one, four, nine or sixteen tiles. */
export function GridIcon({ grid, size = 18 }: { grid: number; size?: number }) {
  const columns = Math.sqrt(grid);
  const cell = (16 - (columns - 1)) / columns;
  return (
    <svg className="wk-icon" viewBox="0 0 20 20" width={size} height={size} aria-hidden="true" focusable="false">
      {Array.from({ length: grid }, (_, index) => {
        const [x, y] = [2 + (index % columns) * (cell + 1), 2 + Math.floor(index / columns) * (cell + 1)];
        return (
          <rect key={`${x} ${y}`} x={x} y={y} width={cell} height={cell} rx="0.5" fill="currentColor" opacity="0.8" />
        );
      })}
    </svg>
  );
}
