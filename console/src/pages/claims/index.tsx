// Claims for compensation: what an authority's act cost a unit, what the authority answered and paid (guangzhou-2007:18). Administrators and
// managers lodge them and enter what came of them, auditors read.
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useParts } from "../../api/parts";
import { useMe } from "../../api/queries";
import type { Claim, ClaimsPart } from "../../api/types";
import { BeginButton, type Column, Empty, List, Meaning, Page, RowLink, Time, useRecords, useT } from "../../ui";
import { ClaimSide } from "./ClaimSide";
import { toneOf, yuanOf } from "./claims";
import { NewClaim } from "./NewClaim";

export function ClaimState({ claim }: { claim: Claim }) {
  const t = useT();
  const tone = toneOf(claim);
  return (
    <Meaning tone={tone} quiet={tone !== "late"}>
      {t(`claim-state-${claim.state}`)}
    </Meaning>
  );
}

function useColumns(show: (claim: Claim) => void): Column<Claim>[] {
  const t = useT();
  return [
    {
      key: "authority",
      title: t("claim-authority"),
      ellipsis: true,
      render: (claim) => <RowLink onOpen={() => show(claim)}>{claim.authority}</RowLink>,
    },
    { key: "what", title: t("claim-what"), wide: "md", ellipsis: true, render: (claim) => claim.what },
    {
      key: "claimed",
      title: t("claim-claimed"),
      width: "9rem",
      wide: "md",
      render: (claim) => <span className="wk-code">{yuanOf(claim.claimed_fen)}</span>,
    },
    {
      key: "due",
      title: t("claim-due"),
      width: "13rem",
      wide: "xl",
      render: ({ due_ms }) => (due_ms == null ? null : <Time ms={due_ms} />),
    },
    { key: "state", title: t("claim-state"), width: "9rem", render: (claim) => <ClaimState claim={claim} /> },
  ];
}

export default function Claims() {
  const t = useT();
  const { posts } = useMe();
  const list = useParts<ClaimsPart>(["claims"], "/api/claims", 30_000);
  const record = useRecords();
  const rows = list.data?.pages.flatMap((part) => part.claims) ?? [];
  const named = rows.find(({ id }) => id === record.id);
  const { hasNextPage, isFetching, fetchNextPage } = list;
  // A link may name one that is further down than what was read.
  useEffect(() => {
    if (record.id && !named && hasNextPage && !isFetching) void fetchNextPage();
  }, [record.id, named, hasNextPage, isFetching, fetchNextPage]);
  const show = ({ id }: Claim) => record.show(id);
  const columns = useColumns(show);
  const lodges = posts.some(({ role }) => role === "administrator" || role === "manager");
  const begin = lodges ? <BeginButton label={t("claim-new")} onBegin={record.begin} /> : null;
  return (
    <Page title={t("page-claims")} lead={t("claim-lead")} actions={begin}>
      <div className="wk-toolbar">
        <Link to="/takeovers">{t("takeover-title")}</Link>
      </div>
      <List
        label={t("page-claims")}
        rows={rows}
        rowKey={({ id }) => id}
        columns={columns}
        answer={list}
        open={record.id}
        onOpen={show}
        empty={<Empty title={t("claim-none-title")}>{t("claim-none")}</Empty>}
      />
      <ClaimSide claim={named} settles={lodges} onClose={record.close} />
      {lodges ? <NewClaim open={record.isNew} onClose={record.close} onDone={show} /> : null}
    </Page>
  );
}
