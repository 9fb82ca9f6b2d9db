// Which chapters of the browser test are run: those asked for, and what they need before them. Pure.

/** By name, what has to have happened before: a chapter that is not run alone brings these along. */
export const NEEDS = {
  wall: [],
  administrator: [],
  // Plays what was recorded during the two: a minute and more.
  playback: ["wall", "administrator"],
  // The camera that the administrator switches off for a while, on the desk that playback leaves.
  gap: ["administrator", "playback"],
  holds: [],
  folders: [],
  cases: [],
  grants: [],
  together: [],
  clips: [],
  retrieval: [],
  gaps: [],
  registry: [],
  map: [],
  // The system and its camera.
  documents: ["registry"],
  imports: [],
  sound: [],
  journeys: [],
  disks: [],
  // Its history is of what was registered and put right there.
  findings: ["registry"],
  pressure: [],
  passkeys: [],
  oidc: [],
  standing: [],
  takeover: [],
  portal: [],
  supervision: [],
  dossier: [],
  watching: [],
  filing: [],
  english: ["wall"],
  mjpeg: [],
  // The export that is asked for there.
  handover: ["playback"],
  auditor: [],
  doors: [],
  availability: ["administrator"],
  duty: [],
  alarms: [],
  ptz: [],
  routines: [],
  reminders: [],
  outages: [],
  integrity: [],
  looks: [],
  forks: [],
};

/** Names of what is run, in order: all, or those asked for with everything that they need. */
export function chosen(asked, needs = NEEDS) {
  if (!asked) return Object.keys(needs);
  const unknown = asked.filter((name) => !Object.hasOwn(needs, name));
  if (unknown.length > 0)
    throw new Error(`no chapter ${unknown.join(", ")}; there are ${Object.keys(needs).join(", ")}`);
  const taken = new Set();
  const take = (name) => {
    if (taken.has(name)) return;
    taken.add(name);
    needs[name].forEach(take);
  };
  asked.forEach(take);
  return Object.keys(needs).filter((name) => taken.has(name));
}
