// Which rows of a list are ticked, or that all that the filter finds are meant. Not kept in the address: it is a moment's choice.
import { useState } from "react";

export function useMany() {
  const [chosen, setChosen] = useState<string[]>([]);
  const [all, setAll] = useState(false);
  const onChange = (keys: string[]) => {
    setChosen(keys);
    setAll(false);
  };
  return {
    any: all || chosen.length > 0,
    choice: { chosen, onChange, can: () => true },
    bar: { chosen, all, onAll: () => setAll(true), onClear: () => onChange([]) },
  };
}
