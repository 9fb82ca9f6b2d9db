// One person out of those that the server names for some cameras: to whom a clip may be handed, who ordered a hold.
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { api } from "../api/client";
import type { Colleagues } from "../api/types";
import { useT } from "./i18n";
import { Labelled } from "./Labelled";
import { useRested } from "./useRested";

interface ColleagueChoiceProps {
  /** Where they are asked for. */
  from: string;
  /** Fluent ids. */
  words: { label: string; hint: string; nobody: string };
  /** Ids. */
  cameras: string[];
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}

/** The server is asked as one types. */
export function ColleagueChoice({ from, words, cameras, value, onChange }: ColleagueChoiceProps) {
  const t = useT();
  const [typed, setTyped] = useState("");
  const named = useRested(typed);
  const ids = cameras.join(",");
  const found = useQuery({
    queryKey: ["colleagues", from, ids, named],
    queryFn: ({ signal }) => api.get<Colleagues>(from, { cameras: ids, named: named || undefined }, signal),
    enabled: ids !== "",
  });
  return (
    <Labelled label={t(words.label)} hint={t(words.hint)}>
      {(id) => (
        <Select
          id={id}
          value={value}
          allowClear
          showSearch={{ filterOption: false, onSearch: setTyped, searchValue: typed }}
          onChange={onChange}
          loading={found.isFetching}
          notFoundContent={<span className="wk-soft">{t(found.isFetching ? "loading" : words.nobody)}</span>}
          options={(found.data?.colleagues ?? []).map((one) => ({
            value: one.id,
            label: `${one.name} · ${one.account}`,
          }))}
        />
      )}
    </Labelled>
  );
}
