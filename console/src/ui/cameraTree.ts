// Cameras in their units and groups as rows of a tree, filtered by what was typed. Pure; drawn by CameraTree.tsx.
import type { Camera, Group, Unit } from "../api/types";

export interface BranchRow {
  kind: "branch";
  id: string;
  name: string;
  level: number;
  open: boolean;
  /** Cameras under it, at any depth, that pass the filter. */
  count: number;
}

export interface LeafRow {
  kind: "leaf";
  id: string;
  camera: Camera;
  level: number;
}

export type TreeRow = BranchRow | LeafRow;

/** True when every word typed occurs in the camera's name, place or one of its groups' names. */
export function matches(camera: Camera, groupNames: string, query: string): boolean {
  const text = `${camera.name} ${camera.place} ${groupNames}`.toLocaleLowerCase();
  return query
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

interface Branch {
  id: string;
  name: string;
  path: string;
  branches: Branch[];
  cameras: Camera[];
}

function branchesOf(groups: Group[], unit: string, parent: string | null, path: string, depth = 0): Branch[] {
  // A cycle of groups cannot be stored, but it must not hang the page either.
  if (depth > 8) return [];
  return groups
    .filter((group) => group.unit_id === unit && (group.parent_id ?? null) === parent)
    .map((group) => {
      const own = `${path} ${group.name}`;
      return {
        id: group.id,
        name: group.name,
        path: own,
        branches: branchesOf(groups, unit, group.id, own, depth + 1),
        cameras: [],
      };
    });
}

/** The rows to draw, in order. A unit's own row is left out when there is only one unit. */
export function treeRows(
  cameras: Camera[],
  units: Unit[],
  groups: Group[],
  { query = "", closed = new Set<string>() }: { query?: string; closed?: ReadonlySet<string> } = {},
): TreeRow[] {
  const typed = query.trim();
  const rows: TreeRow[] = [];
  const roots: Branch[] = units.map((unit) => ({
    id: unit.id,
    name: unit.name,
    path: unit.name,
    branches: branchesOf(groups, unit.id, null, unit.name),
    cameras: [],
  }));
  const byId = new Map<string, Branch>();
  const index = (branch: Branch) => {
    byId.set(branch.id, branch);
    branch.branches.forEach(index);
  };
  roots.forEach(index);
  for (const camera of cameras) {
    const branch = byId.get(camera.group_id ?? "") ?? byId.get(camera.unit_id);
    if (branch && (!typed || matches(camera, branch.path, typed))) branch.cameras.push(camera);
    else if (!branch && (!typed || matches(camera, "", typed)))
      rows.push({ kind: "leaf", id: camera.id, camera, level: 0 });
  }
  const count = (branch: Branch): number =>
    branch.cameras.length + branch.branches.reduce((sum, b) => sum + count(b), 0);
  const draw = (branch: Branch, level: number, hidden: boolean) => {
    const total = count(branch);
    if (total === 0) return;
    const open = typed !== "" || !closed.has(branch.id);
    if (!hidden) rows.push({ kind: "branch", id: branch.id, name: branch.name, level, open, count: total });
    if (!hidden && !open) return;
    const inner = hidden ? level : level + 1;
    for (const child of branch.branches) draw(child, inner, false);
    for (const camera of branch.cameras) rows.push({ kind: "leaf", id: camera.id, camera, level: inner });
  };
  for (const root of roots) draw(root, 0, roots.length === 1);
  return rows;
}
