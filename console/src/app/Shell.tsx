// The frame around every page: rail, state line, who I am and under what purpose I look. No page content.
import type { ReactNode } from "react";
import { useT } from "../ui";
import { PurposePanel } from "../ui/PurposeChip";
import { Rail } from "./Rail";
import { useOpenPage } from "./router";
import { TopLine } from "./TopLine";

export function Shell({ children }: { children: ReactNode }) {
  const t = useT();
  const page = useOpenPage();
  return (
    <div className={`wk-shell wk-shell-${page?.icon ?? "none"}`}>
      <a className="wk-skip" href="#main">
        {t("skip-to-content")}
      </a>
      <TopLine />
      <Rail />
      <div className="wk-content">{children}</div>
      <PurposePanel />
    </div>
  );
}
