// Types of chapters.mjs, for its test.
export const NEEDS: Record<string, string[]>;
export function chosen(asked: string[] | null, needs?: Record<string, string[]>): string[];
