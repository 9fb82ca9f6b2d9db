// Which lines stand under which heading, and in which order.
import { expect, it } from "vitest";
import { byHeading } from "./headings";

it("groups lines by the headings of the text, and what has none comes last", () => {
  const line = (number: number, heading: string | null) => ({ number, heading });
  const lines = [
    line(0, "building-duty"),
    line(1, "other"),
    line(2, null),
    line(3, "running-and-footage-rules"),
    line(4, "building-duty"),
    line(5, "a word of tomorrow"),
  ];
  const groups = byHeading(lines).map(([heading, own]) => [heading, own.map(({ number }) => number)]);
  expect(groups).toEqual([
    ["building-duty", [0, 4]],
    ["running-and-footage-rules", [3]],
    ["other", [1]],
    [undefined, [2, 5]],
  ]);
  expect(byHeading([line(7, null)])).toEqual([[undefined, [line(7, null)]]]);
});
