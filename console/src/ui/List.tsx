// A dense list: 32 px rows, a row opens the drawer, more is loaded from the server on demand. Over antd's table.
// Columns marked `wide` are left out on a phone; the drawer has everything.
import { Button, Table } from "antd";
import type { ColumnType } from "antd/es/table";
import type { ReactNode } from "react";
import { useT } from "./i18n";
import { Loading, Trouble } from "./Page";

export interface Column<Row> {
  key: string;
  title: ReactNode;
  render: (row: Row) => ReactNode;
  width?: string | number;
  align?: "right";
  /** Only where there is room: from 768, 1200 or 1600 px. */
  wide?: "md" | "xl" | "xxl";
  ellipsis?: boolean;
  /** The list can be ordered by this column. */
  ordered?: boolean;
}

/** The column that the rows are ordered by; the page orders them. */
export interface Order {
  key: string;
  descending: boolean;
}

export interface ListAnswer {
  data: unknown;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
  /** Of a query by pages. */
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  fetchNextPage?: () => unknown;
}

export interface ListProps<Row> {
  label: string;
  rows: Row[];
  rowKey: (row: Row) => string;
  columns: Column<Row>[];
  /** The query that the rows come from: while it runs the list says so, when it failed, why, and where there are more, how to get them. */
  answer?: ListAnswer;
  /** The row whose drawer is open. */
  open?: string;
  onOpen?: (row: Row) => void;
  empty: ReactNode;
  /** How many there are in all, in words. */
  total?: ReactNode;
  /** Several rows can be chosen, by their keys. */
  choice?: {
    chosen: string[];
    onChange: (keys: string[]) => void;
    can: (row: Row) => boolean;
    label: (row: Row) => string;
  };
  order?: Order;
  onOrder?: (order: Order) => void;
}

export function List<Row extends object>({
  label,
  rows,
  rowKey,
  columns,
  answer,
  open,
  onOpen,
  empty,
  total,
  choice,
  order,
  onOrder,
}: ListProps<Row>) {
  const t = useT();
  const moreButton = answer?.hasNextPage ? (
    <Button onClick={() => answer.fetchNextPage?.()} loading={answer.isFetchingNextPage}>
      {t("action-more")}
    </Button>
  ) : null;
  if (answer?.error && answer.data === undefined)
    return <Trouble error={answer.error} onRetry={() => answer.refetch()} />;
  if (rows.length === 0)
    return answer?.isPending ? (
      <Loading />
    ) : (
      <div className="wk-say">
        {empty}
        {moreButton ? <div className="wk-table-note">{moreButton}</div> : null}
      </div>
    );
  const antColumns: ColumnType<Row>[] = columns.map(
    ({ key, title, render, width, align, wide, ellipsis, ordered }) => ({
      key,
      title,
      width,
      align,
      ellipsis: ellipsis ? { showTitle: false } : undefined,
      responsive: wide ? [wide] : undefined,
      // The rows come in their order; antd only draws the arrows and says what was pressed.
      sorter: ordered,
      sortDirections: ["ascend", "descend", "ascend"],
      sortOrder: ordered && order?.key === key ? (order.descending ? "descend" : "ascend") : null,
      showSorterTooltip: false,
      render: (_: unknown, row: Row) => render(row),
    }),
  );
  return (
    <div className="wk-list">
      <Table<Row>
        className="wk-table"
        aria-label={label}
        size="small"
        dataSource={rows}
        rowKey={rowKey}
        columns={antColumns}
        pagination={false}
        onChange={(_page, _filters, sorted) => {
          const [by] = Array.isArray(sorted) ? sorted : [sorted];
          if (by?.columnKey !== undefined && by.order)
            onOrder?.({ key: String(by.columnKey), descending: by.order === "descend" });
        }}
        rowSelection={
          choice && {
            selectedRowKeys: choice.chosen,
            onChange: (keys) => choice.onChange(keys.map(String)),
            getCheckboxProps: (row) => ({ disabled: !choice.can(row), "aria-label": choice.label(row) }),
            getTitleCheckboxProps: () => ({ "aria-label": t("list-choose-all") }),
            columnWidth: "2.5rem",
          }
        }
        rowClassName={(row) => (rowKey(row) === open ? "ant-table-row-selected" : "")}
        onRow={(row) => ({
          onClick: (event) => {
            if (!(event.target as HTMLElement).closest("a,button,input,label")) onOpen?.(row);
          },
        })}
      />
      <div className="wk-table-note">
        {total ? <span>{total}</span> : null}
        {moreButton}
      </div>
    </div>
  );
}

/** The cell that opens the row by keyboard. */
export function RowLink({ onOpen, children }: { onOpen: () => void; children: ReactNode }) {
  return (
    <button type="button" className="wk-rowlink" onClick={onOpen}>
      {children}
    </button>
  );
}
