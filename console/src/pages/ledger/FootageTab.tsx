// The footage log as a list: segments, gaps and deletions of every stream, newest first.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { useFootageProof } from "../../api/queries";
import type { FootageEntry, FootagePage } from "../../api/types";
import {
  CameraSelect,
  type Column,
  Empty,
  Facts,
  formatBytes,
  formatCount,
  formatEntry,
  formatIndex,
  List,
  Loading,
  Meaning,
  numberOf,
  RowLink,
  Side,
  SpanText,
  Trouble,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { checkFootage } from "../../verify/check";
import { Proof } from "./Proof";

function useEntries(camera: string | undefined) {
  return useInfiniteQuery({
    queryKey: ["ledger", "footage", camera],
    queryFn: ({ pageParam, signal }) =>
      api.get<FootagePage>("/api/ledger/footage", { camera, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

function Kind({ entry }: { entry: FootageEntry }) {
  const t = useT();
  const word = t(`footage-${entry.kind.replaceAll("_", "-")}`);
  if (entry.kind !== "gap" && entry.kind !== "loss") return <>{word}</>;
  return <Meaning tone="late">{entry.cause ? `${word} · ${t(`cause-${entry.cause}`)}` : word}</Meaning>;
}

function Span({ entry }: { entry: FootageEntry }) {
  if (entry.from_ms === null || entry.from_ms === undefined) return null;
  return <SpanText fromMs={entry.from_ms} toMs={entry.to_ms ?? entry.from_ms} />;
}

export function FootageTab() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const list = useEntries(address.camera);
  const show = (entry: FootageEntry) => setAddress({ entry: String(entry.index) });
  const rows = list.data?.pages.flatMap((page) => page.entries) ?? [];
  const size = list.data?.pages[0]?.size;
  const { language } = useLanguage();
  const columns: Column<FootageEntry>[] = [
    {
      key: "index",
      title: t("ledger-index"),
      width: "7rem",
      wide: "md",
      align: "right",
      render: (entry) => <span className="wk-soft">{formatIndex(entry.index)}</span>,
    },
    {
      key: "camera",
      title: t("ledger-camera"),
      ellipsis: true,
      render: (entry) => <RowLink onOpen={() => show(entry)}>{entry.camera?.name ?? t("footage-recorder")}</RowLink>,
    },
    { key: "kind", title: t("ledger-kind"), width: "11rem", render: (entry) => <Kind entry={entry} /> },
    { key: "span", title: t("ledger-span"), width: "26rem", wide: "md", render: (entry) => <Span entry={entry} /> },
    {
      key: "profile",
      title: t("camera-stream"),
      width: "8rem",
      wide: "xl",
      render: (entry) => (entry.profile ? t(`profile-${entry.profile}`) : ""),
    },
    {
      key: "seq",
      title: t("footage-seq"),
      width: "7rem",
      wide: "xl",
      align: "right",
      render: (entry) => entry.seq ?? "",
    },
    {
      key: "bytes",
      title: t("export-size"),
      width: "7rem",
      wide: "xl",
      align: "right",
      render: (entry) => (entry.bytes ? formatBytes(entry.bytes) : ""),
    },
  ];
  return (
    <div className="wk-say">
      <div className="wk-toolbar">
        <CameraSelect value={address.camera} onChange={(camera) => setAddress({ camera })} />
      </div>
      <List
        label={t("ledger-tab-footage")}
        rows={rows}
        rowKey={(entry) => String(entry.index)}
        columns={columns}
        answer={list}
        open={address.entry}
        onOpen={show}
        total={size === undefined ? null : <span>{t("ledger-size", { n: formatCount(size, language) })}</span>}
        empty={<Empty title={t("footage-empty-title")}>{t("footage-empty")}</Empty>}
      />
      <FootageSide index={numberOf(address.entry)} onClose={() => setAddress({ entry: undefined })} />
    </div>
  );
}

function FootageSide({ index, onClose }: { index: number | undefined; onClose: () => void }) {
  const t = useT();
  const proof = useFootageProof(index);
  const entry = proof.data?.entry;
  return (
    <Side
      open={index !== undefined}
      title={index === undefined ? "" : t("ledger-entry-title", { index: String(index) })}
      onClose={onClose}
      wide
      print={entry ? `${t("page-ledger")} · ${formatEntry("footage", entry.index)}` : undefined}
    >
      {proof.error ? <Trouble error={proof.error} onRetry={() => proof.refetch()} /> : null}
      {proof.data && entry ? (
        <div>
          <section className="wk-section">
            <Facts
              of={[
                [t("ledger-camera"), entry.camera?.name ?? t("footage-recorder")],
                [t("camera-stream"), entry.profile ? t(`profile-${entry.profile}`) : null],
                [t("ledger-kind"), <Kind key="kind" entry={entry} />],
                [t("ledger-span"), <Span key="span" entry={entry} />],
                [t("footage-seq"), entry.seq?.toString()],
                [t("export-size"), entry.bytes ? formatBytes(entry.bytes) : null],
              ]}
            />
          </section>
          <Proof
            key={entry.index}
            log="footage"
            check={(key) => checkFootage(proof.data, key)}
            bytes={[[t("proof-record"), proof.data.record_b64]]}
            checkpoint={proof.data.checkpoint}
          />
        </div>
      ) : proof.isPending && index !== undefined ? (
        <Loading />
      ) : null}
    </Side>
  );
}
