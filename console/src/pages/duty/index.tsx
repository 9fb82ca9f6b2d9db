// The duty room: who is on and who is missing, one's own shift from take-over to hand-over, the watch log, reports to the public
// security organ, visitors, and the roster as a week. What a shift is the server says.
import { Select, Tabs } from "antd";
import { type DutyRoom, useDutyRooms } from "../../api/duty";
import { Empty, Loading, Page, Trouble, useAddress, useT } from "../../ui";
import { LogTab } from "./LogTab";
import { NowTab } from "./NowTab";
import { ReportsTab } from "./ReportsTab";
import { NewRoom } from "./RoomForms";
import { RosterTab } from "./RosterTab";
import { SheetSide } from "./Sheet";
import { VisitorsTab } from "./VisitorsTab";
import "./duty.css";

const TABS = ["now", "log", "reports", "visitors", "roster"] as const;

export default function Duty() {
  const t = useT();
  const rooms = useDutyRooms();
  const [address, setAddress] = useAddress();
  const room = rooms.data?.find(({ id }) => id === address.room) ?? rooms.data?.find(({ closed }) => !closed);
  return (
    <Page title={t("page-duty")} lead={t("duty-lead")}>
      {rooms.error && !rooms.data ? <Trouble error={rooms.error} onRetry={() => rooms.refetch()} /> : null}
      {rooms.data && rooms.data.length > (room ? 1 : 0) ? (
        <div className="wk-toolbar">
          <Select
            className="wk-filter"
            aria-label={t("duty-room")}
            value={room?.id}
            onChange={(id) => setAddress({ room: id, shift: undefined })}
            placeholder={t("duty-room-closed")}
            options={rooms.data.map(({ id, name, unit, closed }) => ({
              value: id,
              label: [name, unit.name, closed ? t("duty-room-closed") : undefined].filter(Boolean).join(" · "),
            }))}
          />
        </div>
      ) : null}
      {rooms.isPending ? <Loading /> : null}
      {rooms.data && !room ? <NoRoom /> : null}
      {room ? <OfRoom key={room.id} room={room} /> : null}
    </Page>
  );
}

function NoRoom() {
  const t = useT();
  return (
    <>
      <Empty title={t("duty-none-title")}>{t("duty-none")}</Empty>
      <NewRoom />
    </>
  );
}

function OfRoom({ room }: { room: DutyRoom }) {
  const t = useT();
  const [address, setAddress] = useAddress();
  const tab = TABS.find((name) => name === address.tab) ?? "now";
  const content = {
    now: <NowTab room={room} />,
    log: <LogTab room={room} />,
    reports: <ReportsTab room={room} />,
    visitors: <VisitorsTab room={room} />,
    roster: <RosterTab room={room} />,
  };
  return (
    <>
      <Tabs
        activeKey={tab}
        onChange={(key) => setAddress({ tab: key === "now" ? undefined : key, shift: undefined, new: undefined })}
        items={TABS.map((key) => ({ key, label: t(`duty-tab-${key}`), children: content[key] }))}
        destroyOnHidden
      />
      <SheetSide shift={address.shift} onClose={() => setAddress({ shift: undefined })} />
    </>
  );
}
