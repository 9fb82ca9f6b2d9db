// A newcomer fills the registry: division, place, contractor, system, point and camera, each with the form that the server's
// fields make. A private place is refused and put right; the system is taken through its life to use; its point's purpose is
// changed by two persons, the second of whom reads English.
import { signInNew } from "./gaps.mjs";
import { expect, step, until } from "./report.mjs";

const SECOND = { account: "registrar", name: "何静 He Jing", password: "correct horse battery 8 staple" };
const PACKS = ["广州市公共安全视频系统管理规定", "大同市公共安全视频图像信息系统管理办法"];
const SYSTEM = "滨江步道视频系统";
const POINT = "步道东口灯杆";
const PLACE = "步道公厕";
const CHANGED = "治安防范与走失人员查找";
const CHINESE = /\p{Script=Han}/u;

const side = ({ page }) => page.locator(".wk-side.ant-drawer-open");
const press = (person, name, within = side(person)) => within.getByRole("button", { name, exact: true }).click();

/** Types into a choice and takes the option of that name, from its own list: another's may still be closing. */
async function choose(person, field, name) {
  const list = `[id="${await field.getAttribute("id")}_list"]`;
  await field.click();
  await field.fill(name);
  await person.page
    .locator(`.ant-select-dropdown:has(${list}) .ant-select-item-option`, { hasText: name })
    .first()
    .click();
}

/** Fills fields of the open form, each by its name in the server's table. */
async function fill(person, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = side(person).locator(`#wk-field-record-${name}`);
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
  return until("the address names the record", () => person.inAddress("record"), { seconds: 30 });
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

async function registered(person) {
  const { page, t } = person;
  await add(person, "division", { code: "440106", name: "天河区" });
  for (const [title, paper] of [
    ["步道系统设计方案", "设计方案"],
    ["步道系统施工资料", "施工资料"],
    ["步道系统检测报告", "检测报告"],
    ["步道系统验收文件", "验收文件"],
  ])
    await add(person, "document", { name: title, paper: { choose: paper }, number: "2026-1", dated: "2026-03-02" });
  await add(person, "contractor", {
    name: "粤安智能工程",
    roles: ["设计", "施工", "维护"],
    certificate: "粤GA-2231",
    valid_until: "2029-06-30",
  });
  await add(person, "place", { name: PLACE, division: { choose: "天河区" }, private_kind: { choose: "卫生间" } });
  const system = await add(person, "system", {
    name: SYSTEM,
    packs: PACKS,
    division: { choose: "天河区" },
    builder_kind: { choose: "企业" },
    designer: { choose: "粤安智能工程" },
    constructor: { choose: "粤安智能工程" },
    maintainer: { choose: "粤安智能工程" },
  });
  await stageIs(person, "planned");
  await side(person)
    .getByRole("button", { name: t("help-point"), exact: true })
    .waitFor();
  expect(page.url().includes("kind=system"), "the address names the kind", page.url());
  return system;
}

export async function keepRegistry(first, second, demo) {
  const { t } = first;
  let [system, point] = [];
  await step(
    "division, papers, contractor, place and system are registered by forms of the server's fields",
    async () => {
      await first.signIn(demo.accounts.administrator);
      system = await registered(first);
      await first.shot("registry-system");
    },
  );
  await step("a wrong field is said at the field", async () => {
    await first.go("/registry?kind=division&add=1");
    await fill(first, { code: "12", name: "某区" });
    await press(first, t("register-add"));
    const field = side(first).locator(".wk-field", { has: first.page.locator("#wk-field-record-code") });
    await field.getByText("应为 6 位数字").waitFor();
  });
  await step("a point in a private place is refused with its article; the place's record is put right", async () => {
    await first.go("/registry?kind=point&add=1");
    await side(first).locator("#wk-field-record-name").waitFor();
    const values = { name: POINT, system: { choose: SYSTEM }, place: { choose: PLACE }, purpose: "治安防范" };
    await fill(first, values);
    await press(first, t("register-add"));
    await refusal(first).waitFor();
    const text = await refusal(first).innerText();
    expect(/national-2025:8|datong-2008:9|guangzhou-2007:6/.test(text), "the panel names the article", text);
    await first.shot("registry-private");
    const { body: place } = await first.api("GET", `/api/register/place?query=${encodeURIComponent(PLACE)}`);
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
      async () => (await side(first).locator("#wk-field-record-name").inputValue()) === POINT,
    );
    await press(first, t("register-add"));
    point = await until("the address names the point", () => first.inAddress("record"), { seconds: 30 });
    return text.replaceAll(/\s+/g, " ").slice(0, 160);
  });
  await step("a step without its paper is refused, and the refusal says what is missing", async () => {
    await first.go(`/registry?kind=system&record=${system}`);
    await press(first, t("life-take", { step: t("step-review") }));
    await refusal(first).waitFor();
    await stageIs(first, "planned");
    await first.shot("registry-refused");
    return (await refusal(first).innerText()).replaceAll(/\s+/g, " ").slice(0, 160);
  });
  await step("the system is reviewed and built; its camera is in test mode and says so", async () => {
    await take(first, system, "review", "步道系统设计方案", "designed");
    await take(first, system, "build", "步道系统施工资料", "built");
    const { body } = await first.api("GET", "/api/cameras?limit=100");
    const { unit_id, main } = body.cameras.find(({ name }) => name.startsWith("01 "));
    const wanted = { unit_id, main_url: main.url, name: "10 步道东口", place: "步道东口", point_id: point };
    const made = await first.api("POST", "/api/cameras", { ...wanted, ...demo.cameraCredentials });
    expect(made.status === 201, "the camera is added", made.body);
    await first.go(`/cameras?id=${made.body.id}`);
    await side(first).getByText(t("camera-recording-test"), { exact: true }).waitFor();
    await side(first).getByRole("link", { name: POINT, exact: true }).waitFor();
    await first.shot("registry-camera");
  });
  await step("tested, accepted and taken into use; each step is an entry", async () => {
    await take(first, system, "test", "步道系统检测报告", "tested");
    await take(first, system, "accept", "步道系统验收文件", "accepted");
    await take(first, system, "commission", undefined, "in-use");
    const done = await side(first).locator(".wk-life-done").count();
    expect(done === 5, "five stages lie behind it", done);
    await first.shot("registry-in-use");
  });
  await step("the purpose of a point in use is not changed by one: the refusal leads to a request", async () => {
    await first.go(`/registry?kind=point&record=${point}&edit=1`);
    await fill(first, { purpose: CHANGED });
    await press(first, t("action-save"));
    await press(first, t("register-ask-instead"));
    await side(first).getByLabel(t("because-reason"), { exact: true }).fill("社区请求协助查找走失老人");
    await press(first, t("register-ask-send"));
    await side(first)
      .getByRole("link", { name: t("request-open"), exact: true })
      .click();
    await side(first).getByText(t("request-own-note")).waitFor();
    const own = side(first).getByRole("button", { name: t("request-authorise"), exact: true });
    expect((await own.count()) === 0, "no button to authorise one's own request");
    await first.shot("registry-own-request");
  });
  await step("another administrator, in English, reads what would change and authorises it", async () => {
    await signInNew(first, second, SECOND);
    const en = second.t;
    await second.go("/registry?view=requests");
    await second.page.locator(".wk-table .wk-rowlink", { hasText: POINT }).click();
    await side(second).getByText(CHANGED).waitFor();
    const words = await second.page.locator(".wk-page-head").innerText();
    expect(!CHINESE.test(words), "the page speaks English", words);
    await second.shot("registry-request-english");
    await press(second, en("request-authorise"));
    await side(second)
      .locator(".wk-meaning", { hasText: en("request-authorised") })
      .first()
      .waitFor();
    const { body } = await second.api("GET", `/api/records/${point}`);
    expect(body.body.purpose === CHANGED, "the record has changed", body);
  });
}
