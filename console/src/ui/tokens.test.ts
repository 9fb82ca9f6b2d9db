// Checks the palette's contrast by WCAG 2.2's own formula (§1.4.3, §1.4.11), so that a nicer colour cannot make text unreadable.
import { expect, test } from "vitest";
import { type Palette, palettes } from "./tokens";

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const pairs: [keyof Palette, keyof Palette, number][] = [
  ...(["page", "panel", "raised", "sunken"] as const).flatMap((surface) => [
    ...(["text", "soft", "faint", "accent", "good", "notice", "late", "breach"] as const).map(
      (text) => [text, surface, 4.5] as [keyof Palette, keyof Palette, number],
    ),
    ["control", surface, 3] as [keyof Palette, keyof Palette, number],
  ]),
  ["good", "goodSoft", 4.5],
  ["notice", "noticeSoft", 4.5],
  ["late", "lateSoft", 4.5],
  ["breach", "breachSoft", 4.5],
  ["accent", "accentSoft", 4.5],
  ["text", "accentSoft", 4.5],
];

test.each(Object.entries(palettes))("%s palette is readable", (_name, palette) => {
  const poor = pairs
    .map(([a, b, wanted]) => ({ pair: `${a} on ${b}`, ratio: contrast(palette[a], palette[b]), wanted }))
    .filter(({ ratio, wanted }) => ratio < wanted);
  expect(poor).toEqual([]);
  expect(contrast("#ffffff", palette.accentFill)).toBeGreaterThan(4.5);
});
