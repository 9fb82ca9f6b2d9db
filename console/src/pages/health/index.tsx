// Whether the system does its duty: every stream's state, every gap with its cause, how long the disk lasts.
// Figures only, no pictures.
import { Tabs } from "antd";
import { Page, useAddress, useT } from "../../ui";
import { DiskTab } from "./DiskTab";
import { GapsTab } from "./GapsTab";
import { StreamsTab } from "./StreamsTab";

const TABS = ["streams", "gaps", "disk"] as const;

export default function Health() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const tab = TABS.find((name) => name === address.tab) ?? "streams";
  const content = { streams: <StreamsTab />, gaps: <GapsTab />, disk: <DiskTab /> };
  return (
    <Page title={t("page-health")}>
      <Tabs
        activeKey={tab}
        onChange={(key) => setAddress({ tab: key === "streams" ? undefined : key })}
        items={TABS.map((key) => ({ key, label: t(`health-tab-${key}`), children: content[key] }))}
        destroyOnHidden
      />
    </Page>
  );
}
