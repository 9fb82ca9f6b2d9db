// Which cameras a list of the health page shows: search and group, kept in the address; the server does the filtering.
import { Button, Select } from "antd";
import { type ReactNode, useState } from "react";
import { useGroups } from "../../api/queries";
import { type Address, Search, useAddress, useT } from "../../ui";

/** What these fields ask of the server. */
export const cameraQuery = (address: Address) => ({ query: address.q, group: address.group });

interface CameraFilterProps {
  /** Names of further fields of the address that the list is narrowed by. */
  also?: readonly string[];
  children?: ReactNode;
}

export function CameraFilter({ also = [], children }: CameraFilterProps) {
  const t = useT();
  const groups = useGroups();
  const [address, setAddress] = useAddress();
  const [setQuery] = useState(() => (q: string | undefined) => setAddress({ q }));
  const fields = ["q", "group", ...also];
  return (
    <div className="wk-toolbar">
      <Search label={t("camera-search")} value={address.q} onChange={setQuery} />
      {(groups.data?.length ?? 0) > 0 ? (
        <Select
          className="wk-filter"
          aria-label={t("camera-group")}
          placeholder={t("camera-group")}
          allowClear
          value={address.group}
          onChange={(group: string | undefined) => setAddress({ group })}
          options={(groups.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
      {children}
      {fields.some((name) => address[name]) ? (
        <Button type="text" onClick={() => setAddress(Object.fromEntries(fields.map((name) => [name, undefined])))}>
          {t("action-clear")}
        </Button>
      ) : null}
    </div>
  );
}
