// The ledger: who saw, took, changed or was refused what (access), and what was recorded or is missing (footage).
// Browsing and searching; checking one entry is Proof.tsx. Reading the ledger is itself an entry.
import { Link } from "@tanstack/react-router";
import { Tabs } from "antd";
import { useSystemState } from "../../api/queries";
import { Age, Page, useAddress, useT } from "../../ui";
import { AccessTab } from "./AccessTab";
import { FootageTab } from "./FootageTab";
import { PressureTab } from "./PressureTab";
import { WitnessTab } from "./WitnessTab";

const TABS = ["access", "footage", "witnesses", "pressure"] as const;

export default function Ledger() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const state = useSystemState();
  const head = state.data?.ledger;
  const tab = TABS.find((name) => name === address.tab) ?? "access";
  const log = tab === "access" || tab === "footage" ? head?.[tab] : undefined;
  return (
    <Page
      title={t("page-ledger")}
      actions={
        <>
          <Link to="/questions">{t("questions-open-page")}</Link>
          <Link to="/trace">{t("trace-open")}</Link>
        </>
      }
      lead={
        log ? (
          <>
            {t(tab === "access" ? "ledger-lead-access" : "ledger-lead-footage")}{" "}
            <span className="wk-nowrap">
              {log.checkpoint_ms ? (
                <>
                  {t("ledger-signed")} <Age ms={log.checkpoint_ms} everyMs={1000} />
                </>
              ) : null}
            </span>
          </>
        ) : tab === "witnesses" ? (
          t("witness-lead")
        ) : tab === "pressure" ? (
          t("pressure-tab-lead")
        ) : undefined
      }
    >
      <Tabs
        activeKey={tab}
        onChange={(key) =>
          setAddress({ tab: key === "access" ? undefined : key, entry: undefined, q: undefined, report: undefined })
        }
        items={[
          { key: "access", label: t("ledger-tab-access"), children: <AccessTab /> },
          { key: "footage", label: t("ledger-tab-footage"), children: <FootageTab /> },
          { key: "witnesses", label: t("ledger-tab-witnesses"), children: <WitnessTab /> },
          { key: "pressure", label: t("ledger-tab-pressure"), children: <PressureTab /> },
        ]}
        destroyOnHidden
      />
    </Page>
  );
}
