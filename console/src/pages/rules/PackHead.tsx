// What a pack is: whose rule, since when, how far it is held, and how much of it is kept here.
import { Link } from "@tanstack/react-router";
import type { LawPack } from "../../api/types";
import { Facts, Meaning, said, type Tone, useLanguage, useT } from "../../ui";

/** A pack that binds by itself is the plain case; every other kind says what it can do. */
export function packTone(pack: Pick<LawPack, "binds" | "status">): Tone {
  if (pack.binds) return "good";
  return pack.status === "draft" ? "notice" : "late";
}

export function PackHead({ pack }: { pack: LawPack }) {
  const t = useT();
  const { language } = useLanguage();
  const force = pack.superseded_by ? "superseded" : pack.status;
  return (
    <section className="wk-panel">
      <h2>{said(pack.title, language)}</h2>
      <p>
        <Meaning tone={packTone(pack)} quiet>
          {t(`rules-status-${force}`)}
        </Meaning>
        {pack.superseded_by ? (
          <>
            {" "}
            <Link to="/rules" search={{ pack: pack.superseded_by } as never}>
              {pack.superseded_by}
            </Link>
          </>
        ) : null}
      </p>
      <Facts
        of={[
          [t("rules-jurisdiction"), [said(pack.jurisdiction, language), pack.division].filter(Boolean).join(" · ")],
          [t("rules-in-force"), pack.in_force ?? t("rules-in-force-unknown")],
          ...(pack.amended.length ? [[t("rules-amended"), pack.amended.join(", ")] as [string, string]] : []),
          [
            t("rules-held"),
            t("rules-held-range", { first: String(pack.first_article), last: String(pack.last_article) }),
          ],
          [t("rules-kept"), t("rules-kept-of", { kept: String(pack.kept), all: String(pack.duties) })],
        ]}
      />
      <p className="wk-hint">{said(pack.source, language)}</p>
      {pack.notes.length ? (
        <ul className="wk-rules-notes">
          {pack.notes.map((note) => (
            <li key={note.en}>{said(note, language)}</li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
