// Cameras in their units and groups as rows of a tree: all at once where they are few, branch by branch where they are many.
// Pure; drawn by CameraTree.tsx.
import type { Camera, CameraCounts, Group, Unit } from "../api/types";

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

/** What of a branch, or of what was found, is not shown yet. */
export interface MoreRow {
  kind: "more";
  id: string;
  /** The unit or group whose cameras they are; nothing for those that a search found. */
  branch: string | undefined;
  level: number;
  /** Nothing while the first ones are on their way. */
  left: number | undefined;
}

export type TreeRow = BranchRow | LeafRow | MoreRow;

/** Cameras of one branch that are here, and how many there are. */
export interface Loaded {
  cameras: readonly Camera[];
  total: number;
}

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

function rootsOf(units: Unit[], groups: Group[]): Branch[] {
  return units.map((unit) => ({
    id: unit.id,
    name: unit.name,
    path: unit.name,
    branches: branchesOf(groups, unit.id, null, unit.name),
    cameras: [],
  }));
}

/** The branches of a tree by their ids. */
function indexed(roots: Branch[]): Map<string, Branch> {
  const byId = new Map<string, Branch>();
  const index = (branch: Branch) => {
    byId.set(branch.id, branch);
    branch.branches.forEach(index);
  };
  roots.forEach(index);
  return byId;
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
  const roots = rootsOf(units, groups);
  const byId = indexed(roots);
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

/** Which branch a camera hangs in: its group, or the unit itself. */
const branchOf = ({ group_id, unit_id }: { group_id?: string | null; unit_id: string }) => group_id ?? unit_id;

/** The branches whose own cameras are wanted: those that are open, and the only unit, which has no row. */
export function openBranches(units: Unit[], counts: CameraCounts, opened: ReadonlySet<string>): string[] {
  const isOpen = (id: string) => opened.has(id) || (units.length === 1 && units[0]?.id === id);
  return counts.counts.map(branchOf).filter(isOpen);
}

/** The rows of a tree of which only the counts are known, and the cameras of some branches. */
export function branchRows(
  units: Unit[],
  groups: Group[],
  counts: CameraCounts,
  { opened, loaded }: { opened: ReadonlySet<string>; loaded: ReadonlyMap<string, Loaded> },
): TreeRow[] {
  const own = new Map(counts.counts.map((count) => [branchOf(count), count.cameras]));
  const count = (branch: Branch): number =>
    (own.get(branch.id) ?? 0) + branch.branches.reduce((sum, below) => sum + count(below), 0);
  const rows: TreeRow[] = [];
  const leaves = (branch: Branch, level: number) => {
    if (!own.get(branch.id)) return;
    const here = loaded.get(branch.id);
    for (const camera of here?.cameras ?? []) rows.push({ kind: "leaf", id: camera.id, camera, level });
    const left = here ? here.total - here.cameras.length : undefined;
    if (left !== 0) rows.push({ kind: "more", id: `more-${branch.id}`, branch: branch.id, level, left });
  };
  const draw = (branch: Branch, level: number, hidden: boolean) => {
    const total = count(branch);
    if (total === 0) return;
    const open = opened.has(branch.id);
    if (!hidden) rows.push({ kind: "branch", id: branch.id, name: branch.name, level, open, count: total });
    if (!hidden && !open) return;
    const inner = hidden ? level : level + 1;
    for (const below of branch.branches) draw(below, inner, false);
    leaves(branch, inner);
  };
  const roots = rootsOf(units, groups);
  for (const root of roots) draw(root, 0, roots.length === 1);
  return rows;
}

/** The rows of what a search found: its first cameras, all branches open, with how many there are in each. */
export function foundRows(found: Loaded, units: Unit[], groups: Group[], counts: CameraCounts | undefined): TreeRow[] {
  const rows = treeRows([...found.cameras], units, groups);
  const left = found.total - found.cameras.length;
  if (left <= 0) return rows;
  const all = new Map((counts?.counts ?? []).map((count) => [branchOf(count), count.cameras]));
  const whole = (branch: Branch): number =>
    (all.get(branch.id) ?? 0) + branch.branches.reduce((sum, below) => sum + whole(below), 0);
  const byId = indexed(rootsOf(units, groups));
  const counted = rows.map((row): TreeRow => {
    const branch = row.kind === "branch" ? byId.get(row.id) : undefined;
    return branch && row.kind === "branch" ? { ...row, count: Math.max(row.count, whole(branch)) } : row;
  });
  return [...counted, { kind: "more", id: "more", branch: undefined, level: 0, left }];
}
