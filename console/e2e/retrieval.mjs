// An authority gets footage: the operator enters the officers' request and is told what their rule asks for, the administrator supplies
// the letter and approves, the operator hands over and enters the receipt; nobody approves their own.
import { choose, press, scanned, side, yesterday } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const CAMERA = "05";
const SPAN_SECONDS = 15;
const AGO_SECONDS = 5;
const LETTER = "海珠区公安分局介绍信 Letter of introduction";

const exact = (words) => new RegExp(`^${words}$`);

/** Chooses an option of a list that cannot be typed into. */
async function pick(person, label, option, within = side(person)) {
  await within.getByLabel(label, { exact: true }).first().click();
  await person.page
    .locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option", { hasText: option })
    .first()
    .click();
}

async function opened(person, id) {
  await person.go(`/retrievals?show=all&id=${id}`);
  await side(person).locator(".wk-retrieval-steps").waitFor();
}

/** Waits until the server says that the retrieval is that far. */
const reached = (person, id, state) =>
  until(`it is ${state}`, async () => {
    const { body } = await person.api("GET", `/api/retrievals/${id}`);
    expect(body.state === state, state, body.state);
    return true;
  });

async function enter(operator, { organ, number }) {
  const { t } = operator;
  const { body } = await operator.api("GET", "/api/cameras?limit=100");
  const camera = body.cameras.find(({ name }) => name.startsWith(`${CAMERA} `));
  const to = Date.now() - AGO_SECONDS * 1000;
  await operator.go(`/retrievals?new=1&cameras=${camera.id}&from_ms=${to - SPAN_SECONDS * 1000}&to_ms=${to}`);
  const form = side(operator);
  await form.locator(".wk-tags").getByText(camera.name).waitFor();
  await pick(operator, t("retrieval-organ"), t("retrieval-organ-public-security"));
  await form.getByLabel(t("retrieval-organ-name"), { exact: true }).fill(organ);
  await pick(operator, t("retrieval-ground"), t("retrieval-ground-law-enforcement"));
  await form
    .locator(".wk-missing", { hasText: t("retrieval-need-case-number") })
    .first()
    .waitFor();
  await form.getByLabel(t("retrieval-case-number"), { exact: true }).fill(number);
  await operator.shot(`retrieval-new-${operator.language}`);
  await press(operator, t("retrieval-open"));
  return until("the address names it", () => operator.inAddress("id"), { seconds: 90 });
}

/** The officer is entered and looked at, and the page says what their rule asks for. */
async function receive(operator, { name, number }) {
  const { t } = operator;
  const form = side(operator);
  await form.getByText(t("retrieval-verdict-may-refuse")).waitFor();
  await form.getByLabel(t("retrieval-officer-name"), { exact: true }).fill(name);
  await form.getByLabel(t("retrieval-officer-number"), { exact: true }).fill(number);
  await pick(operator, t("retrieval-certificate"), t("retrieval-paper-law-enforcement-certificate"));
  await press(operator, t("retrieval-officer-add"));
  await form.locator(".wk-retrieval-list").getByText(name).waitFor();
  await press(operator, t("retrieval-check"));
  await until("the server has who looked at the certificate", async () => {
    const { body } = await operator.api("GET", `/api/retrievals/${operator.inAddress("id")}`);
    expect(body.detail.officers[0]?.checked_by, "somebody has looked", body.detail.officers);
    return true;
  });
  await form.locator(".wk-retrieval-lacks a", { hasText: "guangzhou-2007:19" }).first().waitFor();
}

/** The whole way; `request` tells this one from others. */
export async function retrieve(operator, administrator, demo, request) {
  const { t } = operator;
  let [id, document, form] = [];
  await step("the operator enters the request; the page says which papers its rule asks for", async () => {
    await operator.enter(demo.accounts.operator);
    id = await enter(operator, request);
    await receive(operator, request);
    await operator.shot(`retrieval-lacks-${operator.language}`);
    const { status, body } = await operator.api("POST", `/api/retrievals/${id}/complete`, {});
    expect(status === 403 && body.error.article === "guangzhou-2007:19", "without the letter it is refused", body);
    return `${body.error.article}: ${body.error.reason.en}`;
  });
  await step("the administrator puts the letter into the register and names it", async () => {
    await administrator.enter(demo.accounts.administrator);
    const { body: me } = await administrator.api("GET", "/api/me");
    const unit = me.posts[0].unit.id;
    const letter = {
      name: `${LETTER} ${request.number}`,
      paper: "letter-of-introduction",
      number: request.number,
      dated: yesterday(),
    };
    const { status, body } = await administrator.api("POST", "/api/register/document", {
      unit_id: unit,
      body: letter,
    });
    expect(status === 201, "the letter is in the register", body);
    document = body.id;
    await opened(administrator, id);
    const field = side(administrator).getByLabel(administrator.t("retrieval-paper-document"), { exact: true });
    await choose(administrator, field, letter.name);
    await press(administrator, administrator.t("retrieval-paper-add"));
    await side(administrator).getByText(administrator.t("retrieval-paper-invalid")).waitFor();
    await administrator.shot(`retrieval-no-scan-${administrator.language}`);
    const { body: still } = await administrator.api("GET", `/api/retrievals/${id}`);
    const said = JSON.stringify(still.detail.verdict.missing);
    expect(said.includes("no scan"), "a name is no letter", said);
  });
  await step("with its scan it is a letter", async () => {
    await administrator.go(`/registry?kind=document&record=${document}`);
    const file = { name: "介绍信.txt", mimeType: "text/plain", buffer: Buffer.from("介绍信 letter\n") };
    await side(administrator).locator('input[type="file"]').setInputFiles(file);
    await press(administrator, administrator.t("file-add"));
    await until("the file is there", async () => {
      const { body } = await administrator.api("GET", `/api/records/${document}`);
      expect(body.body.file_name === file.name, file.name, body.body);
      return true;
    });
    await opened(administrator, id);
    await side(administrator).getByText(administrator.t("retrieval-verdict-open")).waitFor();
  });
  await step("the operator completes it, and may not approve it", async () => {
    await opened(operator, id);
    await press(operator, t("retrieval-complete"));
    await reached(operator, id, "complete");
    await side(operator).getByText(t("retrieval-hold-held")).waitFor();
    await operator.shot(`retrieval-held-${operator.language}`);
    await side(operator).getByText(t("retrieval-approve-other")).waitFor();
    const { status, body } = await operator.api("POST", `/api/retrievals/${id}/approve`);
    expect(status === 403 && body.error.remedy, "403 with a remedy", body);
  });
  await step("the administrator approves", async () => {
    await opened(administrator, id);
    await press(administrator, administrator.t("retrieval-approve"));
    await reached(administrator, id, "approved");
    await administrator.shot(`retrieval-approved-${administrator.language}`);
  });
  await step("the operator hands over; the package is for the organ, and its footage is held", async () => {
    await opened(operator, id);
    await operator.page.getByLabel(t("retrieval-unsealed-why"), { exact: true }).fill("机关当场刻盘 burnt at the desk");
    await press(operator, t("retrieval-hand-over-copy-button"));
    await reached(operator, id, "handed_over");
    const { body } = await operator.api("GET", `/api/retrievals/${id}`);
    const made = await operator.api("GET", `/api/exports/${body.export_id}`);
    expect(made.body.recipient.organisation === request.organ, "for the organ", made.body);
    expect(made.body.hold_id, "its footage is held", made.body);
  });
  await step(
    "the receipt by the name that was signed, with its scan, closes it; where the copy goes is entered",
    async () => {
      const { body } = await administrator.api("GET", `/api/retrievals/${id}`);
      const receipt = `签收单 Receipt ${request.number}`;
      const signed = await scanned(administrator, body.unit.id, { name: receipt });
      const by = side(operator).getByLabel(t("retrieval-received-by"), { exact: true });
      expect((await by.inputValue()) === "", "nobody is guessed", await by.inputValue());
      await by.fill(request.name);
      await choose(operator, side(operator).getByLabel(t("retrieval-receipt-document"), { exact: true }), receipt);
      await operator.shot(`retrieval-receipt-${operator.language}`);
      await press(operator, t("retrieval-receipt"));
      await reached(operator, id, "closed");
      const { body: closed } = await operator.api("GET", `/api/retrievals/${id}`);
      const last = closed.detail.events.findLast(({ what }) => what === "receipt");
      expect(last.document_id === signed && last.holder === request.name, "with the scan, by the name", last);
      await side(operator).getByLabel(t("retrieval-where-holder"), { exact: true }).fill(request.onward);
      await press(operator, t("retrieval-where-enter"));
      await side(operator)
        .locator(".wk-retrieval-where", { hasText: exact(`.*${request.onward}.*`) })
        .waitFor();
      await operator.shot(`retrieval-closed-${operator.language}`);
      const paper = operator.page.locator(".wk-paper", { hasText: t("retrieval-form-title") });
      const text = (await paper.textContent()) ?? "";
      expect(text.includes("/entries?entry="), "the form names the page of its proof", text);
      expect(text.includes(request.name), "and the officer", text);
    },
  );
  await step("on paper it is the form, with code and the fingerprint that the approval's entry names", async () => {
    const { page } = operator;
    const { body } = await operator.api("GET", `/api/retrievals/${id}`);
    const { sha256, approved_sha256: approved } = body.detail.form;
    expect(approved === sha256, "what was approved is what is printed", body.detail.form);
    await page.emulateMedia({ media: "print" });
    const paper = page.locator(".wk-paper", { hasText: t("retrieval-form-title") });
    await paper.waitFor();
    const words = await paper.innerText();
    const code = `${body.entry.index}-${id.slice(-6).toUpperCase()}`;
    expect(words.includes(code) && words.includes(sha256.slice(0, 8)), "code and fingerprint", words);
    expect(!words.includes(t("retrieval-form-secrecy")), "no text here asks for an undertaking", words);
    expect(!(await page.locator(".wk-retrieval-steps").isVisible()), "the page around it is not there");
    await operator.shot(`retrieval-paper-${operator.language}`);
    await page.emulateMedia({ media: "screen" });
    form = { code, index: body.entry.index };
    return `${code}, on ${await operator.paper("retrieval-form")} sheets`;
  });
  return form;
}

/** Whoever holds a form finds its entry by the code that stands on it; a code that was changed finds nothing. */
export async function findForm(auditor, demo, { code, index }) {
  await step("the auditor types the code of the form into the ledger's search, and is at its entry", async () => {
    const { page, t } = auditor;
    await auditor.enter(demo.accounts.auditor);
    await auditor.go("/entries");
    const search = page.getByLabel(t("ledger-search"), { exact: true });
    const rows = page.locator(".wk-table .ant-table-row");
    await search.fill(code);
    await until("one entry is found", async () => {
      expect((await rows.count()) === 1, "one", await rows.count());
      return true;
    });
    await auditor.shot("retrieval-code-found");
    const { body } = await auditor.api("GET", `/api/ledger/access?query=${code}`);
    expect(body.entries.length === 1 && body.entries[0].index === index, "that of the form", body.entries);
    const changed = code.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    await search.fill(changed);
    await rows.first().waitFor({ state: "detached" });
    const { body: none } = await auditor.api("GET", `/api/ledger/access?query=${changed}`);
    expect(none.entries.length === 0, "a changed code finds nothing", none.entries);
  });
}

const call = async (person, path, body) => {
  const answer = await person.api("POST", `/api/retrievals${path}`, body);
  expect(answer.status < 300, `${path} is answered`, answer.body);
  return answer.body;
};

/** A request that was entered at the desk, by whom and for which way; its id. */
async function asked(operator, request, number, way) {
  const { body } = await operator.api("GET", "/api/cameras?limit=100");
  const camera = body.cameras.find(({ name }) => name.startsWith(`${CAMERA} `));
  const to = Date.now() - AGO_SECONDS * 1000;
  const { id } = await call(operator, "", {
    unit_id: camera.unit_id,
    organ: "public_security",
    ground: "law_enforcement",
    organ_name: request.organ,
    case_number: `${request.number} (${number})`,
    wanted: "footage",
    way,
    cameras: [camera.id],
    from_ms: to - SPAN_SECONDS * 1000,
    to_ms: to,
  });
  return id;
}

/** One officer came, and the operator has looked at the certificate. */
async function came(operator, id, request) {
  const officer = { name: request.name, number: request.number, certificate: "law_enforcement_certificate" };
  await call(operator, `/${id}/papers`, { officers: [officer], papers: [] });
  await call(operator, `/${id}/check`);
}

/** What is lacking: the unit refuses by right, or lets it go out first for a reason; sealed, it leaves the desk so. */
export async function decideAtDesk(operator, administrator, request) {
  const { t } = operator;
  let id;
  const form = (title) => side(operator).locator(`section[aria-label="${t(title)}"]`);
  await step("a request without its letter is refused in one act, with the article that gives the right", async () => {
    id = await asked(operator, request, 3, "copy");
    await opened(operator, id);
    const refusing = form("retrieval-refuse-title");
    await refusing.getByText("guangzhou-2007:19").first().waitFor();
    await refusing.locator("textarea").fill("未出示介绍信 no letter was shown");
    await operator.shot(`retrieval-refusing-${operator.language}`);
    await press(operator, t("retrieval-refuse"), refusing);
    await reached(operator, id, "refused");
    await side(operator).getByText("未出示介绍信").first().waitFor();
    await operator.shot(`retrieval-refused-${operator.language}`);
  });
  await step("in urgency it goes on before the letter is there, and the page says until when that is due", async () => {
    id = await asked(operator, request, 4, "copy");
    await came(operator, id, request);
    await opened(operator, id);
    const urgent = form("retrieval-urgent-title");
    await urgent.locator("textarea").fill("人在车上 somebody is in the car");
    await operator.shot(`retrieval-urgent-${operator.language}`);
    await press(operator, t("retrieval-urgent"), urgent);
    await reached(operator, id, "complete");
    const { body } = await operator.api("GET", `/api/retrievals/${id}`);
    expect(body.papers_due_ms > Date.now(), "the letter is due", body.papers_due_ms);
    await operator.shot(`retrieval-urgent-complete-${operator.language}`);
  });
  await step("approved, it leaves the desk sealed with a passphrase", async () => {
    await call(administrator, `/${id}/approve`);
    await opened(operator, id);
    await side(operator).getByText(t("seal-way-passphrase"), { exact: true }).click();
    await side(operator).getByLabel(t("retrieval-unsealed-why"), { exact: true }).waitFor({ state: "hidden" });
    await operator.shot(`retrieval-sealed-${operator.language}`);
    await press(operator, t("retrieval-hand-over-copy-button"));
    await reached(operator, id, "handed_over");
    const { body } = await operator.api("GET", `/api/retrievals/${id}`);
    const made = await operator.api("GET", `/api/exports/${body.export_id}`);
    expect(made.body.sealed_to === "passphrase", "sealed", made.body);
  });
}

/** A viewing on the spot: what is approved opens in playback from the retrieval, and what was shown there closes it. */
export async function show(operator, administrator, request) {
  const { t } = operator;
  let id;
  await step("a viewing on the spot waits for its playback, and cannot be entered before", async () => {
    id = await asked(operator, request, 2, "view");
    await came(operator, id, request);
    await call(operator, `/${id}/complete`, { urgent_reason: "现场等候 waiting at the desk" });
    await call(administrator, `/${id}/approve`);
    await opened(operator, id);
    await side(operator).getByText(t("retrieval-shown-none")).waitFor();
    await side(operator).getByLabel(t("retrieval-present"), { exact: true }).fill(request.name);
    const enters = operator.page.getByRole("button", { name: t("retrieval-hand-over-view-button"), exact: true });
    expect(await enters.isDisabled(), "nothing was shown");
  });
  await step("it opens in playback under the organ's request", async () => {
    await press(operator, t("retrieval-show"));
    await until("the picture is shown", async () => {
      const videos = await operator.videos();
      return videos.some(({ width }) => width > 0);
    });
    await operator.shot(`retrieval-showing-${operator.language}`);
  });
  await step("and what was shown closes it, by its entry", async () => {
    await opened(operator, id);
    await side(operator).getByRole("checkbox", { checked: true }).first().waitFor({ timeout: 60_000 });
    await side(operator).getByLabel(t("retrieval-present"), { exact: true }).fill(request.name);
    await operator.shot(`retrieval-shown-${operator.language}`);
    await press(operator, t("retrieval-hand-over-view-button"));
    await reached(operator, id, "closed");
    const { body } = await operator.api("GET", `/api/retrievals/${id}`);
    const last = body.detail.events.at(-1);
    expect(last.what === "viewed" && /^view_entry=\d+/.test(last.note), "with the playback's entry", last);
  });
}

export const REQUESTS = {
  zh: { organ: "海珠区公安分局", number: "海公立字〔2026〕7号", name: "张警官", onward: "海珠区检察院" },
  en: { organ: "Haizhu District Police", number: "HZ-2026-8", name: "Officer Li", onward: "District procuratorate" },
};
