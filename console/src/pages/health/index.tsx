// Whether the system does its duty: every stream's state, every gap with its cause, how long the disk lasts.
// Figures only, no pictures.
import { Tabs } from "antd";
import { formatTime, Page, PrintButton, PrintWords, useAddress, useLanguage, useNow, useT } from "../../ui";
import { AvailabilityTab } from "./AvailabilityTab";
import { ClocksTab } from "./ClocksTab";
import { DiskTab } from "./DiskTab";
import { GapsTab } from "./GapsTab";
import { OutagesTab } from "./OutagesTab";
import { RetentionTab } from "./RetentionTab";
import { StreamsTab } from "./StreamsTab";
import "./health.css";

const TABS = ["streams", "gaps", "availability", "outages", "retention", "disk", "clocks"] as const;
/** What the address says about one tab's own content. */
const OF_ONE_TAB = ["camera", "view", "id", "new", "by", "month", "sort", "unit", "gap"];

export default function Health() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const tab = TABS.find((name) => name === address.tab) ?? "streams";
  const content = {
    streams: <StreamsTab />,
    gaps: <GapsTab />,
    availability: <AvailabilityTab />,
    outages: <OutagesTab />,
    retention: <RetentionTab />,
    clocks: <ClocksTab />,
    disk: <DiskTab />,
  };
  return (
    <Page title={t("page-health")} actions={<PrintButton />}>
      <PrintState title={`${t("page-health")} · ${t(`health-tab-${tab}`)}`} />
      <Tabs
        activeKey={tab}
        onChange={(key) =>
          setAddress({
            tab: key === "streams" ? undefined : key,
            ...Object.fromEntries(OF_ONE_TAB.map((name) => [name, undefined])),
          })
        }
        items={TABS.map((key) => ({ key, label: t(`health-tab-${key}`), children: content[key] }))}
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
