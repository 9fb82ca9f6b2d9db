// The two buttons of a list that goes in and out as a table, with their drawers; which is open stands in the address.
import { Button } from "antd";
import type { Query } from "../api/client";
import { useMe } from "../api/queries";
import { Icon, useAddress, useT } from "../ui";
import { ExportSide } from "./ExportSide";
import { ImportSide } from "./ImportSide";

interface TableActsProps {
  kind: string;
  name: string;
  shared?: boolean;
  query: Query;
}

export function TableActs({ kind, name, shared, query }: TableActsProps) {
  const t = useT();
  const { rights } = useMe();
  const [address, setAddress] = useAddress();
  const close = () => setAddress({ table: undefined });
  return (
    <>
      {rights.cameras ? (
        <Button icon={<Icon name="upload" size={15} />} onClick={() => setAddress({ table: "import" }, true)}>
          {t("import-begin")}
        </Button>
      ) : null}
      <Button icon={<Icon name="download" size={15} />} onClick={() => setAddress({ table: "export" }, true)}>
        {t("export-list-begin")}
      </Button>
      <ImportSide
        open={address.table === "import" && rights.cameras}
        onClose={close}
        kind={kind}
        name={name}
        shared={shared}
      />
      <ExportSide
        open={address.table === "export"}
        onClose={close}
        kind={kind}
        name={name}
        query={query}
        keeper={rights.cameras}
      />
    </>
  );
}
