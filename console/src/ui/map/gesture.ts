// Pointers on the map to what the person means: pan, pinch, tap, or a rectangle. Pure; fed with pointers, answers with acts.

export type MapAct =
  | { readonly do: "pan"; readonly dx: number; readonly dy: number }
  | { readonly do: "zoom"; readonly x: number; readonly y: number; readonly by: number }
  | { readonly do: "tap"; readonly x: number; readonly y: number }
  | { readonly do: "box"; readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  /** The rectangle is drawn. */
  | { readonly do: "boxed" }
  | { readonly do: "unbox" };

/** A hand trembles so much without meaning it. */
const TREMBLE_PX = 4;
const WHEEL_PX = 240;
const LINE_PX = 16;
const PAGE_PX = 400;

interface Pointer {
  x: number;
  y: number;
}

export class MapGesture {
  readonly #pointers = new Map<number, Pointer>();
  #start: Pointer | null = null;
  #moved = false;
  #boxing = false;

  get busy(): boolean {
    return this.#pointers.size > 0;
  }

  down(id: number, x: number, y: number, boxing: boolean): MapAct[] {
    this.#pointers.set(id, { x, y });
    if (this.#pointers.size === 1) {
      this.#start = { x, y };
      this.#moved = false;
      this.#boxing = boxing;
      return [];
    }
    // A second finger makes it a pinch, whatever the first one began.
    const boxed = this.#boxing;
    this.#boxing = false;
    this.#moved = true;
    return boxed ? [{ do: "unbox" }] : [];
  }

  move(id: number, x: number, y: number): MapAct[] {
    const pointer = this.#pointers.get(id);
    if (!pointer || !this.#start) return [];
    if (this.#pointers.size > 1) return this.#pinch(id, pointer, x, y);
    if (!this.#moved && Math.hypot(x - this.#start.x, y - this.#start.y) < TREMBLE_PX) return [];
    this.#moved = true;
    const [dx, dy] = [x - pointer.x, y - pointer.y];
    Object.assign(pointer, { x, y });
    if (!this.#boxing) return [{ do: "pan", dx, dy }];
    const { x: left, y: top } = this.#start;
    return [
      {
        do: "box",
        x: Math.min(left, x),
        y: Math.min(top, y),
        width: Math.abs(x - left),
        height: Math.abs(y - top),
      },
    ];
  }

  up(id: number): MapAct[] {
    const pointer = this.#pointers.get(id);
    this.#pointers.delete(id);
    if (!pointer || this.#pointers.size > 0) return [];
    if (!this.#moved) return [{ do: "tap", x: pointer.x, y: pointer.y }];
    return this.#boxing ? [{ do: "boxed" }] : [];
  }

  cancel(id: number): MapAct[] {
    this.#pointers.delete(id);
    const boxed = this.#boxing;
    this.#boxing = false;
    return boxed ? [{ do: "unbox" }] : [];
  }

  #pinch(id: number, pointer: Pointer, x: number, y: number): MapAct[] {
    const other = [...this.#pointers].find(([key]) => key !== id)?.[1];
    if (!other) return [];
    const before = Math.hypot(pointer.x - other.x, pointer.y - other.y);
    const after = Math.hypot(x - other.x, y - other.y);
    const [dx, dy] = [(x - pointer.x) / 2, (y - pointer.y) / 2];
    Object.assign(pointer, { x, y });
    const acts: MapAct[] = [{ do: "pan", dx, dy }];
    if (before > 1 && after > 1)
      acts.push({ do: "zoom", x: (x + other.x) / 2, y: (y + other.y) / 2, by: Math.log2(after / before) });
    return acts;
  }
}

/** Zoom levels of one turn of the wheel; `mode` is WheelEvent.deltaMode. */
export function wheelLevels(delta: number, mode: number): number {
  const px = delta * (mode === 1 ? LINE_PX : mode === 2 ? PAGE_PX : 1);
  return Math.max(-1, Math.min(1, -px / WHEEL_PX));
}

/** What a key does, or nothing: arrows pan, `+` and `-` zoom, with Shift further. */
export function keyAct(key: string, shift: boolean, width: number, height: number): MapAct | null {
  const step = shift ? 240 : 80;
  switch (key) {
    case "ArrowLeft":
      return { do: "pan", dx: step, dy: 0 };
    case "ArrowRight":
      return { do: "pan", dx: -step, dy: 0 };
    case "ArrowUp":
      return { do: "pan", dx: 0, dy: step };
    case "ArrowDown":
      return { do: "pan", dx: 0, dy: -step };
    case "+":
    case "=":
      return { do: "zoom", x: width / 2, y: height / 2, by: 1 };
    case "-":
    case "_":
      return { do: "zoom", x: width / 2, y: height / 2, by: -1 };
    default:
      return null;
  }
}
