// How a person stands, as facts: for whoever keeps the unit's people, and for oneself. It enters nothing.
import type { Person, Standing } from "../api/types";
import { useT } from "./i18n";
import { Meaning } from "./Meaning";
import { Facts, Time } from "./parts";
import { lastDayMs, standingWord } from "./standing";
import { useNow } from "./useNow";

/** What is on record, for whoever keeps it and for oneself. */
export function StandingFacts({ standing, posts }: { standing: Standing; posts: Person["posts"] }) {
  const t = useT();
  const now = useNow(60_000);
  const { tone, word } = standingWord(standing, posts, now);
  const { vetting, confirmation } = standing;
  const until = (ms: number | null | undefined) =>
    ms === undefined || ms === null ? undefined : <Time key={ms} ms={lastDayMs(ms)} dateOnly />;
  return (
    <Facts
      of={[
        [
          t("standing-now"),
          <Meaning key="now" tone={tone}>
            {t(word)}
          </Meaning>,
        ],
        [t("standing-trained-until"), until(standing.trained_until_ms)],
        [
          t("standing-vetting"),
          vetting ? (
            <span key="vetting">
              {t(vetting.passed ? "standing-vetting-passed" : "standing-vetting-failed")} · {vetting.by_whom} ·{" "}
              <Time ms={vetting.at_ms} dateOnly />
              {vetting.passed ? (
                <>
                  {" · "}
                  {typeof vetting.valid_until_ms === "number" ? (
                    <>
                      {t("vetting-until")} <Time ms={lastDayMs(vetting.valid_until_ms)} dateOnly />
                    </>
                  ) : (
                    t("vetting-no-end")
                  )}
                </>
              ) : null}
            </span>
          ) : undefined,
        ],
        [
          t("standing-unconfirmed-by"),
          typeof standing.unconfirmed_by !== "string"
            ? undefined
            : t("standing-unconfirmed-by-whom", { name: standing.unconfirmed_by }),
        ],
        [t("standing-grace-until"), until(standing.grace_until_ms)],
        [t("standing-account-until"), until(standing.account_until_ms)],
        [t("standing-contractor-of"), standing.contractor?.name],
        [
          t("standing-left-on"),
          typeof standing.left_ms !== "number" ? undefined : <Time key="left" ms={standing.left_ms} />,
        ],
        [
          t("standing-signed-in"),
          typeof standing.signed_in_ms !== "number" ? (
            t("standing-never")
          ) : (
            <Time key="in" ms={standing.signed_in_ms} />
          ),
        ],
        [
          t("standing-confirmed"),
          confirmation ? (
            <span key="confirmed">
              {confirmation.by} · <Time ms={confirmation.at_ms} dateOnly />
            </span>
          ) : undefined,
        ],
        [
          t("standing-given"),
          typeof standing.given_ms !== "number" ? undefined : <Time key="given" ms={standing.given_ms} dateOnly />,
        ],
        [
          t("standing-confirm-by"),
          posts.length === 0 ? undefined : <Time key="by" ms={standing.confirm_by_ms} dateOnly />,
        ],
      ]}
    />
  );
}
