// Turns pointers and wheels on the timeline into intentions: pan, zoom, scrub, seek, select.
//
// Pure: positions in, intentions out. Invariants: one finger never zooms and two never scrub; a pointer that moved less
// than `SLOP_PX` was a click.

/** Where a pointer went down. */
export type Spot = "axis" | "playhead" | "row" | "edge_from" | "edge_to";

export type Intent =
  | { readonly do: "pan"; readonly dx: number }
  | { readonly do: "zoom"; readonly x: number; readonly factor: number }
  | { readonly do: "scrub"; readonly x: number }
  | { readonly do: "scrub_end"; readonly x: number }
  | { readonly do: "seek"; readonly x: number; readonly y: number }
  | { readonly do: "select"; readonly fromX: number; readonly toX: number }
  | { readonly do: "select_end" }
  | { readonly do: "edge"; readonly edge: "from" | "to"; readonly x: number };

const SLOP_PX = 4;

interface Pointer {
  startX: number;
  startY: number;
  x: number;
  y: number;
}

type Mode = "none" | "undecided" | "pan" | "scrub" | "select" | "edge_from" | "edge_to" | "pinch";

export class Gesture {
  private readonly pointers = new Map<number, Pointer>();
  private mode: Mode = "none";
  private selecting = false;

  get busy(): boolean {
    return this.mode !== "none";
  }

  get scrubbing(): boolean {
    return this.mode === "scrub";
  }

  /** `selecting`: a drag over the rows chooses a span instead of panning. */
  down(id: number, x: number, y: number, spot: Spot, selecting: boolean): Intent[] {
    this.pointers.set(id, { startX: x, startY: y, x, y });
    if (this.pointers.size === 2) {
      const ended = this.mode === "scrub" ? [{ do: "scrub_end", x } as const] : [];
      this.mode = "pinch";
      return ended;
    }
    if (this.pointers.size > 2) return [];
    this.selecting = selecting;
    if (spot === "edge_from" || spot === "edge_to") this.mode = spot;
    else if (spot === "playhead" || spot === "axis") {
      this.mode = "scrub";
      return [{ do: "scrub", x }];
    } else this.mode = "undecided";
    return [];
  }

  move(id: number, x: number, y: number): Intent[] {
    const pointer = this.pointers.get(id);
    if (!pointer) return [];
    const before = this.mode === "pinch" ? this.spread() : null;
    const dx = x - pointer.x;
    pointer.x = x;
    pointer.y = y;
    if (before) return this.pinch(before);
    if (this.mode === "undecided") {
      if (Math.hypot(x - pointer.startX, y - pointer.startY) < SLOP_PX) return [];
      this.mode = this.selecting ? "select" : "pan";
      if (this.mode === "pan") return [{ do: "pan", dx: x - pointer.startX }];
    }
    switch (this.mode) {
      case "pan":
        return dx === 0 ? [] : [{ do: "pan", dx }];
      case "scrub":
        return [{ do: "scrub", x }];
      case "select":
        return [{ do: "select", fromX: pointer.startX, toX: x }];
      case "edge_from":
        return [{ do: "edge", edge: "from", x }];
      case "edge_to":
        return [{ do: "edge", edge: "to", x }];
      default:
        return [];
    }
  }

  up(id: number): Intent[] {
    const pointer = this.pointers.get(id);
    if (!pointer) return [];
    this.pointers.delete(id);
    const mode = this.mode;
    if (mode === "pinch") {
      // The finger that stays goes on panning.
      this.mode = this.pointers.size === 0 ? "none" : "pan";
      return [];
    }
    if (this.pointers.size > 0) return [];
    this.mode = "none";
    if (mode === "undecided") return [{ do: "seek", x: pointer.x, y: pointer.y }];
    if (mode === "scrub") return [{ do: "scrub_end", x: pointer.x }];
    if (mode === "select" || mode === "edge_from" || mode === "edge_to") return [{ do: "select_end" }];
    return [];
  }

  /** The system took the pointer away: nothing is sought. */
  cancel(id: number): Intent[] {
    const intents = this.up(id);
    return intents.filter((intent) => intent.do !== "seek");
  }

  private spread(): { middle: number; width: number } | null {
    const [a, b] = [...this.pointers.values()];
    return a && b ? { middle: (a.x + b.x) / 2, width: Math.max(24, Math.abs(a.x - b.x)) } : null;
  }

  private pinch(before: { middle: number; width: number }): Intent[] {
    const after = this.spread();
    if (!after) return [];
    return [
      { do: "pan", dx: after.middle - before.middle },
      { do: "zoom", x: after.middle, factor: before.width / after.width },
    ];
  }
}

/** One turn of a wheel as a zoom factor; lines and pages are counted as pixels of 33 and 400. */
export function wheelFactor(deltaY: number, deltaMode: number): number {
  const pixels = deltaY * (deltaMode === 1 ? 33 : deltaMode === 2 ? 400 : 1);
  return Math.exp(Math.max(-240, Math.min(240, pixels)) * 0.0022);
}
