// The people of the unit: who has an account, which posts they hold, how each stands. For administrators and managers.
import { Link } from "@tanstack/react-router";
import { Button, Input, Select } from "antd";
import { useMe, usePeople } from "../../api/queries";
import type { Person, Post } from "../../api/types";
import {
  type Column,
  Empty,
  formatList,
  Icon,
  List,
  Meaning,
  Page,
  RowLink,
  standingWord,
  Time,
  type Tone,
  type Translate,
  useAddress,
  useLanguage,
  useNow,
  useT,
} from "../../ui";
import { AddPerson } from "./AddPerson";
import { PersonSide } from "./PersonSide";
import { ROLES } from "./PostsEditor";

/** `Operator · Lake walk`. */
export function postWords(post: Post, t: Translate): string {
  return `${t(`role-${post.role}`)} · ${post.group?.name ?? post.unit.name}`;
}

export function personState(person: Person): { tone: Tone; word: string } {
  if (person.suspended) return { tone: "plain", word: "person-suspended" };
  if (person.must_change_password) return { tone: "notice", word: "person-owes-password" };
  return { tone: "good", word: "person-active" };
}

/** Filters in the browser: the list of a unit's people is short and comes whole. */
export function filterPeople(people: Person[], query: string | undefined, role: string | undefined): Person[] {
  const words = (query ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return people.filter(
    (person) =>
      words.every((word) => `${person.name} ${person.account}`.toLocaleLowerCase().includes(word)) &&
      (!role || person.posts.some((post) => post.role === role)),
  );
}

function StandingWord({ person, now }: { person: Person; now: number }) {
  const t = useT();
  const { tone, word } = standingWord(person.standing, person.posts, now);
  return (
    <Meaning tone={tone} quiet>
      {t(word)}
    </Meaning>
  );
}

function useColumns(show: (person: Person) => void): Column<Person>[] {
  const t = useT();
  const { language } = useLanguage();
  const now = useNow(60_000);
  return [
    {
      key: "name",
      title: t("person-name"),
      width: "9rem",
      render: (person) => <RowLink onOpen={() => show(person)}>{person.name}</RowLink>,
    },
    {
      key: "account",
      title: t("signin-account"),
      width: "11rem",
      wide: "md",
      render: (person) => <span className="wk-code">{person.account}</span>,
    },
    {
      key: "posts",
      title: t("person-posts"),
      wide: "md",
      ellipsis: true,
      render: (person) =>
        formatList(
          person.posts.map((post) => postWords(post, t)),
          language,
        ) || t("person-no-posts"),
    },
    {
      key: "standing",
      title: t("standing"),
      width: "10rem",
      wide: "md",
      render: (person) => <StandingWord person={person} now={now} />,
    },
    {
      key: "totp",
      title: t("person-totp"),
      width: "8rem",
      wide: "xl",
      render: (person) => t(person.totp ? "person-totp-on" : "person-totp-off"),
    },
    {
      key: "since",
      title: t("person-since"),
      width: "13rem",
      wide: "xl",
      render: (person) => <Time ms={person.created_ms} />,
    },
    {
      key: "state",
      title: t("person-state"),
      width: "9rem",
      render: (person) => {
        const { tone, word } = personState(person);
        return (
          <Meaning tone={tone} quiet>
            {t(word)}
          </Meaning>
        );
      },
    },
  ];
}

export default function People() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const people = usePeople();
  const { rights } = useMe();
  const rows = filterPeople(people.data ?? [], address.q, address.role);
  const show = (person: Person) => setAddress({ id: person.id, add: undefined });
  const columns = useColumns(show);
  return (
    <Page
      title={t("page-people")}
      lead={t("people-lead")}
      actions={
        rights.people ? (
          <>
            <Link to="/questions">{t("questions-open-page")}</Link>
            <Button
              type="primary"
              icon={<Icon name="plus" size={15} />}
              onClick={() => setAddress({ add: "1", id: undefined })}
            >
              {t("person-add")}
            </Button>
          </>
        ) : undefined
      }
      toolbar={
        <>
          <Input
            className="wk-search"
            value={address.q ?? ""}
            onChange={(event) => setAddress({ q: event.target.value || undefined })}
            prefix={<Icon name="search" size={15} />}
            placeholder={t("person-search")}
            aria-label={t("person-search")}
            allowClear
          />
          <Select
            className="wk-filter"
            aria-label={t("person-role")}
            placeholder={t("person-role")}
            allowClear
            value={address.role}
            onChange={(role: string | undefined) => setAddress({ role })}
            options={ROLES.map((role) => ({ value: role, label: t(`role-${role}`) }))}
          />
          <Link to="/takeovers">{t("takeover-title")}</Link>
        </>
      }
    >
      <List
        label={t("page-people")}
        rows={rows}
        rowKey={(person) => person.id}
        columns={columns}
        answer={people}
        open={address.id}
        onOpen={show}
        total={<span>{t("person-total", { n: String(rows.length) })}</span>}
        empty={<Empty title={t("person-none-title")}>{t("person-none")}</Empty>}
      />
      <PersonSide
        person={people.data?.find(({ id }) => id === address.id)}
        onClose={() => setAddress({ id: undefined })}
      />
      <AddPerson
        open={address.add !== undefined}
        onClose={() => setAddress({ add: undefined })}
        onDone={(id) => setAddress({ add: undefined, id })}
      />
    </Page>
  );
}
