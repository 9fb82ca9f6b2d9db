// The console's own line icons: 20 x 20, one weight. Decoration only: a word or an aria-label stands beside each.
import type { ReactNode } from "react";
import { FONT_SIZE_PX } from "./tokens";

const PATHS = {
  bell: (
    <>
      <path d="M4.5 14.500h11c-1.300-1.300-1.500-2.700-1.500-5.500a4 4 0 0 0-8 0c0 2.800-.2 4.200-1.500 5.500Z" />
      <path d="M8.500 17h3M10 3v2" />
    </>
  ),
  grants: (
    <>
      <circle cx="6.5" cy="7" r="2.8" />
      <path d="M1.800 16.500c.3-3 2-4.700 4.700-4.700 1.400 0 2.500.4 3.300 1.200M11.500 13.500l2.500 2.500 4.500-6" />
    </>
  ),
  folders: (
    <>
      <path d="M2.5 16V4.500a1 1 0 0 1 1-1h4l2 2.500h7a1 1 0 0 1 1 1V16a1 1 0 0 1-1 1h-13a1 1 0 0 1-1-1Z" />
      <path d="M7.500 9v5l2.500-1.700 2.500 1.700V9Z" />
    </>
  ),
  cases: (
    <>
      <rect x="2.5" y="6" width="15" height="10.5" rx="1" />
      <path d="M7 6V3.5h6V6M2.5 10.5h15" />
    </>
  ),
  wall: (
    <>
      <rect x="2.5" y="3.5" width="15" height="11" rx="1" />
      <path d="M10 3.5v11M2.5 9h15M7 17.5h6" />
    </>
  ),
  playback: (
    <>
      <path d="M2.5 15.5h15M5 13.5v4M9.5 14.5v2M14 13.5v4" />
      <path d="m8 3 5.5 3.75L8 10.5Z" />
    </>
  ),
  exports: (
    <>
      <path d="M3 8.5V16a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V8.5" />
      <path d="M10 12V2.5M6.5 6 10 2.5 13.5 6" />
    </>
  ),
  retrievals: (
    <>
      <path d="M10 2.5 4 5v4.5c0 3.7 2.5 6.4 6 8 3.5-1.6 6-4.3 6-8V5Z" />
      <path d="M10 6.5V12M7.5 9.7 10 12.2l2.5-2.5" />
    </>
  ),
  holds: (
    <>
      <rect x="4" y="9" width="12" height="8.5" rx="1" />
      <path d="M6.5 9V6a3.5 3.5 0 0 1 7 0v3M10 12.2v2.3" />
    </>
  ),
  cameras: (
    <>
      <path d="m2.5 6.2 11-2.7 1.3 5-11 2.8Z" />
      <path d="m14.5 6.5 2.8-.7M7 11v2.5a2 2 0 0 1-2 2H2.5M2.5 13v5" />
    </>
  ),
  registry: (
    <>
      <path d="M2.5 6.5v9a1 1 0 0 0 1 1h13a1 1 0 0 0 1-1v-8a1 1 0 0 0-1-1H10L8 4H3.5a1 1 0 0 0-1 1Z" />
      <path d="M6 10.5h8M6 13.2h5" />
    </>
  ),
  findings: (
    <>
      <path d="M5 3.5h10a1 1 0 0 1 1 1v13H4v-13a1 1 0 0 1 1-1Z" />
      <path d="M7.500 2.500h5v2.500h-5ZM7 8.500h3M7 11.500h2M10.500 12.500l1.500 1.500 2.500-3.500" />
    </>
  ),
  people: (
    <>
      <circle cx="8" cy="6.5" r="3" />
      <path d="M2.5 16.5c0-3 2.2-5 5.5-5s5.5 2 5.5 5M13 4a3 3 0 0 1 0 5.3M15 12c1.6.7 2.5 2.3 2.5 4.5" />
    </>
  ),
  ledger: (
    <>
      <path d="M4 2.5h10.5a1 1 0 0 1 1 1v14H5.5A1.5 1.5 0 0 1 4 16Z" />
      <path d="M4 16a1.5 1.5 0 0 1 1.5-1.5h10M7 6h5.5M7 9h5.5" />
    </>
  ),
  health: <path d="M2 10.5h3.5L8 4l4 12 2.5-5.5H18" />,
  duty: (
    <>
      <circle cx="10" cy="10" r="7.2" />
      <path d="M10 5.5V10l3 2" />
    </>
  ),
  alarms: (
    <>
      <path d="M5 14V9a5 5 0 0 1 10 0v5l1.500 1.500h-13ZM8.500 17.500h3M10 2v2" />
    </>
  ),
  note: <path d="M3 17h14M4.5 13.5l8.600-8.600 2.500 2.500-8.600 8.600-3.300.800Z" />,
  rules: (
    <>
      <path d="M10 3v14M5.5 17h9M3.5 5.5h13" />
      <path d="M4.7 5.5 2.2 11.5h5Zm10.6 0-2.5 6h5Z" />
    </>
  ),
  account: (
    <>
      <circle cx="10" cy="7" r="3.2" />
      <path d="M3.8 17c.5-3.2 2.9-5 6.2-5s5.7 1.8 6.2 5" />
    </>
  ),
  collapse: <path d="M3 3.5v13M16.5 10h-9M11 6l-4 4 4 4" />,
  expand: <path d="M17 3.5v13M3.5 10h9M9 6l4 4-4 4" />,
  search: (
    <>
      <circle cx="8.5" cy="8.5" r="5" />
      <path d="m12.5 12.5 4.5 4.5" />
    </>
  ),
  sound: (
    <>
      <path d="M3 8v4h3l4 3.500v-11L6 8Z" />
      <path d="M13 7.500a3.500 3.500 0 0 1 0 5M15 5a7 7 0 0 1 0 10" />
    </>
  ),
  mute: (
    <>
      <path d="M3 8v4h3l4 3.500v-11L6 8Z" />
      <path d="m13 8 4 4M17 8l-4 4" />
    </>
  ),
  more: <path d="M4.5 10h.01M10 10h.01M15.5 10h.01" strokeWidth="2.6" />,
  close: <path d="m4.5 4.5 11 11M15.5 4.5l-11 11" />,
  map: (
    <>
      <path d="M2.5 5.5 7.5 3.5l5 2 5-2v11l-5 2-5-2-5 2ZM7.5 3.5v11M12.5 5.5v11" />
    </>
  ),
  minus: <path d="M3.5 10h13" />,
  layers: (
    <>
      <path d="m10 3 7.5 4-7.5 4-7.5-4ZM2.5 11l7.5 4 7.5-4" />
    </>
  ),
  rectangle: <path d="M3.5 6V3.5H6M14 3.5h2.5V6M16.5 14v2.5H14M6 16.5H3.5V14M9 3.5h2M9 16.5h2M3.5 9v2M16.5 9v2" />,
  list: <path d="M7 5h10M7 10h10M7 15h10M3.5 5h.01M3.5 10h.01M3.5 15h.01" />,
  plus: <path d="M10 3.5v13M3.5 10h13" />,
  caret: <path d="m7 4.5 5.5 5.5L7 15.5" />,
  copy: (
    <>
      <rect x="6.5" y="6.5" width="10.5" height="10.5" rx="1" />
      <path d="M13.5 6.5V4a1 1 0 0 0-1-1H4a1 1 0 0 0-1 1v8.500a1 1 0 0 0 1 1h2.5" />
    </>
  ),
  purpose: (
    <>
      <path d="M4.5 17.500V3M4.5 3.500h9.500l-1.8 3.500L14 10.500H4.5" />
    </>
  ),
  print: <path d="M5.5 7V2.500h9V7M5.5 14.500H3V7h14v7.500h-2.500M5.5 12h9v5.500h-9Z" />,
  moon: <path d="M16.5 11.800A7 7 0 0 1 8.2 3.500a7 7 0 1 0 8.3 8.300Z" />,
  sun: (
    <>
      <circle cx="10" cy="10" r="3.3" />
      <path d="M10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.300l1.4 1.400M14.3 14.300l1.4 1.400M4.3 15.700l1.4-1.400M14.3 5.700l1.4-1.4" />
    </>
  ),
  refuse: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M6 10h8" />
    </>
  ),
  upload: <path d="M3 13v3a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-3M10 13V3M6.500 6.500 10 3l3.500 3.500" />,
  download: <path d="M3 13v3a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-3M10 3v10M6.500 9.500 10 13l3.500-3.500" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof PATHS;

/** `size` is in pixels at the base type size; on a wall display the icon grows with the type. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="wk-icon"
      viewBox="0 0 20 20"
      style={{ width: `${size / FONT_SIZE_PX}em`, height: `${size / FONT_SIZE_PX}em` }}
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
