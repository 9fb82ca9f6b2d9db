// Digital zoom of one picture: which part of it fills the tile. Pure arithmetic; pointers are read in useZoom.ts.
//
// Invariants: the picture always covers the tile; the point under the pointer stays under it.

export interface Zoom {
  /** 1 shows the whole picture. */
  readonly factor: number;
  /** Shift of the enlarged picture in shares of the tile's width and height, 0 at its centre. */
  readonly x: number;
  readonly y: number;
}

export const WHOLE: Zoom = { factor: 1, x: 0, y: 0 };
/** A 4K picture shows single pixels of a small tile at 12. */
export const FACTOR_MAX = 12;

/** Zooms by `by` about the point (px, py), both in shares of the tile from its centre (-0.5 to 0.5). */
export function zoomBy(zoom: Zoom, by: number, px: number, py: number): Zoom {
  const factor = Math.min(FACTOR_MAX, Math.max(1, zoom.factor * by));
  const ratio = factor / zoom.factor;
  return within({ factor, x: px - (px - zoom.x) * ratio, y: py - (py - zoom.y) * ratio });
}

export function shift(zoom: Zoom, dx: number, dy: number): Zoom {
  return within({ factor: zoom.factor, x: zoom.x + dx, y: zoom.y + dy });
}

function within({ factor, x, y }: Zoom): Zoom {
  if (factor <= 1.001) return WHOLE;
  const most = (factor - 1) / 2;
  return { factor, x: Math.min(most, Math.max(-most, x)), y: Math.min(most, Math.max(-most, y)) };
}

/** As a CSS transform with the origin in the centre. */
export function transformOf({ factor, x, y }: Zoom): string {
  return factor === 1
    ? "none"
    : `translate(${(x * 100).toFixed(3)}%, ${(y * 100).toFixed(3)}%) scale(${factor.toFixed(4)})`;
}
