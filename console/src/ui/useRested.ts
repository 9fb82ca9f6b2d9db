// Text that is typed, once the fingers rest: the server is asked for a word, not for each of its letters.
import { useEffect, useState } from "react";

const TYPING_PAUSE_MS = 250;

export function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
