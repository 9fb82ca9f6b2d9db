// @vitest-environment node
// Marks that would lie on one another are one; none is lost, none is twice; 20,000 are no burden.
import { expect, test } from "vitest";
import { ALONE_ZOOM, Clusters, clusterBounds, clustered, type Placed } from "./cluster";

const mark = (id: string, x: number, y: number): Placed => ({ id, x, y });
/** The same numbers every time. */
function* numbers(): Generator<number> {
  let state = 42;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}
function many(count: number): Placed[] {
  const next = numbers();
  const value = () => next.next().value as number;
  return Array.from({ length: count }, (_, at) => mark(String(at), 0.8 + value() * 0.001, 0.4 + value() * 0.001));
}

test("what is near joins the first of its group", () => {
  const check = (xs: number[], expected: string[]) => {
    const groups = clustered(
      xs.map((x, at) => mark(String(at), x, 0.5)),
      0.1,
    );
    expect(groups.map(({ marks }) => marks.map(({ id }) => id).join(" "))).toEqual(expected);
  };
  check([], []);
  check([0.2], ["0"]);
  check([0.2, 0.25], ["0 1"]);
  check([0.2, 0.31], ["0", "1"]);
  // A chain does not become one: the third is too far from the first.
  check([0.2, 0.29, 0.38], ["0 1", "2"]);
});

test("each mark is in exactly one cluster, at every zoom", () => {
  const marks = many(2_000);
  const clusters = new Clusters(marks);
  let before = 0;
  for (let zoom = 3; zoom <= 21; zoom += 1) {
    const found = clusters.at(zoom);
    const ids = found.flatMap((cluster) => cluster.marks.map(({ id }) => id));
    expect(ids.length).toBe(marks.length);
    expect(new Set(ids).size).toBe(marks.length);
    if (zoom > 9) expect(found.length).toBeGreaterThanOrEqual(before);
    before = found.length;
  }
  expect(clusters.at(3).length).toBe(1);
  expect(clusters.at(ALONE_ZOOM).length).toBe(marks.length);
});

test("a zoom is reckoned once", () => {
  const clusters = new Clusters(many(20_000));
  expect(clusters.at(12.3)).toBe(clusters.at(12.9));
  expect(clusters.at(19)).toBe(clusters.at(21));
});

test("what stands exactly where another does stays with it at every zoom", () => {
  const clusters = new Clusters([mark("a", 0.5, 0.5), mark("b", 0.5, 0.5)]);
  expect(clusters.at(21).map(({ marks }) => marks.length)).toEqual([2]);
});

test("a cluster's bounds hold all its marks", () => {
  const [cluster] = clustered([mark("a", 0.1, 0.2), mark("b", 0.15, 0.1)], 1);
  expect(cluster && clusterBounds(cluster)).toEqual({ west: 0.1, east: 0.15, north: 0.1, south: 0.2 });
});
