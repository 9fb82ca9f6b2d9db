// All cameras in their groups: searched, moved through by keyboard, dragged onto a tile. Shows states in words, never pictures.
// A few are one tree; of thousands only the open branches and what a search finds are asked for.
// A row carries its camera id as `application/x-watchkeeper-camera` when dragged.
import { Input } from "antd";
import { type ComponentProps, type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useCameraCounts, useCameraPage, useCameraPages, useGroups, useUnits } from "../api/queries";
import type { Camera } from "../api/types";
import {
  type BranchRow,
  branchRows,
  foundRows,
  type LeafRow,
  type Loaded,
  type MoreRow,
  openBranches,
  type TreeRow,
  treeRows,
} from "./cameraTree";
import { formatCount } from "./format";
import { Icon } from "./Icon";
import { useLanguage, useT } from "./i18n";
import { Shape } from "./Meaning";
import { Loading, Trouble } from "./Page";
import { cameraState, streamTone, streamWords } from "./stream";
import { useNow } from "./useNow";
import { useRested } from "./useRested";

/** So many cameras are shown as one tree, all open; of more, each branch is asked for when it is opened. */
const WHOLE_MAX = 200;
/** Cameras of a branch, and of what a search finds, that come at once. */
const BRANCH_STEP = 100;
/** Nobody looks through more of one branch: they are found by name. */
const BRANCH_MAX = 500;
const SECOND = 1000;

export const CAMERA_DRAG_TYPE = "application/x-watchkeeper-camera";

/** The camera id in a drop, or nothing when something else was dropped. */
export function droppedCamera(data: DataTransfer): string | undefined {
  return data.getData(CAMERA_DRAG_TYPE) || undefined;
}

export interface CameraTreeProps {
  /** Double click or Enter on a camera. */
  onOpen?: (camera: Camera) => void;
  /** Single click or Space: for choosing several. Without it a click opens. */
  onToggle?: (camera: Camera) => void;
  /** Cameras shown as chosen. */
  chosen?: ReadonlySet<string>;
  draggable?: boolean;
}

/** A set in which one thing is turned over. */
function useFlipped(): [ReadonlySet<string>, (id: string) => void] {
  const [flipped, setFlipped] = useState<ReadonlySet<string>>(new Set());
  const flip = (id: string) =>
    setFlipped((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  return [flipped, flip];
}

/** All cameras, if they are few; how many, if not. */
function useWhole() {
  const [many, setMany] = useState(false);
  const first = useCameraPage({ limit: WHOLE_MAX }, { everyMs: (many ? 60 : 5) * SECOND });
  const isMany = first.data !== undefined && first.data.total > first.data.cameras.length;
  if (isMany !== many && first.data) setMany(isMany);
  return { first, many: isMany };
}

/** The cameras of the branches that are open, or those that a search finds, where there are too many for one tree. */
function useManyRows(many: boolean, typed: string, opened: ReadonlySet<string>, steps: ReadonlyMap<string, number>) {
  const [units, groups] = [useUnits().data, useGroups().data];
  const query = useRested(typed.trim());
  const counts = useCameraCounts(query || undefined, many).data;
  const found = useCameraPage({ query, limit: BRANCH_STEP }, { enabled: many && query !== "" }).data;
  const asked = many && !query && units && counts ? openBranches(units, counts, opened) : [];
  const isUnit = (id: string) => units?.some((unit) => unit.id === id);
  const pages = useCameraPages(
    asked.map((id) => ({ [isUnit(id) ? "unit" : "group"]: id, direct: true, limit: steps.get(id) ?? BRANCH_STEP })),
  );
  // A branch that grows keeps what it has until the longer answer is there.
  const last = useRef(new Map<string, Loaded>());
  for (const [at, id] of asked.entries()) if (pages[at]) last.current.set(id, pages[at]);
  if (!many || !units || !groups) return undefined;
  if (query) return found && foundRows(found, units, groups, counts);
  return counts && branchRows(units, groups, counts, { opened, loaded: last.current });
}

function useTreeRows(query: string) {
  const units = useUnits();
  const groups = useGroups();
  const { first, many } = useWhole();
  // Of a few cameras everything is open until it is closed; of many everything is closed until it is opened.
  const [flipped, flip] = useFlipped();
  const [steps, setSteps] = useState<ReadonlyMap<string, number>>(new Map());
  const grow = (branch: string) =>
    setSteps((before) => {
      const next = Math.min(BRANCH_MAX, (before.get(branch) ?? BRANCH_STEP) + BRANCH_STEP);
      return new Map(before).set(branch, next);
    });
  const mayGrow = (branch: string) => (steps.get(branch) ?? BRANCH_STEP) < BRANCH_MAX;
  const cameras = first.data?.cameras;
  const whole = useMemo(
    () => (many ? [] : treeRows(cameras ?? [], units.data ?? [], groups.data ?? [], { query, closed: flipped })),
    [many, cameras, units.data, groups.data, query, flipped],
  );
  const branches = useManyRows(many, query, flipped, steps);
  return { first, rows: many ? branches : whole, flip, grow, mayGrow };
}

/** Arrow keys, Home, End, Enter and Space over the rows (ARIA tree pattern). */
function useTreeKeys(
  rows: TreeRow[],
  flip: (id: string) => void,
  onMore: (row: MoreRow) => void,
  { onOpen, onToggle }: CameraTreeProps,
) {
  const [active, setActive] = useState<string>();
  const list = useRef<HTMLDivElement>(null);
  const focusRow = (at: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, at))];
    if (!row) return;
    setActive(row.id);
    list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.id)}"]`)?.focus();
  };
  const use = (row: TreeRow | undefined, act: ((camera: Camera) => void) | undefined) => {
    if (row?.kind === "leaf") act?.(row.camera);
    else if (row?.kind === "more") onMore(row);
    else if (row) flip(row.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = rows.findIndex((row) => row.id === active);
    const row = rows[at];
    const above = () => rows.slice(0, Math.max(at, 0)).findLastIndex((other) => other.level < (row?.level ?? 0));
    const act: Record<string, () => void> = {
      ArrowDown: () => focusRow(at + 1),
      ArrowUp: () => focusRow(at - 1),
      Home: () => focusRow(0),
      End: () => focusRow(rows.length - 1),
      ArrowRight: () => row?.kind === "branch" && (row.open ? focusRow(at + 1) : flip(row.id)),
      ArrowLeft: () => (row?.kind === "branch" && row.open ? flip(row.id) : focusRow(above())),
      Enter: () => use(row, onOpen ?? onToggle),
      " ": () => use(row, onToggle ?? onOpen),
    };
    const action = act[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  return { active, setActive, list, focusRow, onKeyDown };
}

export function CameraTree(props: CameraTreeProps) {
  const t = useT();
  const [query, setQuery] = useState("");
  const { first, rows: made, flip, grow, mayGrow } = useTreeRows(query);
  const rows = made ?? [];
  const growable = ({ branch, left }: MoreRow) => left !== undefined && branch !== undefined && mayGrow(branch);
  const onMore = (row: MoreRow) => row.branch !== undefined && growable(row) && grow(row.branch);
  const { active, setActive, list, focusRow, onKeyDown } = useTreeKeys(rows, flip, onMore, props);
  if (first.error && !first.data) return <Trouble error={first.error} onRetry={() => first.refetch()} />;
  if (!first.data) return <Loading />;
  return (
    <div className="wk-tree">
      <Input
        className="wk-tree-search"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => event.key === "ArrowDown" && focusRow(0)}
        prefix={<Icon name="search" size={15} />}
        placeholder={t("tree-search")}
        aria-label={t("tree-search")}
        allowClear
      />
      <div className="wk-tree-rows" role="tree" aria-label={t("tree-label")} ref={list} onKeyDown={onKeyDown}>
        {rows.map((row, at) => {
          const tabIndex = row.id === active || (active === undefined && at === 0) ? 0 : -1;
          const shared = { tabIndex, onFocus: () => setActive(row.id) };
          if (row.kind === "leaf") return <Leaf key={row.id} row={row} {...shared} tree={props} />;
          return row.kind === "branch" ? (
            <Branch key={row.id} row={row} {...shared} onFlip={() => flip(row.id)} />
          ) : (
            <More key={row.id} row={row} {...shared} onMore={growable(row) ? () => onMore(row) : undefined} />
          );
        })}
        {made?.length === 0 ? <p className="wk-tree-none">{query ? t("tree-no-match") : t("tree-none")}</p> : null}
      </div>
    </div>
  );
}

/** A row's indent: one step for each level. */
const indent = (level: number) => ({ paddingInlineStart: `${8 + level * 14}px` });

interface RowProps {
  tabIndex: number;
  onFocus: () => void;
}

type ItemProps = RowProps & { row: TreeRow } & Omit<ComponentProps<"div">, "role" | "style">;

/** A row, as the keyboard and a screen reader have it. Keys are handled once, on the tree. */
function Item({ row, tabIndex, ...rest }: ItemProps) {
  return (
    <div
      role="treeitem"
      tabIndex={tabIndex}
      data-row={row.id}
      aria-level={row.level + 1}
      style={indent(row.level)}
      {...rest}
    />
  );
}

function Branch({ row, onFlip, ...focus }: RowProps & { row: BranchRow; onFlip: () => void }) {
  return (
    <Item row={row} {...focus} aria-expanded={row.open} className="wk-tree-branch" onClick={onFlip}>
      <span className={row.open ? "wk-caret wk-caret-open" : "wk-caret"}>
        <Icon name="caret" size={12} />
      </span>
      <span className="wk-tree-name">{row.name}</span>
      <span className="wk-tree-count">{row.count}</span>
    </Item>
  );
}

/** What is not shown yet: pressed it comes, or the search finds it. */
function More({ row, onMore, ...focus }: RowProps & { row: MoreRow; onMore: (() => void) | undefined }) {
  const t = useT();
  const { language } = useLanguage();
  const n = formatCount(row.left ?? 0, language);
  const words = row.left === undefined ? t("loading") : t(onMore ? "tree-more" : "tree-rest", { n });
  return (
    <Item
      row={row}
      {...focus}
      className={onMore ? "wk-tree-branch wk-tree-more" : "wk-tree-branch wk-tree-rest"}
      onClick={onMore}
    >
      <span className="wk-tree-name">{words}</span>
    </Item>
  );
}

function Leaf({ row, tree, ...focus }: RowProps & { row: LeafRow; tree: CameraTreeProps }) {
  const t = useT();
  const { language } = useLanguage();
  const now = useNow(15_000);
  const { onOpen, onToggle, chosen, draggable = true } = tree;
  const { camera } = row;
  const state = cameraState(camera);
  const tone = streamTone(state);
  const words = streamWords(state, now, language, t);
  return (
    <Item
      row={row}
      {...focus}
      aria-selected={chosen?.has(row.id) ?? false}
      className="wk-tree-leaf"
      draggable={draggable}
      onDragStart={(event) => {
        event.dataTransfer.setData(CAMERA_DRAG_TYPE, camera.id);
        event.dataTransfer.setData("text/plain", camera.name);
        event.dataTransfer.effectAllowed = "copyMove";
      }}
      onClick={() => (onToggle ?? onOpen)?.(camera)}
      onDoubleClick={() => onToggle && onOpen?.(camera)}
      title={`${camera.name} · ${camera.place} · ${words}`}
    >
      <Shape tone={tone} />
      <span className="wk-tree-name">{camera.name}</span>
      {tone === "good" ? (
        <span className="wk-hidden">{words}</span>
      ) : (
        <span className={`wk-tree-state wk-tone-${tone}`}>{words}</span>
      )}
    </Item>
  );
}
