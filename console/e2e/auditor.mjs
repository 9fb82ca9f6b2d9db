// The auditor reads the ledger: everything that was done before stands there, with person and purpose, and one entry is
// checked in the browser, step by step, with the key that the demonstration printed.
import { expect, step, until } from "./report.mjs";

/** Acts of the operator that must be found, with the purpose each was done under. */
const ACTS = [
  ["live", "purpose-duty-watch"],
  ["still", "purpose-duty-watch"],
  ["playback", "purpose-incident"],
  ["export", "purpose-incident"],
  ["collect", "purpose-incident"],
];

export async function audit(person, demo) {
  const { page, t } = person;
  let ledger;
  const operator = demo.accounts.operator.name;
  await step("the auditor lands on the ledger", async () => {
    await person.signIn(demo.accounts.auditor);
    const here = page.locator(".wk-rail a[aria-current=page]");
    await until("the ledger", async () => {
      const name = await here.innerText();
      expect(name === t("page-ledger"), "its page", name);
      return true;
    });
    ledger = new URL(page.url()).pathname;
    await page.locator(".wk-table tbody tr.ant-table-row").nth(10).waitFor();
    await person.shot("ledger");
  });
  for (const [act, purpose] of ACTS)
    await step(`the ledger has: ${t(`act-${act}`)}`, async () => {
      await person.go(`${ledger}?kind=${act}`);
      const rows = page.locator(".wk-table tbody tr.ant-table-row");
      const right = await until(`an entry of the operator under ${t(purpose)}`, async () => {
        const texts = (await rows.allInnerTexts()).filter((text) => text.includes(operator));
        const found = texts.find((text) => text.includes(t(`act-${act}`)) && text.includes(t(purpose)));
        expect(found, "one", texts);
        return found;
      });
      return right.replaceAll(/\s+/g, " ").slice(0, 110);
    });
  await step("a refusal stands there too, with its rule", async () => {
    await person.go(`${ledger}?kind=refused`);
    const row = page.locator(".wk-table tbody tr.ant-table-row", { hasText: demo.accounts.administrator.name }).first();
    await row.waitFor();
    await row.locator(".wk-rowlink").click();
    const facts = page.locator(".wk-side .wk-facts").first();
    await facts.waitFor();
    await until("outcome and remedy", async () => {
      const text = await facts.innerText();
      expect(text.includes(t("ledger-refused")) && text.includes(t("ledger-remedy")), "both", text);
      return true;
    });
    await person.shot("ledger-refusal");
  });
  await step("the still's entry names person, camera, purpose and what it belongs to", async () => {
    if (demo.stillEntry === undefined) return "no still was saved before";
    await person.go(`${ledger}?entry=${demo.stillEntry}`);
    const facts = page.locator(".wk-side .wk-facts").first();
    await facts.waitFor();
    await until("all of it", async () => {
      const text = await facts.innerText();
      for (const part of [operator, "01 ", t("act-still"), t("purpose-duty-watch"), t("ledger-refers")])
        expect(text.includes(part), `says ${part}`, text);
      return true;
    });
  });
  await checkEntry(person, demo, ledger);
}

async function checkEntry(person, demo, ledger) {
  const { page, t } = person;
  const result = async () => {
    const lines = page.locator(".wk-side .wk-steps li");
    await lines.first().waitFor();
    return Object.fromEntries(
      await lines.evaluateAll((all) =>
        all.map((line) => [line.querySelector(".wk-step-name").textContent, line.innerText.replace(/\s+/g, " ")]),
      ),
    );
  };
  await step("an entry is checked in the browser: every step is proven, the signature too", async () => {
    await person.go(`${ledger}?kind=live`);
    await page.locator(".wk-table tbody tr.ant-table-row .wk-rowlink").last().click();
    await page.getByRole("button", { name: t("proof-check"), exact: true }).click();
    const steps = await result();
    for (const name of ["shown", "commitment", "batch", "inclusion", "signature"]) {
      const line = steps[t(`proof-step-${name}`)];
      expect(line?.includes(t("verdict-proven")), `${name} is proven`, steps);
    }
    const signature = steps[t("proof-step-signature")];
    expect(signature.includes("Ed25519"), "by Ed25519", signature);
    expect(
      steps[t("proof-step-key")].includes(t("verdict-cannot-tell")),
      "the server's own key proves no origin",
      steps,
    );
    return signature.slice(0, 100);
  });
  await step("with the printed key the origin is proven as well", async () => {
    const vkey = demo.vkeys.find((key) => key.includes("/access+"));
    await page.getByLabel(t("pin-label"), { exact: true }).fill(vkey);
    await page.getByRole("button", { name: t("pin-do"), exact: true }).click();
    await until("the step of the key is proven", async () => {
      const line = (await result())[t("proof-step-key")];
      expect(line?.includes(t("verdict-proven")), "proven", line);
      return true;
    });
    await person.shot("ledger-checked");
  });
  await step("the footage log's entries are checked the same way", async () => {
    await person.go(`${ledger}?tab=footage`);
    await page.locator(".wk-table tbody tr.ant-table-row .wk-rowlink").last().click();
    await page.getByRole("button", { name: t("proof-check"), exact: true }).click();
    const steps = await result();
    for (const name of ["inclusion", "signature"])
      expect(steps[t(`proof-step-${name}`)]?.includes(t("verdict-proven")), `${name} is proven`, steps);
    return Object.keys(steps).join(", ");
  });
}
