// Lines of an inspection under the headings of the text that has them, in its order (national-2016:23). Pure; which line is under which
// heading the server says.
import type { InspectionLine } from "../../api/supervision";

const HEADINGS = ["building-duty", "design-review-and-acceptance", "running-and-footage-rules", "other"];

/** Under each heading its lines in their order; last, without a heading, those that no text puts under one. */
export function byHeading<Line extends Pick<InspectionLine, "heading">>(
  lines: Line[],
): [heading: string | undefined, lines: Line[]][] {
  const known = (line: Line) => HEADINGS.find((heading) => heading === line.heading);
  return [...HEADINGS, undefined]
    .map((heading): [string | undefined, Line[]] => [heading, lines.filter((line) => known(line) === heading)])
    .filter(([, own]) => own.length > 0);
}
