// A filter by one camera: the server is asked as one types, so that there may be any number of them.
import { Select } from "antd";
import { useState } from "react";
import { useCamera, useCameraPage } from "../api/queries";
import type { Id } from "../api/types";
import { formatCount } from "./format";
import { useLanguage, useT } from "./i18n";
import { useRested } from "./useRested";

/** As many as one reads through; more are found by typing. */
const ROWS = 50;
const SECOND = 1000;
/** Stands for the rest in the list, and cannot be chosen. */
const REST = "";

export interface CameraSelectProps {
  value: Id | undefined;
  onChange: (camera: Id | undefined) => void;
}

export function CameraSelect({ value, onChange }: CameraSelectProps) {
  const t = useT();
  const { language } = useLanguage();
  const [typed, setTyped] = useState("");
  const [wanted, setWanted] = useState(false);
  const query = useRested(typed);
  const found = useCameraPage({ query, limit: ROWS }, { everyMs: 60 * SECOND, enabled: wanted });
  const { camera } = useCamera(value);
  const cameras = found.data?.cameras ?? [];
  const rest = (found.data?.total ?? 0) - cameras.length;
  const options = cameras.map(({ id, name }) => ({ value: id, label: name, disabled: false }));
  const isShown = value === undefined || cameras.some(({ id }) => id === value);
  if (!isShown) options.unshift({ value, label: camera?.name ?? "…", disabled: false });
  if (rest > 0)
    options.push({ value: REST, label: t("tree-rest", { n: formatCount(rest, language) }), disabled: true });
  return (
    <Select
      className="wk-filter"
      aria-label={t("ledger-camera")}
      placeholder={t("ledger-camera")}
      allowClear
      showSearch={{ filterOption: false, onSearch: setTyped, searchValue: typed }}
      onOpenChange={(open) => {
        if (open) setWanted(true);
        else setTyped("");
      }}
      value={value}
      onChange={(camera: string | undefined) => onChange(camera)}
      options={options}
      notFoundContent={<span className="wk-soft">{t(found.isFetching ? "loading" : "tree-no-match")}</span>}
    />
  );
}
