// One incident folder in the drawer: what happened, what is in it, what is held, which packages were asked for, and what its reader
// may do. Items stay as they were written; what was withdrawn is struck through.
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { Folder, FolderItem } from "../../api/types";
import { Because, CaseLink, EntryLink, Facts, Meaning, Side, SpanText, Time, useNames, useT } from "../../ui";
import { FolderFootage } from "./FolderFootage";
import { FolderWord } from "./index";

export function FolderSide({ folder, onClose }: { folder: Folder | undefined; onClose: () => void }) {
  const t = useT();
  return (
    <Side
      open={folder !== undefined}
      title={folder?.name ?? ""}
      onClose={onClose}
      wide
      print={folder ? `${t("folder-one")} · ${folder.name}` : undefined}
    >
      {folder ? <Details key={folder.id} folder={folder} /> : null}
    </Side>
  );
}

function Details({ folder }: { folder: Folder }) {
  const t = useT();
  const { opened } = folder;
  return (
    <div>
      <section className="wk-section">
        <FolderWord row={folder} />
        {folder.happened ? <p>{folder.happened}</p> : null}
        <Facts
          of={[
            [t("folder-unit"), folder.unit.name],
            [t("case-label"), folder.case_id ? <CaseLink key="case" id={folder.case_id} /> : null],
            [t("folder-by"), <Done key="opened" done={opened} />],
            ...folder.steps.map((step): [string, React.ReactNode] => [
              t(step.closes ? "folder-closed" : "folder-reopened"),
              <span key={step.done.at_ms}>
                <Done done={step.done} /> · {step.reason}
              </span>,
            ]),
          ]}
        />
      </section>
      <Items folder={folder} />
      <FolderFootage folder={folder} />
      <Acts folder={folder} />
    </div>
  );
}

function Done({ done }: { done: FolderItem["added"] }) {
  return (
    <>
      {done.by.name} · <Time ms={done.at_ms} /> · <EntryLink index={done.entry.index} />
    </>
  );
}

function Items({ folder }: { folder: Folder }) {
  const t = useT();
  return (
    <section className="wk-section" aria-label={t("folder-items")}>
      <h2>{t("folder-items")}</h2>
      {folder.items.length === 0 ? <p className="wk-hint">{t("folder-items-none")}</p> : null}
      <ul className="wk-folder-items">
        {folder.items.map((item) => (
          <Item key={item.id} folder={folder} item={item} />
        ))}
      </ul>
    </section>
  );
}

/** Where a bookmark or span is played. */
function Place({ item }: { item: FolderItem }) {
  const names = useNames()(item.cameras);
  const { from_ms: from, to_ms: to } = item;
  if (typeof from !== "number") return null;
  const search = { cameras: item.cameras.map(({ id }) => id).join(","), at: String(from) };
  return (
    <Link to="/playback" search={search as never}>
      {names} · {typeof to === "number" ? <SpanText fromMs={from} toMs={to} zone /> : <Time ms={from} zone />}
    </Link>
  );
}

function Item({ folder, item }: { folder: Folder; item: FolderItem }) {
  const t = useT();
  const queries = useQueryClient();
  const [withdrawing, setWithdrawing] = useState(false);
  const path = `/api/folders/${folder.id}/items/${item.id}/withdraw`;
  return (
    <li data-withdrawn={item.withdrawn ? "yes" : undefined}>
      <p>
        <Meaning tone={item.withdrawn ? "plain" : "notice"} quiet>
          {t(item.withdrawn ? "folder-withdrawn" : `folder-kind-${item.kind}`)}
        </Meaning>{" "}
        {item.withheld ? <span className="wk-soft">{t("folder-withheld")}</span> : <Place item={item} />}
        {item.kind === "alarm" && item.about_id ? (
          <Link to="/alarms" search={{ id: item.about_id } as never}>
            {t("alarm-one")}
          </Link>
        ) : null}
      </p>
      {item.words ? <p>{item.withdrawn ? <s>{item.words}</s> : item.words}</p> : null}
      <p className="wk-soft">
        <Done done={item.added} />
        {item.withdrawn ? (
          <>
            {" → "}
            <Done done={item.withdrawn} /> · {item.withdraw_reason}
          </>
        ) : null}{" "}
        {folder.may_add && !item.withdrawn && !item.withheld ? (
          <Button type="text" size="small" onClick={() => setWithdrawing((is) => !is)}>
            {t("folder-withdraw")}
          </Button>
        ) : null}
      </p>
      {withdrawing && !item.withdrawn ? (
        <Because
          label={t("because-reason")}
          acts={[{ label: t("folder-withdraw"), act: ({ reason }) => api.post(path, { reason }) }]}
          onDone={() => queries.invalidateQueries({ queryKey: ["folders"] })}
        />
      ) : null}
    </li>
  );
}

function Acts({ folder }: { folder: Folder }) {
  const t = useT();
  const queries = useQueryClient();
  const onDone = () => queries.invalidateQueries({ queryKey: ["folders"] });
  const step = folder.closed ? "reopen" : "close";
  return (
    <>
      {folder.may_add ? (
        <section className="wk-section">
          <Because
            title={t("folder-note-title")}
            label={t("folder-words")}
            acts={[
              {
                label: t("folder-add"),
                act: ({ reason: words }) => api.post(`/api/folders/${folder.id}/items`, { kind: "note", words }),
              },
            ]}
            onDone={onDone}
          />
        </section>
      ) : null}
      {folder.may_close ? (
        <section className="wk-section">
          <Because
            title={t(`folder-${step}-title`)}
            label={t("because-reason")}
            hint={folder.closed ? undefined : t("folder-close-note")}
            acts={[
              {
                label: t(`folder-${step}`),
                act: ({ reason }) => api.post(`/api/folders/${folder.id}/${step}`, { reason }),
              },
            ]}
            onDone={onDone}
          />
        </section>
      ) : null}
    </>
  );
}
