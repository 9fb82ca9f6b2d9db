// A unit's routines: written rules and drills, rounds, work orders, assessments, carriers' links. Those who answer for the unit act;
// whoever supervises reads. What is due, and what is late, the server says.
import { Select, Tabs } from "antd";
import { useMe, useUnits } from "../../api/queries";
import { Empty, Page, useAddress, useT } from "../../ui";
import { AssessmentsTab } from "./AssessmentsTab";
import { LinksTab } from "./LinksTab";
import { OrdersTab } from "./OrdersTab";
import { RoundsTab } from "./RoundsTab";
import { RulesTab } from "./RulesTab";
import "./routines.css";

const TABS = ["rules", "rounds", "orders", "assessments", "links"] as const;
const READERS: readonly string[] = ["administrator", "auditor", "manager"];

export default function Routines() {
  const t = useT();
  const { posts } = useMe();
  const units = useUnits();
  const [address, setAddress] = useAddress();
  const seen = new Set(posts.filter(({ role, group }) => READERS.includes(role) && !group).map(({ unit }) => unit.id));
  const own = (units.data ?? []).filter(({ id }) => seen.has(id));
  const unit = own.find(({ id }) => id === address.unit) ?? own[0];
  const tab = TABS.find((name) => name === address.tab) ?? "rules";
  const panes = unit && {
    rules: <RulesTab unit={unit.id} />,
    rounds: <RoundsTab unit={unit.id} />,
    orders: <OrdersTab unit={unit.id} />,
    assessments: <AssessmentsTab unit={unit.id} />,
    links: <LinksTab unit={unit.id} />,
  };
  return (
    <Page title={t("page-routines")} lead={t("routines-lead")}>
      {own.length > 1 ? (
        <div className="wk-toolbar">
          <Select
            className="wk-filter"
            aria-label={t("routines-unit")}
            value={unit?.id}
            onChange={(id) => setAddress({ unit: id, id: undefined })}
            options={own.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </div>
      ) : null}
      {units.data && !unit ? <Empty title={t("routines-none-title")}>{t("routines-none")}</Empty> : null}
      {unit && panes ? (
        <Tabs
          key={unit.id}
          activeKey={tab}
          onChange={(key) => setAddress({ tab: key === "rules" ? undefined : key, id: undefined, new: undefined })}
          items={TABS.map((key) => ({
            key,
            label: t(`routines-tab-${key}`),
            children: <div className="wk-routine-tab">{panes[key]}</div>,
          }))}
          destroyOnHidden
        />
      ) : null}
    </Page>
  );
}
