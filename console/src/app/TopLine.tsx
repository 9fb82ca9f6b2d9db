// The line on top: what the system is doing, then purpose, language, theme and who I am.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Dropdown } from "antd";
import { api } from "../api/client";
import { useMe } from "../api/queries";
import type { ApiLanguage, Language, ThemeChoice } from "../api/types";
import {
  forgetDrafts,
  Icon,
  LANGUAGES,
  PurposeChip,
  SecondPersonChip,
  toApiLanguage,
  useLanguage,
  useT,
  useTheme,
} from "../ui";
import { AlarmSignal } from "./AlarmSignal";
import { Bell } from "./Bell";
import { ClipSignal } from "./ClipSignal";
import { Mark } from "./Mark";
import { SystemLine } from "./SystemLine";

export function TopLine() {
  const t = useT();
  return (
    <header className="wk-top">
      <Link to="/" className="wk-top-mark" aria-label={t("system-name")}>
        <Mark />
        <span className="wk-top-name">{t("system-name-short")}</span>
      </Link>
      <Line />
      <div className="wk-top-end">
        <PurposeSlot />
        <SecondPersonChip />
        <AlarmSignal />
        <ClipSignal />
        <Bell />
        <Switches />
        <Who />
      </div>
    </header>
  );
}

/** What the system is doing is not told to a requester. */
function Line() {
  const { rights } = useMe();
  return rights.portal ? <div className="wk-state" /> : <SystemLine />;
}

function PurposeSlot() {
  const { rights } = useMe();
  return rights.live || rights.playback ? <PurposeChip /> : null;
}

/** Language and theme: kept in this browser at once, and with the account. */
export function Switches({ signedIn = true }: { signedIn?: boolean }) {
  const t = useT();
  const { language, setLanguage } = useLanguage();
  const { name, setChoice } = useTheme();
  const other: Language = language === "zh-CN" ? "en" : "zh-CN";
  const opposite: ThemeChoice = name === "dark" ? "light" : "dark";
  const keep = (change: { language?: ApiLanguage; theme?: ThemeChoice }) => {
    if (signedIn) api.patch("/api/me", change).catch(() => undefined);
  };
  return (
    <>
      <button
        type="button"
        className="wk-plain-button"
        lang={other}
        onClick={() => {
          setLanguage(other);
          keep({ language: toApiLanguage(other) });
        }}
      >
        {LANGUAGES.find(({ value }) => value === other)?.label}
      </button>
      <button
        type="button"
        className="wk-plain-button wk-icon-button"
        aria-label={t(name === "dark" ? "theme-to-light" : "theme-to-dark")}
        title={t(name === "dark" ? "theme-to-light" : "theme-to-dark")}
        onClick={() => {
          setChoice(opposite);
          keep({ theme: opposite });
        }}
      >
        <Icon name={name === "dark" ? "sun" : "moon"} />
      </button>
    </>
  );
}

function Who() {
  const t = useT();
  const me = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: () => api.post("/api/sign-out"),
    onSettled: () => {
      forgetDrafts();
      queries.clear();
      window.location.assign("/");
    },
  });
  const lockNow = useMutation({
    mutationFn: () => api.post("/api/me/lock"),
    // The server says what is locked, and the lock comes with its answer.
    onSuccess: () => api.get("/api/me").catch(() => undefined),
  });
  const posts = me.posts.map(
    (post) => `${t(`role-${post.role}`)} · ${post.group?.name ?? post.system?.name ?? post.unit.name}`,
  );
  return (
    <Dropdown
      trigger={["click"]}
      placement="bottomRight"
      menu={{
        items: [
          {
            key: "who",
            type: "group",
            label: (
              <div className="wk-who-card">
                <strong>{me.person.name}</strong> <span className="wk-code">{me.person.account}</span>
                {posts.map((post) => (
                  <div key={post}>{post}</div>
                ))}
              </div>
            ),
          },
          { key: "account", label: t("page-account"), onClick: () => navigate({ to: "/account" }) },
          { key: "lock", label: t("lock-now"), onClick: () => lockNow.mutate() },
          { key: "out", label: t("sign-out"), onClick: () => signOut.mutate() },
        ],
      }}
    >
      <button type="button" className="wk-plain-button wk-who" aria-label={t("who-menu", { name: me.person.name })}>
        <Icon name="account" />
        <span>{me.person.name}</span>
      </button>
    </Dropdown>
  );
}
