// What a browser calls itself, in words that its owner recognises; and a session, in few enough letters to be read off a photograph.

/** The end of a session's id: what is random in it, where its beginning is a time. The mark on pictures and the lists of sessions show it. */
export const sessionCode = (id: string): string => id.replaceAll("-", "").slice(-8).toUpperCase();

/** `Chrome 156 · Linux` from a user agent string, or its beginning. */
export function agentWords(agent: string): string {
  const found = /Edg\/\d+|Firefox\/\d+|Chrome\/\d+|Version\/\d+/.exec(agent.replace(/Chrome\S* (?=.*Edg\/)/, ""))?.[0];
  const browser = found?.replace("Edg/", "Edge ").replace("Version/", "Safari ").replace("/", " ");
  const system = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(agent)?.[0]?.replace("Mac OS X", "macOS");
  return [browser, system].filter(Boolean).join(" · ") || agent.slice(0, 60);
}
