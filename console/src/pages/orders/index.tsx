// The supervised side: inspections and orders of one's units, awards that one proposes; for administrators also who supervises.
import { Button, Input, Select, Tabs } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useKeptUnits, useMe, usePeople } from "../../api/queries";
import { useAuthorities, useAwards, useSupervising } from "../../api/supervision";
import { InspectionSide } from "../../register/supervision/InspectionSide";
import { AwardWords, InspectionList, OrderList } from "../../register/supervision/Lists";
import { DemandList } from "../../register/supervision/Retention";
import { Words } from "../../register/supervision/Words";
import { CaseSelect, Empty, Facts, Page, Trouble, UnitField, useAddress, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

const TABS = ["orders", "inspections", "retention", "awards", "authorities"] as const;
const KINDS = ["public_security", "industry", "information"] as const;

export default function Orders() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const tab = TABS.find((name) => name === address.tab) ?? "orders";
  const open = (id: string | undefined) => setAddress({ id });
  const content = {
    orders: <OrderList open={address.id} onOpen={open} />,
    inspections: <InspectionList open={address.id} onOpen={open} />,
    retention: <DemandList open={address.id} onOpen={open} />,
    awards: <Awards />,
    authorities: <Authorities />,
  };
  return (
    <Page title={t("orders-title")} lead={t("orders-lead")}>
      <Tabs
        activeKey={tab}
        onChange={(key) => setAddress({ tab: key === "orders" ? undefined : key, id: undefined })}
        items={TABS.map((key) => ({ key, label: t(`orders-tab-${key}`), children: content[key] }))}
        destroyOnHidden
      />
      <InspectionSide id={tab === "inspections" ? address.id : undefined} side="unit" onClose={() => open(undefined)} />
    </Page>
  );
}

function Awards() {
  const t = useT();
  const { posts } = useMe();
  const all = useAwards();
  const may = posts.some(({ role }) => role === "administrator" || role === "manager");
  return (
    <div className="wk-say">
      {may ? <Propose /> : null}
      {all.error ? <Trouble error={all.error} /> : null}
      {all.data?.awards.length === 0 ? <Empty title={t("award-none-title")}>{t("award-none")}</Empty> : null}
      {all.data?.awards.map((award) => (
        <section key={award.id} className="wk-panel" aria-label={award.whom}>
          <AwardWords award={award} />
        </section>
      ))}
    </div>
  );
}

function Propose() {
  const t = useT();
  const units = useKeptUnits();
  const [unit, setUnit] = useState<string>();
  const [found, setFound] = useState<string>();
  const [whom, setWhom] = useState("");
  const send = useSupervising<{ unit_id: string; case_id: string; whom: string; merit: string }>(() => "/api/awards");
  const own = unit ?? units.data?.[0]?.id;
  return (
    <section className="wk-panel" aria-label={t("award-propose")}>
      <h2>{t("award-propose")}</h2>
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
    </section>
  );
}

function Authorities() {
  const t = useT();
  const { posts } = useMe();
  const all = useAuthorities();
  const keeps = posts.some(({ role }) => role === "administrator");
  return (
    <div className="wk-say">
      {keeps ? <NewAuthority /> : null}
      {all.error ? <Trouble error={all.error} /> : null}
      {all.data?.authorities.map((one) => (
        <section key={one.id} className="wk-panel" aria-label={one.name}>
          <h2>
            <span>{one.name}</span>
          </h2>
          <Facts
            of={[
              [t("authority-kind"), t(`authority-kind-${one.kind.replace("_", "-")}`)],
              [t("authority-division"), `${one.division} · ${t(`authority-level-${one.level}`)}`],
              [t("authority-industry"), one.industry],
              [t("authority-supervisors"), one.supervisors.map(({ name }) => name).join(t("form-semicolon"))],
            ]}
          />
          {keeps ? <Bind authority={one.id} onDone={() => all.refetch()} /> : null}
        </section>
      ))}
    </div>
  );
}

function NewAuthority() {
  const t = useT();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<(typeof KINDS)[number]>("public_security");
  const [division, setDivision] = useState("");
  const [industry, setIndustry] = useState("");
  const send = useSupervising<Record<string, string>>(() => "/api/authorities");
  const missing = name.trim() === "" || !/^\d{6}$/.test(division) || (kind === "industry" && industry.trim() === "");
  return (
    <section className="wk-panel" aria-label={t("authority-new")}>
      <h2>{t("authority-new")}</h2>
      <div className="wk-fields">
        <Labelled label={t("authority-name")}>
          {(id) => <Input id={id} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}
        </Labelled>
        <Labelled label={t("authority-kind")}>
          {(id) => (
            <Select
              id={id}
              value={kind}
              onChange={setKind}
              options={KINDS.map((one) => ({ value: one, label: t(`authority-kind-${one.replace("_", "-")}`) }))}
            />
          )}
        </Labelled>
        <Labelled label={t("authority-division")} hint={t("authority-division-hint")}>
          {(id) => (
            <Input id={id} maxLength={6} value={division} onChange={(event) => setDivision(event.target.value)} />
          )}
        </Labelled>
        {kind === "industry" ? (
          <Labelled label={t("authority-industry")}>
            {(id) => <Input id={id} value={industry} onChange={(event) => setIndustry(event.target.value)} />}
          </Labelled>
        ) : null}
        {send.error ? <Trouble error={send.error} /> : null}
        <div className="wk-buttons">
          <Button
            disabled={missing}
            loading={send.isPending}
            onClick={() =>
              send.mutate({
                name: name.trim(),
                kind,
                division,
                ...(kind === "industry" ? { industry: industry.trim() } : {}),
              })
            }
          >
            {t("authority-add")}
          </Button>
        </div>
      </div>
    </section>
  );
}

function Bind({ authority, onDone }: { authority: string; onDone: () => void }) {
  const t = useT();
  const me = useMe();
  const people = usePeople();
  const [error, setError] = useState<unknown>();
  const others = (people.data ?? []).filter((person) => person.id !== me.person.id && !person.suspended);
  const bind = async (person: string) => {
    setError(undefined);
    await api.put(`/api/authorities/${authority}/supervisors/${person}`, {}).then(onDone, setError);
  };
  return (
    <div className="wk-fields">
      <Labelled label={t("authority-bind")} hint={t("authority-bind-hint")}>
        {(id) => (
          <Select
            id={id}
            value={null}
            onChange={(person: string | null) => person && bind(person)}
            showSearch={{ optionFilterProp: "label" }}
            options={others.map((person) => ({ value: person.id, label: `${person.name} (${person.account})` }))}
          />
        )}
      </Labelled>
      {error ? <Trouble error={error} /> : null}
    </div>
  );
}
