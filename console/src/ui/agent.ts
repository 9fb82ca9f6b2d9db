// What a browser calls itself, in words that its owner recognises.

/** `Chrome 156 · Linux` from a user agent string, or its beginning. */
export function agentWords(agent: string): string {
  const found = /Edg\/\d+|Firefox\/\d+|Chrome\/\d+|Version\/\d+/.exec(agent.replace(/Chrome\S* (?=.*Edg\/)/, ""))?.[0];
  const browser = found?.replace("Edg/", "Edge ").replace("Version/", "Safari ").replace("/", " ");
  const system = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(agent)?.[0]?.replace("Mac OS X", "macOS");
  return [browser, system].filter(Boolean).join(" · ") || agent.slice(0, 60);
}
