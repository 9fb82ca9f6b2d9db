// The map: an administrator enters points, places and a plan, sees them where they stand, finds the planned point that sees what
// another sees and the school without a system, and turns a point by its handle. Who has no right to positions is told why.
import { signInNew } from "./gaps.mjs";
import { expect, step, until } from "./report.mjs";

const WATCHER = { account: "watcher", name: "周宁 Zhou Ning", password: "correct horse battery 9 staple" };
const CHINESE = /\p{Script=Han}/u;
/** The middle of the demonstration's town. */
const TOWN = { longitude: 113.3217, latitude: 23.10483 };
const DEGREE_M = 111_320;
const near = (east, north) => ({
  longitude: +(TOWN.longitude + east / (DEGREE_M * Math.cos((TOWN.latitude * Math.PI) / 180))).toFixed(6),
  latitude: +(TOWN.latitude + north / DEGREE_M).toFixed(6),
});
const sees = (direction_deg, angle_deg, range_m) => ({ direction_deg, angle_deg, range_m });
const SYSTEM = "中心广场视频系统";
const POINT = "广场东北角灯杆";
const WEST = "广场西侧";
const PLANNED = "规划：广场东北角";
const SCHOOL = "第二小学";
const POINTS = [
  ["广场南口", near(25, -55), sees(0, 70, 60)],
  [POINT, near(150, 120), sees(215, 80, 70)],
  [WEST, near(-105, 50), sees(90, 60, 55)],
  ["东街路口", near(180, -50), sees(330, 90, 45)],
  ["莲湖公园门", near(425, 10), sees(80, 100, 80)],
];

const side = ({ page }) => page.locator(".wk-side.ant-drawer-open");
const press = (person, name, within = person.page) => within.getByRole("button", { name, exact: true }).click();

async function make(person, kind, body) {
  const { body: me } = await person.api("GET", "/api/me");
  const shared = kind === "division";
  const unit_id = shared ? undefined : me.posts[0].unit.id;
  const { status, body: made } = await person.api("POST", `/api/register/${kind}`, { unit_id, body });
  expect(status === 201, `a ${kind} is added`, made);
  return made.id;
}

/** By name, made if the registry's chapter has not done it. */
async function division(person) {
  const { body } = await person.api("GET", "/api/register/division?query=440106");
  return body.records[0]?.id ?? make(person, "division", { code: "440106", name: "天河区" });
}

/** A camera at a point of a system that is planned: nothing is sent by it, and its picture is another camera's. */
async function camera(person, demo, point) {
  const { body } = await person.api("GET", "/api/cameras?limit=100");
  const { unit_id, main } = body.cameras.find(({ name }) => name.startsWith("01 "));
  const wanted = { unit_id, main_url: main.url, name: "11 广场东北角", place: "中心广场", point_id: point };
  const made = await person.api("POST", "/api/cameras", { ...wanted, ...demo.cameraCredentials });
  expect(made.status === 201, "the camera is added", made.body);
  return made.body.id;
}

async function fill(person, demo) {
  const district = await division(person);
  const square = await make(person, "place", {
    name: "中心广场",
    division: district,
    public_area: true,
    ...near(25, 40),
  });
  const school = { name: SCHOOL, division: district, category: "school", ...near(290, 205) };
  const ids = { school: await make(person, "place", school), points: {} };
  await make(person, "place", {
    name: "公园更衣室",
    division: district,
    private_kind: "changing-room",
    ...near(500, -90),
  });
  const system = { name: SYSTEM, packs: ["guangzhou-2007"], division: district, builder_kind: "government" };
  ids.system = await make(person, "system", { ...system, owner: "滨江街道" });
  for (const [name, at, view] of POINTS) {
    const point = { name, system: ids.system, place: square, purpose: "治安防范", ...at, ...view };
    ids.points[name] = await make(person, "point", point);
  }
  const plan = await make(person, "plan", { name: "广场补点规划", division: district });
  ids.planned = await make(person, "planned-point", { name: PLANNED, plan, ...near(158, 126), ...sees(200, 60, 60) });
  ids.camera = await camera(person, demo, ids.points[POINT]);
  return ids;
}

/** How many different colours the canvas shows: a map that was not drawn has one. */
function colours({ page }) {
  return page.locator(".wk-map canvas").evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4 * 37) seen.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    return seen.size;
  });
}

const legendRow = (person, standing) =>
  person.page
    .locator(".wk-maplegend li")
    .filter({ has: person.page.getByText(person.t(`map-standing-${standing}`), { exact: true }) });

async function drag(person, from, dx, dy) {
  const { mouse } = person.page;
  await mouse.move(from.x, from.y);
  await mouse.down();
  await mouse.move(from.x + dx / 2, from.y + dy / 2);
  await mouse.move(from.x + dx, from.y + dy, { steps: 4 });
  await mouse.up();
}

async function middleOf(locator) {
  const { x, y, width, height } = await locator.boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
}

async function openMap(person, query = "") {
  await person.go(`/map${query}`);
  await person.page.locator(".wk-maplegend").waitFor();
  await until("the map is drawn", async () => (await colours(person)) > 20);
}

async function looks(first) {
  const { page, t } = first;
  const elsewhere = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(first.demo.base) && !/^(data|blob):/.test(request.url()))
      elsewhere.push(request.url());
  });
  await step("the map shows points, the plan, private places and the school that must have a system", async () => {
    await first.rail("page-map");
    await page.locator(".wk-maplegend").waitFor();
    await until("the map is drawn", async () => (await colours(first)) > 20);
    for (const standing of ["planned", "private", "owed", "place"]) await legendRow(first, standing).waitFor();
    const hatch = page.locator(".wk-maplegend li", { hasText: t("map-overlap") });
    const pairs = hatch.locator(".wk-maplegend-count");
    await until("a pair sees the same", async () => Number(await pairs.innerText()) >= 1);
    await first.shot("map");
    return `${await colours(first)} colours`;
  });
  await step("nothing is asked of anybody else, and no rule of the page is broken", () => {
    expect(elsewhere.length === 0, "no request leaves this server", elsewhere);
    const broken = first.troubles.filter((trouble) => /Content Security Policy|WebGL/i.test(trouble));
    expect(broken.length === 0, "no policy is broken", broken);
  });
}

async function finds(first, ids) {
  const { page, t } = first;
  await step("the search flies to a point; beside it stand its stage, its camera and where it looks", async () => {
    await page.getByLabel(t("map-find"), { exact: true }).fill("东北角灯");
    await page.locator(".ant-select-item-option", { hasText: POINT }).click();
    const panel = side(first);
    await panel.getByText(t("stage-planned"), { exact: true }).waitFor();
    await panel.getByRole("link", { name: "11 广场东北角", exact: true }).waitFor();
    const [, { longitude, latitude }] = POINTS.find(([name]) => name === POINT);
    await until("position and datum are said, and the address names the point", async () => {
      const words = await panel.innerText();
      expect(words.includes(`${longitude.toFixed(5)}° E, ${latitude.toFixed(5)}° N`), "the position", words);
      expect(words.includes(t("map-datum-words")), "and its datum", words);
      expect(first.inAddress("id") === ids.points[POINT], "the point's id", page.url());
      return true;
    });
    expect(!page.url().includes("113."), "no position is in the address", page.url());
    await first.shot("map-point");
  });
  await step("what the planned point shares is said in words and hatched", async () => {
    await side(first).getByRole("button", { name: PLANNED, exact: true }).click();
    await side(first).locator(".ant-drawer-title", { hasText: PLANNED }).waitFor();
    const words = await until("the finding names its article", async () => {
      const said = await side(first).innerText();
      return said.includes("guangzhou-2007:7") && said;
    });
    const part = /(\d+)%/.exec(words)?.[1];
    expect(Number(part) > 30 && Number(part) <= 100, "the shared part is said", words);
    await first.shot("map-overlap");
    return `${part} %`;
  });
  await step("filters are in the address and survive a reload; the school is among the findings", async () => {
    await openMap(first, "?finding=1&list=seen");
    await legendRow(first, "owed").waitFor();
    expect((await legendRow(first, "place").count()) === 0, "other places are left out");
    await press(first, SCHOOL, side(first));
    const words = await until("the panel says why", async () => {
      const said = await side(first).innerText();
      return said.includes("guangzhou-2007:6") && said;
    });
    return words.replaceAll(/\s+/g, " ").slice(0, 120);
  });
}

async function turns(first, ids) {
  const { page, t } = first;
  const point = `/api/records/${ids.points[WEST]}`;
  await step("a point is turned by its handle and moved by a key, and saved as any change of its record", async () => {
    await first.go(`/registry?kind=point&record=${ids.points[WEST]}&edit=1&place=1`);
    const handle = page.getByRole("slider", { name: t("map-handle-direction"), exact: true });
    await handle.waitFor();
    await until("the map is drawn", async () => (await colours(first)) > 10);
    await handle.scrollIntoViewIfNeeded();
    // Until the drawer has come to rest: its place is measured next.
    await handle.hover();
    const [from, middle] = [
      await middleOf(handle),
      await middleOf(page.getByRole("slider", { name: t("map-handle-position"), exact: true })),
    ];
    // From east to south: a quarter around the position.
    await drag(first, from, middle.x - from.x, from.x - middle.x);
    const field = side(first).locator("#wk-field-record-direction_deg");
    await until("the field follows", async () => Math.abs(Number(await field.inputValue()) - 180) <= 2);
    await page.getByRole("slider", { name: t("map-handle-position"), exact: true }).press("Shift+ArrowUp");
    await first.shot("map-edit");
    const { body: before } = await first.api("GET", point);
    await press(first, t("action-save"), side(first));
    await side(first)
      .getByRole("button", { name: t("action-edit"), exact: true })
      .waitFor();
    const { body: after } = await first.api("GET", point);
    const north = (after.body.latitude - before.body.latitude) * DEGREE_M;
    expect(Math.abs(north - 10) < 0.2, "ten metres further north", { before: before.body, after: after.body });
    expect(Math.abs(after.body.direction_deg - 180) <= 2, "turned to the south", after.body);
    expect(after.body.range_m === before.body.range_m, "its range is as it was", after.body);
  });
  await step("a file with metres instead of degrees is left out, by its feature's number and name", async () => {
    await openMap(first);
    await press(first, t("map-ground"));
    const bad = {
      type: "FeatureCollection",
      features: [
        {
          type: "Feature",
          properties: { kind: "road", name: "好路" },
          geometry: {
            type: "LineString",
            coordinates: [
              [113.32, 23.1],
              [113.33, 23.1],
            ],
          },
        },
        {
          type: "Feature",
          properties: { kind: "road", name: "坏路" },
          geometry: {
            type: "LineString",
            coordinates: [
              [440512, 2556210],
              [440612, 2556210],
            ],
          },
        },
      ],
    };
    const buffer = Buffer.from(JSON.stringify(bad));
    await page
      .locator(".wk-mapground input[type=file]")
      .setInputFiles({ name: "streets.geojson", mimeType: "application/json", buffer });
    const said = page.locator(".wk-mapground-trouble");
    await said.waitFor();
    const words = await said.innerText();
    expect(
      words.includes("streets.geojson") && words.includes("2") && words.includes("坏路"),
      "file and feature",
      words,
    );
    return words.replaceAll(/\s+/g, " ");
  });
}

async function chooses(first, second, ids) {
  await step("an area is drawn, and its cameras go to the wall of somebody who has pictures too", async () => {
    await signInNew(first, second, { ...WATCHER, roles: ["administrator", "operator"] });
    const { page, t } = second;
    await openMap(second, `?system=${ids.system}`);
    await press(second, t("map-choose-box"));
    const box = await page.locator(".wk-map canvas").boundingBox();
    await drag(second, { x: box.x + 4, y: box.y + 4 }, box.width - 8, box.height - 90);
    await side(second).getByText(t("map-chosen"), { exact: true }).waitFor();
    const words = await page.locator(".wk-mapbar").innerText();
    expect(!CHINESE.test(words.replaceAll(SYSTEM, "")), "the page speaks English", words);
    await second.shot("map-chosen-english");
    await side(second)
      .getByRole("link", { name: t("map-to-wall", { n: "1" }), exact: true })
      .click();
    await page.waitForURL(/\/wall/);
    expect(page.url().includes(ids.camera), "the wall is of that camera", page.url());
  });
}

async function keepsOut(second, demo) {
  await step("who keeps no registry is told by which article and how to get there; trying is an entry", async () => {
    const { page, t } = second;
    await second.context.clearCookies();
    await second.signIn(demo.accounts.auditor);
    await second.go("/map");
    await page.locator(".wk-refusal").waitFor();
    const words = await page.locator(".wk-refusal").innerText();
    expect(words.includes("national-2016:6") && words.includes(t("map-closed-remedy")), "article and remedy", words);
    expect((await page.locator(".wk-map").count()) === 0, "no map is shown");
    await second.shot("map-closed");
    const { status, body } = await second.api("GET", "/api/map");
    expect(
      status === 403 && body.error.article === "national-2016:6" && body.error.entry > 0,
      "the server says the same",
      body,
    );
    const { body: read } = await second.api("GET", "/api/ledger/access?kind=read_basic_data&limit=50");
    expect(read.entries.length > 0, "reading the map is an entry", read);
    return `${read.entries.length} entries of reading basic data`;
  });
}

export async function lookAtMap(first, second, demo) {
  let ids;
  await step("points, places and a plan are entered with their positions", async () => {
    await first.signIn(demo.accounts.administrator);
    ids = await fill(first, demo);
  });
  await looks(first);
  await finds(first, ids);
  await turns(first, ids);
  await chooses(first, second, ids);
  await keepsOut(second, demo);
}
