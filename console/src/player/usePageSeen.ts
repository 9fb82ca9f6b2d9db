// Whether anybody can see the page: false once it has been hidden for a while. It stops nothing by itself.
import { useEffect, useState } from "react";
import { HIDDEN_MS_MAX } from "./live";

export function usePageSeen(): boolean {
  const [seen, setSeen] = useState(() => !document.hidden);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changed = () => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => setSeen(false), HIDDEN_MS_MAX);
      else setSeen(true);
    };
    document.addEventListener("visibilitychange", changed);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", changed);
    };
  }, []);
  return seen;
}
