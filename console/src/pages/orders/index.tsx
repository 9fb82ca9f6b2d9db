// The supervised side: inspections and orders of one's units, awards that one proposes; for administrators also who supervises.
import { Input, Tabs } from "antd";
import { useState } from "react";
import { useKeptUnits, useMe } from "../../api/queries";
import { useSupervising } from "../../api/supervision";
import { InspectionSide } from "../../register/supervision/InspectionSide";
import { AwardList, InspectionList, OrderList } from "../../register/supervision/Lists";
import { DemandList } from "../../register/supervision/Retention";
import { Words } from "../../register/supervision/Words";
import { BeginButton, CaseSelect, Page, Side, UnitField, useAddress, useRecords, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { Authorities } from "./Authorities";

const TABS = ["orders", "inspections", "retention", "awards", "authorities"] as const;

export default function Orders() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const tab = TABS.find((name) => name === address.tab) ?? "orders";
  const open = (id: string | undefined) => setAddress({ id });
  const { posts } = useMe();
  const record = useRecords();
  const keeps = posts.some(({ role }) => role === "administrator");
  const proposes = keeps || posts.some(({ role }) => role === "manager");
  const begins = { authorities: keeps && "authority-new", awards: proposes && "award-propose" };
  const begin = tab === "authorities" || tab === "awards" ? begins[tab] : false;
  const content = {
    orders: <OrderList open={address.id} onOpen={open} />,
    inspections: <InspectionList open={address.id} onOpen={open} />,
    retention: <DemandList open={address.id} onOpen={open} />,
    awards: <Awards proposes={proposes} />,
    authorities: <Authorities keeps={keeps} />,
  };
  return (
    <Page
      title={t("orders-title")}
      lead={t("orders-lead")}
      actions={begin ? <BeginButton label={t(begin)} onBegin={record.begin} /> : null}
    >
      <Tabs
        activeKey={tab}
        onChange={(key) => setAddress({ tab: key === "orders" ? undefined : key, id: undefined, new: undefined })}
        items={TABS.map((key) => ({ key, label: t(`orders-tab-${key}`), children: content[key] }))}
        destroyOnHidden
      />
      <InspectionSide id={tab === "inspections" ? address.id : undefined} side="unit" onClose={() => open(undefined)} />
    </Page>
  );
}

function Awards({ proposes }: { proposes: boolean }) {
  const t = useT();
  const record = useRecords();
  return (
    <>
      <Side open={record.isNew && proposes} title={t("award-propose")} onClose={record.close}>
        {record.isNew ? <Propose onDone={record.close} /> : null}
      </Side>
      <AwardList />
    </>
  );
}

function Propose({ onDone }: { onDone: () => void }) {
  const t = useT();
  const units = useKeptUnits();
  const [unit, setUnit] = useState<string>();
  const [found, setFound] = useState<string>();
  const [whom, setWhom] = useState("");
  const send = useSupervising<{ unit_id: string; case_id: string; whom: string; merit: string }>(
    () => "/api/awards",
    onDone,
  );
  const own = unit ?? units.data?.[0]?.id;
  return (
    <div className="wk-fields">
      <UnitField label={t("order-to")} units={units.data ?? []} value={own} onChange={setUnit} />
      <Labelled label={t("award-case")}>
        {(id) => <CaseSelect id={id} value={found} onChange={(chosen) => setFound(chosen?.id)} />}
      </Labelled>
      <Labelled label={t("award-whom")}>
        {(id) => <Input id={id} maxLength={100} value={whom} onChange={(event) => setWhom(event.target.value)} />}
      </Labelled>
      <Words
        label={t("award-merit")}
        sending={send}
        acts={[
          {
            label: t("award-propose-do"),
            primary: true,
            disabled: !own || !found || whom.trim() === "",
            act: (merit) => send.mutate({ unit_id: own ?? "", case_id: found ?? "", whom: whom.trim(), merit }),
          },
        ]}
      />
    </div>
  );
}
