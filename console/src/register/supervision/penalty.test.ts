// Ranges of fines in words: each party's own, and "less than" is not "at most".
import { expect, it } from "vitest";
import type { OrderPenalty } from "../../api/supervision";
import { fineWords, penaltyWords } from "./penalty";

const NONE: OrderPenalty = {
  article: "24",
  chain: ["order-correct", "fine"],
  fine_when: "",
  person_warn: false,
  max_excluded: false,
  mark: "text",
  fine_mark: "text",
};
const t = (id: string, values?: Record<string, unknown>) => (values ? `${id}(${Object.values(values).join()})` : id);

it("gives each party its own range", () => {
  const penalty = {
    ...NONE,
    unit_min_cny: 10_000,
    unit_max_cny: 100_000,
    person_min_cny: 1_000,
    person_max_cny: 5_000,
    individual_max_cny: 5_000,
  };
  expect(fineWords(penalty, "unit")).toBe("10000–100000");
  expect(fineWords(penalty, "person")).toBe("1000–5000");
  expect(fineWords(penalty, "individual")).toBe("≤ 5000");
});

it("says less than where the text does", () => {
  const penalty = { ...NONE, unit_max_cny: 1_000, max_excluded: true };
  expect(fineWords(penalty, "unit")).toBe("< 1000");
  expect(fineWords(penalty, "person")).toBeUndefined();
});

it("says which of it is not verified", () => {
  const words = (more: Partial<OrderPenalty>) => penaltyWords({ ...NONE, ...more }, t as never);
  expect(words({})).not.toContain("unverified");
  expect(words({ fine_mark: "unverified" })).toContain("order-fine-unverified");
  expect(words({ mark: "unverified", fine_mark: "unverified", operating_unit_figure_cny: 5_000 })).toBe(
    [
      "order-penalty-article 24",
      "order-step-order-correct → order-step-fine",
      "order-penalty-operating-unit(5000)",
      "order-unverified",
    ].join("form-semicolon"),
  );
});
