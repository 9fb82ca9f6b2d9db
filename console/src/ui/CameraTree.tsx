// All cameras in their groups: searched, moved through by keyboard, dragged onto a tile. Shows states in words, never pictures.
// A row carries its camera id as `application/x-watchkeeper-camera` when dragged.
import { Input } from "antd";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useAllCameras, useGroups, useUnits } from "../api/queries";
import type { Camera } from "../api/types";
import { type BranchRow, type LeafRow, type TreeRow, treeRows } from "./cameraTree";
import { Icon } from "./Icon";
import { useLanguage, useT } from "./i18n";
import { Shape } from "./Meaning";
import { Loading, Trouble } from "./Page";
import { cameraState, streamTone, streamWords } from "./stream";
import { useNow } from "./useNow";

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
  /** Leaves a camera out. */
  filter?: (camera: Camera) => boolean;
}

/** Arrow keys, Home, End, Enter and Space over the rows (ARIA tree pattern). */
function useTreeKeys(
  rows: TreeRow[],
  flip: (id: string, open: boolean) => void,
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
    else if (row) flip(row.id, row.open);
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
      ArrowRight: () => row?.kind === "branch" && (row.open ? focusRow(at + 1) : flip(row.id, false)),
      ArrowLeft: () => (row?.kind === "branch" && row.open ? flip(row.id, true) : focusRow(above())),
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
  const { filter } = props;
  const t = useT();
  const cameras = useAllCameras();
  const units = useUnits();
  const groups = useGroups();
  const [query, setQuery] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => {
    const shown = (cameras.data ?? []).filter(filter ?? (() => true));
    return treeRows(shown, units.data ?? [], groups.data ?? [], { query, closed });
  }, [cameras.data, units.data, groups.data, filter, query, closed]);
  const flip = (id: string, open: boolean) =>
    setClosed((before) => {
      const after = new Set(before);
      if (open) after.add(id);
      else after.delete(id);
      return after;
    });
  const { active, setActive, list, focusRow, onKeyDown } = useTreeKeys(rows, flip, props);
  if (cameras.error && !cameras.data) return <Trouble error={cameras.error} onRetry={() => cameras.refetch()} />;
  if (!cameras.data) return <Loading />;
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
          return row.kind === "branch" ? (
            <Branch key={row.id} row={row} {...shared} onFlip={() => flip(row.id, row.open)} />
          ) : (
            <Leaf key={row.id} row={row} {...shared} tree={props} />
          );
        })}
        {rows.length === 0 ? <p className="wk-tree-none">{query ? t("tree-no-match") : t("tree-none")}</p> : null}
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

function Branch({ row, tabIndex, onFocus, onFlip }: RowProps & { row: BranchRow; onFlip: () => void }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled once, on the tree
    <div
      role="treeitem"
      tabIndex={tabIndex}
      data-row={row.id}
      aria-level={row.level + 1}
      aria-expanded={row.open}
      style={indent(row.level)}
      className="wk-tree-branch"
      onFocus={onFocus}
      onClick={onFlip}
    >
      <span className={row.open ? "wk-caret wk-caret-open" : "wk-caret"}>
        <Icon name="caret" size={12} />
      </span>
      <span className="wk-tree-name">{row.name}</span>
      <span className="wk-tree-count">{row.count}</span>
    </div>
  );
}

function Leaf({ row, tabIndex, onFocus, tree }: RowProps & { row: LeafRow; tree: CameraTreeProps }) {
  const t = useT();
  const { language } = useLanguage();
  const now = useNow(15_000);
  const { onOpen, onToggle, chosen, draggable = true } = tree;
  const { camera } = row;
  const state = cameraState(camera);
  const tone = streamTone(state);
  const words = streamWords(state, now, language, t);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled once, on the tree
    <div
      role="treeitem"
      tabIndex={tabIndex}
      data-row={row.id}
      aria-level={row.level + 1}
      aria-selected={chosen?.has(row.id) ?? false}
      style={indent(row.level)}
      className="wk-tree-leaf"
      draggable={draggable}
      onFocus={onFocus}
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
    </div>
  );
}
