// How many columns let a number of pictures be seen largest in a given room. Pure.

/** Most pictures are 16:9; a tile of another shape has bars. */
const ASPECT = 16 / 9;

export function columnsFor(count: number, width: number, height: number): number {
  let best = 1;
  let largest = 0;
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const across = Math.min(width / columns, (height / rows) * ASPECT);
    // A wider arrangement must be better by a hair, so that equal ones stay compact.
    if (across > largest * 1.001) {
      largest = across;
      best = columns;
    }
  }
  return best;
}
