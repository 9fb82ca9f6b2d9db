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
      found = level >= ALONE_ZOOM ? stacked(this.marks) : clustered(this.marks, REACH_PX / worldPx(level));
      this.#levels.set(level, found);
    }
    return found;
  }
}

/** Marks that stand exactly where another does. */
function stacked<Mark extends Placed>(marks: readonly Mark[]): Cluster<Mark>[] {
  const at = new Map<string, Mark[]>();
  for (const mark of marks) {
    const key = `${mark.x} ${mark.y}`;
    const here = at.get(key);
    if (here) here.push(mark);
    else at.set(key, [mark]);
  }
  return [...at.values()].map((here) => ({ ...middle(here), marks: here }));
}

/** Groups marks that are within `reach` of the first of their group. */
export function clustered<Mark extends Placed>(marks: readonly Mark[], reach: number): Cluster<Mark>[] {
  // Cells hold places in the list; one number names a cell, since numbers are looked up several times faster than texts.
  const cells = new Map<number, number[]>();
  const rows = Math.ceil(1 / reach) + 3;
  const keyOf = (mark: Placed) => (Math.floor(mark.x / reach) + 1) * rows + Math.floor(mark.y / reach) + 1;
  for (const [at, mark] of marks.entries()) {
    const key = keyOf(mark);
    const cell = cells.get(key);
    if (cell) cell.push(at);
    else cells.set(key, [at]);
  }
  const taken = new Uint8Array(marks.length);
  const found: Cluster<Mark>[] = [];
  for (const [index, first] of marks.entries()) {
    if (taken[index]) continue;
    const near: Mark[] = [];
    const key = keyOf(first);
    for (let across = -rows; across <= rows; across += rows)
      for (let down = -1; down <= 1; down += 1) take(key + across + down);
    found.push({ ...middle(near), marks: near });

    function take(of: number): void {
      const cell = cells.get(of);
      if (!cell) return;
      let left = 0;
      for (const at of cell) {
        const mark = marks[at] as Mark;
        const [dx, dy] = [mark.x - first.x, mark.y - first.y];
        // Not `Math.hypot`, which guards against overflow and is ten times slower.
        if (dx * dx + dy * dy <= reach * reach) {
          taken[at] = 1;
          near.push(mark);
        } else {
          cell[left] = at;
          left += 1;
        }
      }
      cell.length = left;
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
