// A newcomer fills the registry: division, place, contractor, system, point and camera, each with the form that the server's
// fields make. A private place is refused and put right; the system is taken through its life to use; its point's purpose is
// changed by two persons, the second of whom reads the other language; two who change one record at once lose nothing; a pack is
// adopted. Told once in Chinese and once in English.
import { signInNew } from "./gaps.mjs";
import { expect, step, until } from "./report.mjs";

/** What is written, in the language of whoever writes it; nothing of one telling stands in the way of the other. */
const TOLD = {
  "zh-CN": {
    second: { account: "registrar", name: "何静 He Jing", password: "correct horse battery 8 staple" },
    division: { code: "440106", name: "天河区" },
    papers: ["步道系统设计方案", "步道系统施工资料", "步道系统检测报告", "步道系统验收文件"],
    contractor: "粤安智能工程",
    certificate: "粤GA-2231",
    system: "滨江步道视频系统",
    point: "步道东口灯杆",
    place: "步道公厕",
    camera: "10 步道东口",
    where: "步道东口灯杆，朝东",
    purpose: "治安防范",
    changed: "治安防范与走失人员查找",
    because: "社区请求协助查找走失老人",
    decision: "采用规则的决定",
    note: "位于步道东口公厕旁",
    wrong: "应为 6 位数字",
    adopted: "qingdao",
  },
  en: {
    second: { account: "keeper", name: "罗敏 Luo Min", password: "correct horse battery 9 staple" },
    division: { code: "440104", name: "Yuexiu District" },
    papers: ["Quay design", "Quay construction papers", "Quay test report", "Quay acceptance"],
    contractor: "Harbour Installations",
    certificate: "GA-2232",
    system: "Quay video system",
    point: "Quay west lamp post",
    place: "Quay washroom",
    camera: "11 Quay west",
    where: "Lamp post at the west end, facing east",
    purpose: "Public order",
    changed: "Public order, and finding missing persons",
    because: "The neighbourhood asks for help with a missing person",
    decision: "Decision to adopt",
    note: "Beside the washroom at the west end",
    wrong: "is not 6 digits",
    adopted: "chongqing",
  },
};
const PACKS = ["guangzhou-2007", "datong-2008"];
const PAPERS = ["design", "construction", "test", "acceptance"];
const CHINESE = /\p{Script=Han}/u;

/** Names of choices and packs in the person's language, as the server gives them. */
export async function labelsOf(person) {
  const said = ({ zh, en }) => (person.language === "en" ? en : zh);
  const { kinds } = (await person.api("GET", "/api/register")).body;
  const { packs } = (await person.api("GET", "/api/law/packs")).body;
  return {
    choice: (kind, name, id) => {
      const field = kinds.find((one) => one.kind === kind).fields.find((one) => one.name === name);
      return said(field.choices.find((choice) => choice.id === id).name);
    },
    pack: (id) => said(packs.find((pack) => pack.id === id).title),
  };
}

export const side = ({ page }) => page.locator(".wk-side.ant-drawer-open");
export const press = (person, name, within = side(person)) => within.getByRole("button", { name, exact: true }).click();

/** The day before, at the units: what stands on a paper that has come. */
export const yesterday = () => new Date(Date.now() + 8 * 3_600_000 - 86_400_000).toISOString().slice(0, 10);

/** A paper with its date and its scan, put into the register by the interface; resolves to its id. */
export async function scanned(person, unit, { name, paper = "other", ...more }) {
  const body = { name, paper, dated: yesterday(), ...more };
  const made = await person.api("POST", "/api/register/document", { unit_id: unit, body });
  expect(made.status === 201, `${name} is registered`, made.body);
  const path = `/api/records/${made.body.id}/file?version=1&name=scan.txt`;
  const { status, body: said } = await person.api("POST", path, `扫描件 scan: ${name}`);
  expect(status === 201, `${name} has its scan`, said);
  return made.body.id;
}

/** Types into a choice and takes the option of that name, from its own list: another's may still be closing. */
export async function choose(person, field, name) {
  const list = `[id="${await field.getAttribute("id")}_list"]`;
  const dropdown = person.page.locator(`.ant-select-dropdown:has(${list})`);
  const option = dropdown.locator(".ant-select-item-option", { hasText: name }).first();
  const many = await field.evaluate((input) => input.closest(".ant-select-multiple") !== null);
  await field.click();
  await field.fill(name);
  await option.click();
  if (many) return;
  // A list that was filled anew under the hand took nothing: what it then shows is chosen.
  await until("the list is closed", async () => {
    const closed = await dropdown.waitFor({ state: "hidden", timeout: 2000 }).then(
      () => true,
      () => false,
    );
    if (!closed) await option.click({ timeout: 1000 }).catch(() => undefined);
    return closed;
  });
}

/** Fills fields of the open form, each by its name in the server's table. */
export async function fill(person, values, within = side(person)) {
  for (const [name, value] of Object.entries(values)) {
    const field = within.locator(`#wk-field-record-${name}`);
    if (Array.isArray(value)) {
      for (const one of value) await choose(person, field, one);
      await person.page.keyboard.press("Escape");
    } else if (typeof value === "object") await choose(person, field, value.choose);
    else {
      await field.fill(value);
      if (/^\d{4}-\d\d-\d\d$/.test(value)) await field.press("Enter");
    }
  }
}

/** Opens the form of a kind, fills it, and adds the record; resolves to its id. */
async function add(person, kind, values) {
  await person.go(`/registry?kind=${kind}&add=1`);
  await side(person).locator("#wk-field-record-name").waitFor();
  await fill(person, values);
  await press(person, person.t("register-add"));
  return until("the address names the record", () => person.inAddress("record"), { seconds: 90 });
}

const refusal = (person) => side(person).locator(".wk-refusal");

async function stageIs(person, stage) {
  await side(person)
    .locator(".wk-life-here", { hasText: person.t(`stage-${stage}`) })
    .waitFor();
}

/** Takes the next step with a paper that is there, whoever can take part, and a pass. */
async function take(person, system, name, paper, stage) {
  const { t } = person;
  await person.go(`/registry?kind=system&record=${system}`);
  const form = side(person).locator("section.wk-panel");
  await form.waitFor();
  if (paper) {
    await choose(person, form.getByLabel(t("life-papers-choose"), { exact: true }), paper);
    await person.page.keyboard.press("Escape");
  }
  if (["review", "test", "accept"].includes(name)) {
    for (const who of await form.locator(".wk-life-with input").all()) await who.check();
    await form.getByLabel(t(`life-passed-${name}`), { exact: true }).check();
  }
  await press(person, t("life-take", { step: t(`step-${name}`) }), form);
  await stageIs(person, stage);
}

async function registered(person, told, labels) {
  const { page, t } = person;
  const { choice } = labels;
  await add(person, "division", told.division);
  for (const [at, paper] of PAPERS.entries())
    await add(person, "document", {
      name: told.papers[at],
      paper: { choose: choice("document", "paper", paper) },
      number: "2026-1",
      dated: "2026-03-02",
    });
  await add(person, "contractor", {
    name: told.contractor,
    roles: ["design", "construction", "maintenance"].map((role) => choice("contractor", "roles", role)),
    certificate: told.certificate,
    valid_until: "2029-06-30",
  });
  const division = { choose: told.division.name };
  await add(person, "place", {
    name: told.place,
    division,
    private_kind: { choose: choice("place", "private_kind", "toilet") },
  });
  const by = { choose: told.contractor };
  const system = await add(person, "system", {
    name: told.system,
    packs: PACKS.map(labels.pack),
    division,
    builder_kind: { choose: choice("system", "builder_kind", "enterprise") },
    designer: by,
    constructor: by,
    maintainer: by,
  });
  await stageIs(person, "planned");
  await side(person)
    .getByRole("button", { name: t("help-point"), exact: true })
    .waitFor();
  expect(page.url().includes("kind=system"), "the address names the kind", page.url());
  return system;
}

/** A camera by its three steps, as somebody does who has never done it: only what the page asks for, with buttons it offers. */
async function enrol(person, demo, told, url) {
  const { page, t } = person;
  const { username, password } = demo.cameraCredentials;
  const field = (id) => side(person).getByLabel(t(id), { exact: true });
  await person.rail("page-cameras");
  await person.button("camera-add").click();
  const probe = side(person).getByRole("button", { name: t("camera-probe"), exact: true });
  expect(await probe.isDisabled(), "nothing can be tested yet");
  // What is missing leads to its field.
  await side(person)
    .locator(".wk-missing")
    .getByRole("button", { name: t("camera-main-url"), exact: true })
    .click();
  await page.keyboard.type(url);
  await field("camera-username").fill(username);
  await field("camera-password").fill(password);
  await person.shot(`journey-camera-address-${person.language}`);
  await probe.click();
  await side(person).getByText(t("probe-ok")).waitFor({ timeout: 60_000 });
  await person.shot(`journey-camera-tested-${person.language}`);
  await press(person, t("action-next"));
  await field("camera-name").fill(told.camera);
  await field("camera-place").fill(told.where);
  await choose(person, field("camera-point"), told.point);
  await person.shot(`journey-camera-place-${person.language}`);
  await press(person, t("camera-save"));
  await side(person).locator(".ant-drawer-title", { hasText: told.camera }).waitFor();
}

export async function keepRegistry(first, second, demo) {
  const { t, language } = first;
  const told = TOLD[language];
  const shot = (name) => first.shot(`${name}-${language}`);
  let [system, point, labels] = [];
  await step(
    "division, papers, contractor, place and system are registered by forms of the server's fields",
    async () => {
      await first.signIn(demo.accounts.administrator);
      labels = await labelsOf(first);
      system = await registered(first, told, labels);
      await shot("registry-system");
    },
  );
  await step("a wrong field is said at the field", async () => {
    await first.go("/registry?kind=division&add=1");
    await fill(first, { code: "12", name: told.division.name });
    await press(first, t("register-add"));
    const field = side(first).locator(".wk-field", { has: first.page.locator("#wk-field-record-code") });
    await field.getByText(told.wrong).waitFor();
  });
  await step("a point in a private place is refused with its article; the place's record is put right", async () => {
    await first.go("/registry?kind=point&add=1");
    await side(first).locator("#wk-field-record-name").waitFor();
    const values = {
      name: told.point,
      system: { choose: told.system },
      place: { choose: told.place },
      purpose: told.purpose,
    };
    await fill(first, values);
    await press(first, t("register-add"));
    await refusal(first).waitFor();
    const text = await refusal(first).innerText();
    expect(/national-2025:8|datong-2008:9|guangzhou-2007:6/.test(text), "the panel names the article", text);
    await shot("registry-private");
    const { body: place } = await first.api("GET", `/api/register/place?query=${encodeURIComponent(told.place)}`);
    await first.go(`/registry?kind=place&record=${place.records[0].id}&edit=1`);
    const kind = side(first).locator(".ant-select", { has: first.page.locator("#wk-field-record-private_kind") });
    await kind.hover();
    await kind.locator(".ant-select-clear").click();
    await press(first, t("action-save"));
    await side(first)
      .getByRole("button", { name: t("action-edit"), exact: true })
      .waitFor();
    // What was typed is still there: the form keeps its draft.
    await first.go("/registry?kind=point&add=1");
    await until(
      "the draft is kept",
      async () => (await side(first).locator("#wk-field-record-name").inputValue()) === told.point,
    );
    await press(first, t("register-add"));
    point = await until("the address names the point", () => first.inAddress("record"), { seconds: 90 });
    return text.replaceAll(/\s+/g, " ").slice(0, 160);
  });
  await step("a step without its paper is refused, and the refusal says what is missing", async () => {
    await first.go(`/registry?kind=system&record=${system}`);
    await press(first, t("life-take", { step: t("step-review") }));
    await refusal(first).waitFor();
    await stageIs(first, "planned");
    await shot("registry-refused");
    return (await refusal(first).innerText()).replaceAll(/\s+/g, " ").slice(0, 160);
  });
  await step(
    "the system is reviewed and built; a camera is added at its point, is in test mode and says so",
    async () => {
      await take(first, system, "review", told.papers[0], "designed");
      await take(first, system, "build", told.papers[1], "built");
      const { body } = await first.api("GET", "/api/cameras?limit=100");
      await enrol(first, demo, told, body.cameras.find(({ name }) => name.startsWith("01 ")).main.url);
      await side(first).getByText(t("camera-recording-test"), { exact: true }).waitFor();
      await side(first).getByRole("link", { name: told.point, exact: true }).waitFor();
      await shot("registry-camera");
    },
  );
  await step("tested, accepted and taken into use; each step is an entry", async () => {
    await take(first, system, "test", told.papers[2], "tested");
    await take(first, system, "accept", told.papers[3], "accepted");
    await take(first, system, "commission", undefined, "in-use");
    await until("five stages lie behind it", async () => {
      const stages = await side(first).locator(".wk-life-done").count();
      expect(stages === 5, "five", stages);
      return true;
    });
    await shot("registry-in-use");
  });
  await purposeChanged({ first, second, point, told, shot });
  await bothKept({ first, second, told, shot });
  await completed(first, told);
  await adopts({ first, told, labels, shot });
}

async function purposeChanged({ first, second, point, told, shot }) {
  const { t } = first;
  await step("the purpose of a point in use is not changed by one: the refusal leads to a request", async () => {
    await first.go(`/registry?kind=point&record=${point}&edit=1`);
    await fill(first, { purpose: told.changed });
    await press(first, t("action-save"));
    await refusal(first).waitFor();
    await shot("journey-purpose-refused");
    await press(first, t("register-ask-instead"));
    await side(first).getByLabel(t("because-reason"), { exact: true }).fill(told.because);
    await press(first, t("register-ask-send"));
    await side(first)
      .getByRole("link", { name: t("request-open"), exact: true })
      .click();
    await side(first).getByText(t("request-own-note")).waitFor();
    const own = side(first).getByRole("button", { name: t("request-authorise"), exact: true });
    expect((await own.count()) === 0, "no button to authorise one's own request");
    await shot("registry-own-request");
  });
  await step("another administrator, in the other language, reads what would change and authorises it", async () => {
    await signInNew(first, second, told.second);
    const words = second.t;
    await second.go("/registry?view=requests");
    await second.page.locator(".wk-table .wk-rowlink", { hasText: told.point }).click();
    await side(second).getByText(told.changed).waitFor();
    const head = await second.page.locator(".wk-page-head").innerText();
    expect(CHINESE.test(head) === (second.language !== "en"), "the page speaks the reader's language", head);
    await second.shot(`registry-request-${second.language}`);
    await press(second, words("request-authorise"));
    await side(second)
      .locator(".wk-meaning", { hasText: words("request-authorised") })
      .first()
      .waitFor();
    const { body } = await second.api("GET", `/api/records/${point}`);
    expect(body.body.purpose === told.changed, "the record has changed", body);
    await second.shot(`journey-purpose-authorised-${second.language}`);
  });
}

/** Two change one record at once: who saves second is told, loads the newer version, and keeps what was typed. */
async function bothKept({ first, second, told, shot }) {
  const { t } = first;
  await step("two change one place at once: the second to save is told, and neither change is lost", async () => {
    const { body: found } = await first.api("GET", `/api/register/place?query=${encodeURIComponent(told.place)}`);
    const [place] = found.records;
    await first.go(`/registry?kind=place&record=${place.id}&edit=1`);
    await side(first).locator("#wk-field-record-note").waitFor();
    await fill(first, { note: told.note });
    const body = { ...place.body, address: "1" };
    const other = await second.api("PATCH", `/api/records/${place.id}`, { version: place.version, body });
    expect(other.status === 200, "the other one saves first", other.body);
    await press(first, t("action-save"));
    await side(first).getByText(t("register-conflict-title"), { exact: true }).waitFor();
    await shot("registry-conflict");
    await press(first, t("register-reload"));
    await until("what was typed is still there, and the other's value is", async () => {
      const [note, address] = [
        await side(first).locator("#wk-field-record-note").inputValue(),
        await side(first).locator("#wk-field-record-address").inputValue(),
      ];
      expect(note === told.note && address === "1", "both", { note, address });
      return true;
    });
    await press(first, t("action-save"));
    await side(first)
      .getByRole("button", { name: t("action-edit"), exact: true })
      .waitFor();
    const { body: kept } = await first.api("GET", `/api/records/${place.id}`);
    expect(kept.body.note === told.note && kept.body.address === "1", "both changes are kept", kept);
  });
}

/** From the list of kinds to a record's form at the field that it lacks. */
async function completed(first, told) {
  const { page, t } = first;
  await step("completeness shows which field is missing and leads to the form at that field", async () => {
    await first.go("/registry?view=completeness");
    const row = page.locator(".wk-table .ant-table-row", { has: page.locator('a[href*="contractor"]') });
    await row.first().waitFor();
    await first.shot(`registry-completeness-${first.language}`);
    await row.locator('a[href*="lacks=issuer"]').first().click();
    await page.locator(".wk-table .wk-rowlink", { hasText: told.contractor }).click();
    const field = side(first).locator("#wk-field-record-issuer");
    await field.waitFor();
    await until("the cursor is in the field", () => field.evaluate((node) => node === document.activeElement), {
      seconds: 60,
    });
    await page.keyboard.type("GA");
    await press(first, t("action-save"));
    await side(first)
      .getByRole("button", { name: t("action-edit"), exact: true })
      .waitFor();
    const { body } = await first.api("GET", "/api/register/contractor?lacks=issuer");
    expect(
      body.records.every(({ name }) => name !== told.contractor),
      "it lacks it no more",
      body.records.map(({ name }) => name),
    );
  });
}

async function adopts({ first, told, labels, shot }) {
  const { page, t } = first;
  await step("a pack that only warns is adopted with a decision, and binds from then on", async () => {
    await first.go(`/rules?pack=${told.adopted}`);
    const panel = page.locator(".wk-rules-adopted");
    await panel.getByRole("button", { name: t("rules-adopt-this"), exact: true }).click();
    const adopt = panel.getByRole("button", { name: t("rules-adopt"), exact: true });
    expect(await adopt.isDisabled(), "not without a paper");
    // The paper is registered on the spot.
    const field = panel.getByLabel(t("rules-adopt-document"), { exact: true });
    await field.click();
    await page.getByRole("button", { name: t("register-add-another"), exact: true }).click();
    const dialogue = page.getByRole("dialog");
    await fill(first, { name: told.decision, number: "2026-9", dated: "2026-11-01" }, dialogue);
    await press(first, t("register-add"), dialogue);
    await until("the paper is chosen", () => adopt.isEnabled(), { seconds: 90 });
    await shot("rules-adopting");
    await adopt.click();
    await panel.locator(".wk-soft", { hasText: told.decision }).waitFor();
    const text = await panel.innerText();
    expect(text.includes(labels.pack(told.adopted)) && text.includes(told.decision), "pack and paper", text);
    const [{ unit }] = (await first.api("GET", "/api/me")).body.posts;
    const { body } = await first.api("GET", `/api/units/${unit.id}/adoptions`);
    expect(
      body.adoptions.some(({ pack }) => pack === told.adopted),
      "the server has it",
      body,
    );
    await shot("rules-adopted");
  });
}
