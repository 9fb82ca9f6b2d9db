// Words of an authority's request, for whoever files it and for the desk that deals with it. What they mean is the law's.

/** Words of the API as parts of Fluent ids. */
export const idOf = (word: string): string => word.replaceAll("_", "-");

export const GROUNDS = [
  "law_enforcement",
  "investigation",
  "prosecution",
  "trial",
  "emergency",
  "major_emergency",
] as const;
export const CERTIFICATES = ["law_enforcement_certificate", "work_certificate"] as const;
/** What is left with the unit as documents: a certificate is shown, its number is named. */
export const PAPERS = ["letter_of_introduction", "supporting_document", "registration_form"] as const;
/** The longest span of one request. */
export const SPAN_MAX_MS = 24 * 3_600_000;
