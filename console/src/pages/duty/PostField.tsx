// Which post somebody fills in a room: who leads the shift, who keeps watch, who keeps the equipment running; or none in particular. And
// when a required one was empty. It decides nothing: the server says what is needed and who is there.
import { Select } from "antd";
import { DUTY_POSTS, type DutyPost, type DutyRoom, type DutyUnfilled } from "../../api/duty";
import { Meaning, useLanguage, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { spanWords } from "./ShiftSpan";

export function PostField({
  value,
  onChange,
}: {
  value: DutyPost | null | undefined;
  onChange: (post: DutyPost | undefined) => void;
}) {
  const t = useT();
  return (
    <Labelled label={t("duty-post")}>
      {(id) => (
        <Select
          id={id}
          value={value ?? "any"}
          onChange={(post: DutyPost | "any") => onChange(post === "any" ? undefined : post)}
          options={["any", ...DUTY_POSTS].map((post) => ({ value: post, label: t(`duty-post-${post}`) }))}
        />
      )}
    </Labelled>
  );
}

/** What each required post needs now, and who is there for it. */
export function PostsNow({ room }: { room: DutyRoom }) {
  const t = useT();
  const needed = room.posts.filter((one) => one.needed > 0);
  if (needed.length === 0) return null;
  const late = new Set(room.unfilled.map(({ post }) => post));
  return (
    <ul className="wk-duty-shifts" aria-label={t("duty-posts")}>
      {needed.map(({ post, needed: wanted, there }) => (
        <li key={post}>
          <span>{t(`duty-post-${post}`)}</span>
          {there < wanted ? (
            <Meaning tone={late.has(post) ? "breach" : "late"}>{t("duty-missing", { n: wanted - there })}</Meaning>
          ) : (
            <Meaning tone="good">{t("duty-post-filled")}</Meaning>
          )}
        </li>
      ))}
    </ul>
  );
}

export function UnfilledWords({ one, zone }: { one: DutyUnfilled; zone: string }) {
  const t = useT();
  const { language } = useLanguage();
  return (
    <>
      {t(`duty-post-${one.post}`)} {spanWords(one.from_ms, one.to_ms, language, zone)}{" "}
      <Meaning tone={one.open ? "breach" : "notice"}>{t("duty-missing", { n: one.missing })}</Meaning>
    </>
  );
}
