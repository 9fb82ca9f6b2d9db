// Marks that would lie on one another become one with a number, for each zoom once. Pure.
//
// A mark within the reach of an earlier one joins it; the order is that of the list, so the same list gives the same clusters.
import { type Bounds, boundsOf, worldPx } from "./projection";

/** Marks nearer than this are one: a finger's width. */
export const REACH_PX = 40;
/** From here on every mark stands alone, unless it stands exactly where another does. */
export const ALONE_ZOOM = 18;

export interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

export interface Cluster<Mark extends Placed> {
  readonly x: number;
  readonly y: number;
  readonly marks: readonly Mark[];
}

/** Clusters of one list of marks, reckoned when a zoom is first looked at. */
export class Clusters<Mark extends Placed> {
  readonly marks: readonly Mark[];
  readonly #levels = new Map<number, readonly Cluster<Mark>[]>();

  constructor(marks: readonly Mark[]) {
    this.marks = marks;
  }

  at(zoom: number): readonly Cluster<Mark>[] {
    const level = Math.min(Math.floor(zoom), ALONE_ZOOM);
    let found = this.#levels.get(level);
    if (!found) {
      found = clustered(this.marks, level >= ALONE_ZOOM ? 1e-9 : REACH_PX / worldPx(level));
      this.#levels.set(level, found);
    }
    return found;
  }
}

/** Groups marks that are within `reach` of the first of their group. */
export function clustered<Mark extends Placed>(marks: readonly Mark[], reach: number): Cluster<Mark>[] {
  const cells = new Map<string, Mark[]>();
  const cellOf = (value: number) => Math.floor(value / reach);
  for (const mark of marks) {
    const key = `${cellOf(mark.x)} ${cellOf(mark.y)}`;
    const cell = cells.get(key);
    if (cell) cell.push(mark);
    else cells.set(key, [mark]);
  }
  const taken = new Set<Mark>();
  const found: Cluster<Mark>[] = [];
  for (const first of marks) {
    if (taken.has(first)) continue;
    const near: Mark[] = [];
    const [column, row] = [cellOf(first.x), cellOf(first.y)];
    for (let across = column - 1; across <= column + 1; across += 1)
      for (let down = row - 1; down <= row + 1; down += 1) take(`${across} ${down}`);
    found.push({ ...middle(near), marks: near });

    function take(key: string): void {
      const cell = cells.get(key);
      if (!cell) return;
      const left: Mark[] = [];
      for (const mark of cell) {
        if (Math.hypot(mark.x - first.x, mark.y - first.y) <= reach) {
          taken.add(mark);
          near.push(mark);
        } else left.push(mark);
      }
      if (left.length < cell.length) cells.set(key, left);
    }
  }
  return found;
}

function middle(marks: readonly Placed[]): { x: number; y: number } {
  let [x, y] = [0, 0];
  for (const mark of marks) {
    x += mark.x;
    y += mark.y;
  }
  return { x: x / marks.length, y: y / marks.length };
}

/** What the marks of a cluster cover: a click goes there. */
export const clusterBounds = <Mark extends Placed>({ marks }: Cluster<Mark>): Bounds => boundsOf(marks);
