// Articles, kinds, units, systems or cameras beside a list of findings, with how many are found of each; on a phone a choice above it. What is
// chosen is in the address.
import { Select } from "antd";
import type { Finding } from "../../api/types";
import { formatCount, useAddress, useLanguage, useT } from "../../ui";
import { countOf } from "../../ui/findings";
import { BYS, type By, countBy, type Group, NOWHERE, whose } from "../../ui/findingsBy";
import { useArticleWords } from "../../ui/RefusalPanel";

export interface SideProps {
  by: By | "kind";
  /** By what else it can be told. */
  bys: readonly (By | "kind")[];
  groups: Group[];
  all: number;
  chosen: string | undefined;
  choose: (id: string | undefined) => void;
}

/** By what findings are told, what of it was chosen, and whether one is of that. `counted`: those that the list beside counts. */
export function useSide(counted: Finding[]) {
  const [address, setAddress] = useAddress();
  const by = BYS.find((one) => one === address.by) ?? "article";
  const chosen = by === "article" ? address.article : address.of;
  const isChosen = (finding: Finding) => !chosen || (whose(finding, by)?.id ?? NOWHERE) === chosen;
  const choose = (id: string | undefined) => setAddress(by === "article" ? { article: id } : { of: id });
  const side: SideProps = { by, bys: BYS, groups: countBy(counted, by), all: countOf(counted), chosen, choose };
  return { side, isChosen };
}

/** An article or a kind by its words, anything else by its name; what belongs nowhere is said so. */
function useGroupWords(by: SideProps["by"]): (group: Group) => string {
  const t = useT();
  const words = useArticleWords();
  return ({ id, name }) => {
    if (by === "article") return words(id);
    if (by === "kind") return t(`finding-kind-${id.replaceAll("_", "-")}`);
    return name ?? t(`finding-by-${by}-none`);
  };
}

/** Articles, units, systems or cameras as a list beside, with how many are found of each. */
export function Groups({ by, groups, all, chosen, choose }: SideProps) {
  const t = useT();
  const { language } = useLanguage();
  const words = useGroupWords(by);
  const row = (id: string | undefined, label: string, count: number) => (
    <li key={id ?? ""}>
      <button type="button" aria-pressed={chosen === id} onClick={() => choose(chosen === id ? undefined : id)}>
        <span className="wk-alike-article">{label}</span>
        <span className="wk-faint">{formatCount(count, language)}</span>
      </button>
    </li>
  );
  return (
    <nav className="wk-groups" aria-label={t(`finding-by-${by}`)}>
      <ul>
        {row(undefined, t("finding-all"), all)}
        {groups.map((group) => row(group.id, words(group), group.count))}
      </ul>
    </nav>
  );
}

/** By what the list beside is told, and on a phone which of it. */
export function GroupChoice({ by, bys, groups, chosen, choose }: SideProps) {
  const t = useT();
  const { language } = useLanguage();
  const [, setAddress] = useAddress();
  const words = useGroupWords(by);
  return (
    <>
      <Select
        className="wk-filter"
        aria-label={t("finding-by")}
        value={by}
        onChange={(next: SideProps["by"]) =>
          setAddress({ by: next === "article" ? undefined : next, article: undefined, of: undefined })
        }
        options={bys.map((one) => ({ value: one, label: t(`finding-by-${one}`) }))}
      />
      <Select
        className="wk-only-narrow"
        aria-label={t(`finding-by-${by}`)}
        placeholder={t(`finding-by-${by}-one`)}
        allowClear
        value={chosen}
        onChange={choose}
        options={groups.map((group) => ({
          value: group.id,
          label: `${words(group)} (${formatCount(group.count, language)})`,
        }))}
      />
    </>
  );
}
