// Whether the system does its duty: every stream's state, every gap with its cause, how long the disk lasts.
// Figures only, no pictures.
import { Tabs } from "antd";
import { useMe } from "../../api/queries";
import { formatTime, Page, PrintButton, PrintWords, useAddress, useLanguage, useNow, useT } from "../../ui";
import { AvailabilityTab } from "./AvailabilityTab";
import { ClocksTab } from "./ClocksTab";
import { DiskTab } from "./DiskTab";
import { GapsTab } from "./GapsTab";
import { IntegrityTab } from "./IntegrityTab";
import { OutagesTab } from "./OutagesTab";
import { RetentionTab } from "./RetentionTab";
import { StreamsTab } from "./StreamsTab";
import "./health.css";

const TABS = ["streams", "gaps", "availability", "outages", "retention", "disk", "clocks", "integrity"] as const;
/** What the address says about one tab's own content. */
const OF_ONE_TAB = ["camera", "view", "id", "new", "by", "month", "sort", "unit", "system", "gap", "group", "q", "own"];

export default function Health() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const { rights } = useMe();
  // Who may explain gaps sees them, and nothing else of this page.
  const tabs = rights.health ? TABS : (["gaps"] as const);
  const tab = tabs.find((name) => name === address.tab) ?? tabs[0];
  const content = {
    streams: <StreamsTab />,
    gaps: <GapsTab />,
    availability: <AvailabilityTab />,
    outages: <OutagesTab />,
    retention: <RetentionTab />,
    clocks: <ClocksTab />,
    disk: <DiskTab />,
    integrity: <IntegrityTab />,
  };
  return (
    <Page title={t("page-health")} actions={<PrintButton />}>
      <PrintState title={`${t("page-health")} · ${t(`health-tab-${tab}`)}`} />
      <Tabs
        activeKey={tab}
        onChange={(key) =>
          setAddress({
            tab: key === tabs[0] ? undefined : key,
            ...Object.fromEntries(OF_ONE_TAB.map((name) => [name, undefined])),
          })
        }
        items={tabs.map((key) => ({ key, label: t(`health-tab-${key}`), children: content[key] }))}
        destroyOnHidden
      />
    </Page>
  );
}

/** Figures change by themselves: paper says of what moment they are. */
function PrintState({ title }: { title: string }) {
  const t = useT();
  const { language } = useLanguage();
  const now = useNow(5000);
  return <PrintWords words={t("print-page", { title, time: formatTime(now, language, { zone: true }) })} />;
}
