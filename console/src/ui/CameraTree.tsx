// All cameras in their groups: searched, moved through by keyboard, dragged onto a tile. Shows states in words, never pictures.
// A row carries its camera id as `application/x-watchkeeper-camera` when dragged.
import { Input } from "antd";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useAllCameras, useGroups, useUnits } from "../api/queries";
import type { Camera } from "../api/types";
import { treeRows } from "./cameraTree";
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

export function CameraTree({ onOpen, onToggle, chosen, draggable = true, filter }: CameraTreeProps) {
  const t = useT();
  const { language } = useLanguage();
  const now = useNow(15_000);
  const cameras = useAllCameras();
  const units = useUnits();
  const groups = useGroups();
  const [query, setQuery] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string>();
  const list = useRef<HTMLDivElement>(null);

  const rows = useMemo(
    () =>
      treeRows((cameras.data ?? []).filter(filter ?? (() => true)), units.data ?? [], groups.data ?? [], {
        query,
        closed,
      }),
    [cameras.data, units.data, groups.data, filter, query, closed],
  );
  if (cameras.error && !cameras.data) return <Trouble error={cameras.error} onRetry={() => cameras.refetch()} />;
  if (!cameras.data) return <Loading />;

  const flip = (id: string, open: boolean) =>
    setClosed((before) => {
      const after = new Set(before);
      if (open) after.add(id);
      else after.delete(id);
      return after;
    });
  const focusRow = (at: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, at))];
    if (!row) return;
    setActive(row.id);
    list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.id)}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = rows.findIndex((row) => row.id === active);
    const row = rows[at];
    const act: Record<string, () => void> = {
      ArrowDown: () => focusRow(at + 1),
      ArrowUp: () => focusRow(at - 1),
      Home: () => focusRow(0),
      End: () => focusRow(rows.length - 1),
      ArrowRight: () => row?.kind === "branch" && (row.open ? focusRow(at + 1) : flip(row.id, false)),
      ArrowLeft: () => {
        if (row?.kind === "branch" && row.open) flip(row.id, true);
        else focusRow(rows.slice(0, Math.max(at, 0)).findLastIndex((above) => above.level < (row?.level ?? 0)));
      },
      Enter: () => (row?.kind === "leaf" ? (onOpen ?? onToggle)?.(row.camera) : row && flip(row.id, row.open)),
      " ": () => (row?.kind === "leaf" ? (onToggle ?? onOpen)?.(row.camera) : row && flip(row.id, row.open)),
    };
    const action = act[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

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
          const shared = {
            "data-row": row.id,
            "aria-level": row.level + 1,
            style: { paddingInlineStart: `${8 + row.level * 14}px` },
            onFocus: () => setActive(row.id),
          } as const;
          if (row.kind === "branch")
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled once, on the tree
              <div
                key={row.id}
                role="treeitem"
                tabIndex={tabIndex}
                {...shared}
                className="wk-tree-branch"
                aria-expanded={row.open}
                onClick={() => flip(row.id, row.open)}
              >
                <span className={row.open ? "wk-caret wk-caret-open" : "wk-caret"}>
                  <Icon name="caret" size={12} />
                </span>
                <span className="wk-tree-name">{row.name}</span>
                <span className="wk-tree-count">{row.count}</span>
              </div>
            );
          const state = cameraState(row.camera);
          const words = streamWords(state, now, language, t);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled once, on the tree
            <div
              key={row.id}
              role="treeitem"
              tabIndex={tabIndex}
              {...shared}
              className="wk-tree-leaf"
              aria-selected={chosen?.has(row.id) ?? false}
              draggable={draggable}
              onDragStart={(event) => {
                event.dataTransfer.setData(CAMERA_DRAG_TYPE, row.camera.id);
                event.dataTransfer.setData("text/plain", row.camera.name);
                event.dataTransfer.effectAllowed = "copyMove";
              }}
              onClick={() => (onToggle ?? onOpen)?.(row.camera)}
              onDoubleClick={() => onToggle && onOpen?.(row.camera)}
              title={`${row.camera.name} · ${row.camera.place} · ${words}`}
            >
              <Shape tone={streamTone(state)} />
              <span className="wk-tree-name">{row.camera.name}</span>
              {streamTone(state) === "good" ? (
                <span className="wk-hidden">{words}</span>
              ) : (
                <span className={`wk-tree-state wk-tone-${streamTone(state)}`}>{words}</span>
              )}
            </div>
          );
        })}
        {rows.length === 0 ? <p className="wk-tree-none">{query ? t("tree-no-match") : t("tree-none")}</p> : null}
      </div>
    </div>
  );
}
