// Which posts a person holds: a role for the whole unit or for one camera group of it, one row each.
import { Button, Select } from "antd";
import { useGroups, useKeptUnits } from "../../api/queries";
import type { Post, PostDraft, Role } from "../../api/types";
import { Icon, useT } from "../../ui";
import { fieldId } from "../../ui/Missing";

export const ROLES: Role[] = ["viewer", "operator", "administrator", "auditor", "manager"];

export function draftsOf(posts: Post[]): PostDraft[] {
  return posts.map(({ role, unit, group }) => ({ role, unit_id: unit.id, group_id: group?.id ?? null }));
}

/** Rows that say the same twice, or are not finished. */
export function postsProblem(posts: PostDraft[]): "posts-unfinished" | "posts-twice" | undefined {
  if (posts.some((post) => !post.role || !post.unit_id)) return "posts-unfinished";
  const keys = posts.map(({ role, unit_id, group_id }) => `${role} ${unit_id} ${group_id ?? ""}`);
  return new Set(keys).size < keys.length ? "posts-twice" : undefined;
}

export function PostsEditor({ posts, onChange }: { posts: PostDraft[]; onChange: (posts: PostDraft[]) => void }) {
  const t = useT();
  const units = useKeptUnits();
  const groups = useGroups();
  const change = (at: number, part: Partial<PostDraft>) =>
    onChange(posts.map((post, other) => (other === at ? { ...post, ...part } : post)));
  const problem = postsProblem(posts);
  const several = (units.data?.length ?? 0) > 1;
  return (
    <fieldset className="wk-posts" id={fieldId("person-posts")} tabIndex={-1}>
      <legend>{t("person-posts")}</legend>
      {posts.map((post, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own and are only appended or taken out
        <div key={at} className="wk-post-row">
          <Select
            aria-label={t("person-role")}
            value={post.role}
            onChange={(role: Role) => change(at, { role })}
            options={ROLES.map((role) => ({ value: role, label: t(`role-${role}`) }))}
          />
          {several ? (
            <Select
              aria-label={t("camera-unit")}
              value={post.unit_id}
              onChange={(unit_id: string) => change(at, { unit_id, group_id: null })}
              options={(units.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            />
          ) : null}
          <Select
            aria-label={t("post-scope")}
            value={post.group_id ?? ""}
            onChange={(group: string) => change(at, { group_id: group || null })}
            options={[
              { value: "", label: t("post-whole-unit") },
              ...(groups.data ?? [])
                .filter((group) => group.unit_id === post.unit_id)
                .map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
          <Button
            type="text"
            aria-label={t("post-remove", { n: String(at + 1) })}
            icon={<Icon name="close" size={14} />}
            onClick={() => onChange(posts.filter((_, other) => other !== at))}
          />
          <span className="wk-hint">{t(`role-${post.role}-hint`)}</span>
        </div>
      ))}
      <div>
        <Button
          icon={<Icon name="plus" size={14} />}
          disabled={!units.data?.length}
          onClick={() => onChange([...posts, { role: "viewer", unit_id: units.data?.[0]?.id ?? "", group_id: null }])}
        >
          {t("post-add")}
        </Button>
      </div>
      {problem ? <p className="wk-tone-late">{t(problem)}</p> : null}
    </fieldset>
  );
}
