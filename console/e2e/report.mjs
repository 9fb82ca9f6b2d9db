// Counts what held and what did not, and says so line by line. Chapters are independent; the steps of a chapter build on
// each other, so that the first one that fails ends its chapter. Nothing is retried, and nothing may last for ever: what
// hangs is a failure with a name.

/** The longest that a step may take: the longest of them waits for minutes of footage, and then tries on a busy machine. */
const STEP_SECONDS_MAX = 420;

const begun = performance.now();
export const secondsSince = (ms) => ((performance.now() - ms) / 1000).toFixed(1);

let passed = 0;
const failures = [];

/** Something expected that is not so. */
export class Unmet extends Error {}

/** Throws unless `holds`; `what` says what was expected, `found` what was there. */
export function expect(holds, what, found) {
  if (holds) return;
  const seen = found === undefined ? "" : `; found ${typeof found === "string" ? found : JSON.stringify(found)}`;
  throw new Unmet(`${what}${seen}`.slice(0, 1500));
}

/** Waits until `look` returns something true, and returns that. Throws with the last thing seen. */
export async function until(what, look, { seconds = 90, everyMs = 250 } = {}) {
  const end = performance.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      last = await look();
      if (last) return last;
    } catch (error) {
      if (error instanceof Unmet) last = error.message;
      else throw error;
    }
    if (performance.now() > end)
      throw new Unmet(`${what}: not within ${seconds} s; found ${JSON.stringify(last)}`.slice(0, 1500));
    await new Promise((done) => setTimeout(done, everyMs));
  }
}

/** Resolves as `act` does, or throws when that takes longer than `seconds`. */
export async function within(seconds, what, act) {
  let timer;
  const late = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Unmet(`${what}: not finished within ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([act(), late]);
  } finally {
    clearTimeout(timer);
  }
}

let running = "nothing";
/** What is being done, for whoever has to end it. */
export const underWay = () => running;

export const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** One thing that must hold. What it returns, if it is text, is printed behind it: a number, a name. */
export async function step(name, act) {
  const from = performance.now();
  running = name;
  try {
    const said = await within(STEP_SECONDS_MAX, name, act);
    passed += 1;
    console.log(`  ok    ${name}${typeof said === "string" ? `: ${said}` : ""} (${secondsSince(from)} s)`);
  } catch (error) {
    failures.push(name);
    console.log(
      `  FAIL  ${name} (${secondsSince(from)} s)\n        ${String(error.message).replaceAll("\n", "\n        ")}`,
    );
    if (!(error instanceof Unmet) && error.stack) console.log(error.stack.split("\n").slice(1, 6).join("\n"));
    throw new ChapterEnds();
  } finally {
    running = `what comes after "${name}"`;
  }
}

class ChapterEnds extends Error {}

/** Steps that belong together. `onFailure` is called for a picture of what was on the screen. */
export async function chapter(name, act, onFailure) {
  console.log(`\n${name} (${secondsSince(begun)} s)`);
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof ChapterEnds)) {
      failures.push(name);
      console.log(`  FAIL  ${name}: between steps\n        ${error.stack}`);
    }
    await within(60, "a screenshot", async () => onFailure?.(name)).catch((trouble) =>
      console.log(`        no screenshot: ${trouble.message}`),
    );
    return false;
  }
}

/** Prints the closing line; returns the exit code. */
export function close() {
  if (failures.length > 0) console.log(`\nfailed: ${failures.join("; ")}`);
  console.log(`\n${passed} passed, ${failures.length} failed (${secondsSince(begun)} s)`);
  return failures.length > 0 || passed === 0 ? 1 : 0;
}
