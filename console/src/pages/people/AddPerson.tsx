// A new personal account: account, name, posts. The server makes the first password; it is shown once.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { Person, PostDraft } from "../../api/types";
import { Side, Trouble, useDraft, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { Missing } from "../../ui/Missing";
import { OneTimePassword } from "./OneTimePassword";
import { PostsEditor, postsProblem } from "./PostsEditor";

interface Draft {
  account: string;
  name: string;
  posts: PostDraft[];
}

const START: Draft = { account: "", name: "", posts: [] };
/** Lower-case Latin letters, digits, dot, hyphen, underscore; begins with a letter. */
const ACCOUNT = /^[a-z][a-z0-9._-]{1,63}$/;

export function missingInPerson(draft: Draft): string[] {
  const missing: string[] = [];
  if (!draft.name.trim()) missing.push("person-name");
  if (!ACCOUNT.test(draft.account)) missing.push("signin-account");
  if (postsProblem(draft.posts)) missing.push("person-posts");
  return missing;
}

interface Created {
  person: Person;
  one_time_password: string;
}

export function AddPerson({
  open,
  onClose,
  onDone,
}: {
  open: boolean;
  onClose: () => void;
  onDone: (id: string) => void;
}) {
  const t = useT();
  const [draft, change, drop] = useDraft<Draft>("person", START);
  const [created, setCreated] = useState<Created>();
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () => api.post<Created>("/api/people", { ...draft, name: draft.name.trim() }),
    onSuccess: (answer) => {
      drop();
      setCreated(answer);
      queries.invalidateQueries({ queryKey: ["people"] });
    },
  });
  const missing = missingInPerson(draft);
  return (
    <>
      <Side open={open} title={t("person-add")} onClose={onClose} wide>
        <div className="wk-fields">
          <Labelled label={t("person-name")} need="person-name" hint={t("person-name-hint")}>
            {(id) => (
              <Input
                id={id}
                maxLength={60}
                value={draft.name}
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Labelled>
          <Labelled label={t("signin-account")} need="signin-account" hint={t("person-account-hint")}>
            {(id) => (
              <Input
                id={id}
                className="wk-mono"
                maxLength={64}
                autoCapitalize="none"
                spellCheck={false}
                autoComplete="off"
                value={draft.account}
                onChange={(event) => change({ account: event.target.value.toLowerCase() })}
              />
            )}
          </Labelled>
          <PostsEditor posts={draft.posts} onChange={(posts) => change({ posts })} />
          {add.error ? <Trouble error={add.error} /> : null}
          <Missing needs={missing} />
          <div className="wk-buttons">
            <Button type="primary" disabled={missing.length > 0} loading={add.isPending} onClick={() => add.mutate()}>
              {t("person-create")}
            </Button>
          </div>
        </div>
      </Side>
      {created ? (
        <OneTimePassword
          name={created.person.name}
          account={created.person.account}
          password={created.one_time_password}
          onClose={() => {
            const { id } = created.person;
            setCreated(undefined);
            onDone(id);
          }}
        />
      ) : null}
    </>
  );
}
