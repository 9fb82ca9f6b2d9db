// The rail on the left: icons with words, folded to icons alone, a bar at the bottom on a phone. Shows only what one's posts open.
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useBoard, useMe } from "../api/queries";
import { formatCount, Icon, useLanguage, useT } from "../ui";
import { useOpenPage } from "./router";
import { mayOpen, PAGES } from "./routes";

const KEY = "wk-rail";
/** On a phone so many pages have a place in the bottom bar; the others are behind "more". */
const BAR_PAGES_MAX = 4;
/** The count beside the page of findings is no alarm: the server goes through the whole register for it. */
const COUNT_EVERY_MS = 5 * 60_000;

/** Findings that somebody must do something about, as the board counts them: the rail fetches no list. What is only heard of is not counted. */
function useOwed(may: boolean): number {
  const board = useBoard({ everyMs: COUNT_EVERY_MS, enabled: may });
  return board.data?.owed ?? 0;
}

export function Rail() {
  const t = useT();
  const { rights } = useMe();
  const open = useOpenPage();
  const [folded, setFolded] = useState(() => localStorage.getItem(KEY) === "folded");
  const [more, setMore] = useState(false);
  const nav = useRef<HTMLElement>(null);
  const { language } = useLanguage();
  const owed = useOwed(rights.health);
  const owedWords = t("finding-count", { n: formatCount(owed, language) });
  const pages = PAGES.filter((page) => !page.unlisted && mayOpen(page, rights));

  useEffect(() => {
    if (!more) return;
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !nav.current?.contains(event.target as Node))
        setMore(false);
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, [more]);

  const fold = () => {
    localStorage.setItem(KEY, folded ? "open" : "folded");
    setFolded(!folded);
  };
  return (
    <nav ref={nav} className={`wk-rail ${folded ? "wk-rail-folded" : ""}`} aria-label={t("rail-label")}>
      <ul>
        {pages.map((page, at) => (
          <li key={page.path} className={at >= BAR_PAGES_MAX ? `wk-rail-late ${more ? "wk-rail-shown" : ""}` : ""}>
            <Link
              to={page.path}
              className={page === open ? "wk-rail-here" : ""}
              aria-current={page === open ? "page" : undefined}
              title={page.path === "/findings" && owed > 0 ? owedWords : folded ? t(page.name) : undefined}
              onClick={() => setMore(false)}
            >
              <Icon name={page.icon} />
              <span>{t(page.name)}</span>
              {page.path === "/findings" && owed > 0 ? (
                <span className="wk-rail-count" aria-hidden="true">
                  {formatCount(owed, language)}
                </span>
              ) : null}
            </Link>
          </li>
        ))}
        {pages.length > BAR_PAGES_MAX ? (
          <li className="wk-rail-more">
            <button type="button" aria-expanded={more} onClick={() => setMore(!more)}>
              <Icon name="more" />
              <span>{t("rail-more")}</span>
            </button>
          </li>
        ) : null}
      </ul>
      <button type="button" className="wk-rail-fold" onClick={fold} aria-expanded={!folded}>
        <Icon name={folded ? "expand" : "collapse"} />
        <span>{folded ? t("rail-unfold") : t("rail-fold")}</span>
      </button>
    </nav>
  );
}
