// @vitest-environment node
// Base layers: what is drawn of a file, and the reason with the feature for every file that is not taken.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FEATURES_MAX, type LayerProblem, readLayer } from "./geojson";
import { worldOf } from "./projection";

const feature = (type: string, coordinates: unknown, properties: unknown = { kind: "road", name: "滨江路" }) => ({
  type: "Feature",
  properties,
  geometry: { type, coordinates },
});
const file = (...features: unknown[]) => JSON.stringify({ type: "FeatureCollection", features });
const LINE = [
  [113.1, 23.1],
  [113.2, 23.1],
];
const RING = [
  [
    [113.1, 23.1],
    [113.2, 23.1],
    [113.2, 23.2],
    [113.1, 23.1],
  ],
];

function problemsOf(text: string): readonly LayerProblem[] {
  const result = readLayer("a", text);
  return "problems" in result ? result.problems : [];
}

test("every kind of geometry that is drawn", () => {
  const result = readLayer(
    "streets",
    file(
      feature("LineString", LINE, { kind: "road", class: "main", name: "滨江路", name_en: "Riverside Road" }),
      feature("MultiLineString", [LINE, LINE], { kind: "rail" }),
      feature("Polygon", RING, { kind: "water" }),
      feature("MultiPolygon", [RING, RING], { kind: "building" }),
      feature("Point", [113.1, 23.1], { name: "广场" }),
      feature("LineString", LINE, { kind: "tram" }),
      feature("LineString", LINE, null),
    ),
  );
  if (!("layer" in result)) throw new Error(JSON.stringify(result));
  const { features, name } = result.layer;
  expect(name).toBe("streets");
  expect(features.map(({ kind, paths, area }) => [kind, paths.length, area])).toEqual([
    ["road", 1, false],
    ["rail", 2, false],
    ["water", 1, true],
    ["building", 2, true],
    ["label", 1, false],
    ["other", 1, false],
    ["other", 1, false],
  ]);
  expect(features[0]).toMatchObject({ road: "main", name: "滨江路", nameEn: "Riverside Road" });
  expect(features[1]?.road).toBe("street");
  const { x, y } = worldOf({ longitude: 113.15, latitude: 23.1 });
  expect(features[0]?.at.x).toBeCloseTo(x, 12);
  expect(features[0]?.at.y).toBeCloseTo(y, 12);
});

test("an empty collection is a layer of nothing", () => {
  expect(readLayer("a", file())).toMatchObject({ layer: { features: [] } });
});

test("what is wrong with a file", () => {
  const check = (text: string, id: string) => expect(problemsOf(text)[0]?.id, text.slice(0, 60)).toBe(id);
  check("{", "map-file-no-json");
  check("[]", "map-file-no-collection");
  check('{"type":"Feature"}', "map-file-no-collection");
  check('{"type":"FeatureCollection","features":{}}', "map-file-no-collection");
  check(
    '{"type":"FeatureCollection","features":[],"crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::4547"}}}',
    "map-file-crs",
  );
  check(`{"type":"FeatureCollection","features":[${"0,".repeat(FEATURES_MAX)}0]}`, "map-file-features");
  check(" ".repeat(16 * 1024 * 1024 + 1), "map-file-large");
  expect(
    problemsOf(
      '\uFEFF{"type":"FeatureCollection","features":[],"crs":{"properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}}',
    ),
  ).toEqual([]);
});

test("what is wrong with a feature is said with its number and its name", () => {
  const good = feature("LineString", LINE);
  const check = (bad: unknown, id: string, args?: Record<string, string>) => {
    const [problem] = problemsOf(file(good, bad));
    expect(problem?.id, JSON.stringify(bad)).toBe(id);
    expect(problem?.feature).toBe(2);
    if (args) expect(problem?.args).toEqual(args);
  };
  check(3, "map-feature-none");
  check({ type: "Feature", geometry: null }, "map-feature-geometry", { type: "null" });
  check(feature("GeometryCollection", []), "map-feature-geometry", { type: "GeometryCollection" });
  check(feature("Polygon", 5), "map-feature-coordinates");
  check(feature("LineString", [[113, 23]]), "map-feature-line");
  check(feature("Polygon", [LINE]), "map-feature-ring", { n: "2" });
  check(
    feature("LineString", [
      [113, 23],
      ["113", 23],
    ]),
    "map-feature-position",
    { at: "2" },
  );
  check(feature("LineString", [[113, 23], null]), "map-feature-position", { at: "2" });
  // Metres of a projection instead of degrees.
  check(feature("Point", [440_512.2, 2_556_210]), "map-feature-range", { at: "1", value: "440512.2, 2556210" });
  check(feature("Point", [113, 91]), "map-feature-range", { at: "1", value: "113, 91" });
  expect(problemsOf(file(good, feature("Point", [1, 91])))[0]?.name).toBe("滨江路");
});

test("nothing of a file with a problem is drawn, and few of many problems are said", () => {
  const bad = Array.from({ length: 40 }, () => feature("Point", [0, 91]));
  expect(problemsOf(file(feature("LineString", LINE), ...bad)).length).toBe(5);
});

test("no truncation of a file throws", () => {
  const text = file(feature("Polygon", RING), feature("Point", [113, 23]));
  for (let end = 0; end < text.length; end += 1) expect(problemsOf(text.slice(0, end)).length).toBeGreaterThan(0);
});

test("the demonstration's ground is drawn whole", () => {
  const folder = join(import.meta.dirname, "../../../../crates/server/src/demo/ground");
  const files = readdirSync(folder).sort();
  expect(files).toEqual(["10-ground.geojson", "20-streets.geojson", "30-houses.geojson"]);
  for (const name of files) {
    const result = readLayer(name, readFileSync(join(folder, name), "utf8"));
    expect("problems" in result ? result.problems : [], name).toEqual([]);
    expect(
      "layer" in result && result.layer.features.every(({ kind }) => kind !== "other" || name.startsWith("10")),
      name,
    ).toBe(true);
  }
});
