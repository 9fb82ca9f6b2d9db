// Files of papers: a paper is added with its file, a wrong file is said before it is sent, a new file is a new version and the old one
// is still there; a sign shows its photo; a still of a camera is taken at commissioning, seen, and confirmed by a named person.
import { deflateSync } from "node:zlib";
import { signInNew } from "./gaps.mjs";
import { press, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const PAPER = "步道系统竣工图";
const SIGN = "步道东口标识";
const POINT = "步道东口灯杆";
const SYSTEM = "滨江步道视频系统";
/** Keeps the register and may have pictures: whoever takes stills needs both. */
const TAKER = { account: "commissioner", name: "江帆 Jiang Fan", password: "correct horse battery 5 staple" };

function chunk(name, data) {
  const bytes = Buffer.concat([Buffer.from(name), data]);
  const whole = Buffer.alloc(bytes.length + 8);
  whole.writeUInt32BE(data.length, 0);
  bytes.copy(whole, 4);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  whole.writeUInt32BE(~crc >>> 0, bytes.length + 4);
  return whole;
}

/** A picture of one colour, as a photo of a sign. */
function png(width, height, [red, green, blue]) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.from(Array(width).fill([red, green, blue]).flat())]);
  const pixels = deflateSync(Buffer.concat(Array(height).fill(row)));
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([magic, chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

const pdf = (text) => ({ name: "竣工图.pdf", mimeType: "application/pdf", buffer: Buffer.from(`%PDF-1.7\n${text}`) });

/** Adds a document by its form, with its file. */
async function add(person, name, paper, file) {
  await person.go("/registry?kind=document&add=1");
  const form = side(person);
  await form.locator("#wk-field-record-name").fill(name);
  const choice = form.locator("#wk-field-record-paper");
  await choice.click();
  await choice.fill(paper);
  await person.page.locator(".ant-select-dropdown .ant-select-item-option", { hasText: paper }).first().click();
  await form.locator('input[type="file"]').setInputFiles(file);
  await press(person, person.t("register-add"));
  return until("the address names the document", () => person.inAddress("record"), { seconds: 90 });
}

/** What was designed beside what the camera sends, and the still that shows what it sees. */
async function stillAtCommissioning(keeper, taker) {
  const { t } = taker;
  const built = side(taker).locator(".wk-built > li", { hasText: POINT });
  await step("whoever keeps the register and has pictures has the system take a still of a camera", async () => {
    await signInNew(keeper, taker, { ...TAKER, roles: ["administrator", "operator"] });
    const systems = await taker.api("GET", `/api/register/system?query=${encodeURIComponent(SYSTEM)}`);
    await taker.go(`/registry?kind=system&record=${systems.body.records[0].id}`);
    await built.getByText("H.264", { exact: true }).waitFor();
    // A sensitive camera's picture wants a reason, and the refusal says so.
    await press(taker, t("still-take"), built);
    await built.locator(".wk-refusal", { hasText: "datong-2008:5" }).waitFor();
    await taker.shot("documents-still-refused");
    await built.getByLabel(t("still-note"), { exact: true }).fill("验收前核对画面");
    await press(taker, t("still-take"), built);
    await built.getByText(t("still-unconfirmed")).waitFor();
  });
  await step("the still is seen, and is confirmed by name with an entry", async () => {
    await press(taker, t("file-show"), built);
    const still = built.locator("video.wk-file-picture");
    await until("the still is drawn", () => still.evaluate((video) => video.videoWidth > 0));
    await built.scrollIntoViewIfNeeded();
    await taker.shot("documents-still");
    await press(taker, t("still-confirm"), built);
    await built.getByText(t("still-confirmed")).waitFor();
    await built.getByText(TAKER.name).waitFor();
    await taker.shot("documents-confirmed");
  });
}

export async function keepPapers(keeper, taker, demo) {
  const { t } = keeper;
  let paper;
  await step("a paper is added with its file, and shows its name, size and hash", async () => {
    await keeper.signIn(demo.accounts.administrator);
    paper = await add(keeper, PAPER, "施工资料", pdf("first"));
    await side(keeper).getByText("竣工图.pdf", { exact: true }).first().waitFor();
    await keeper.shot("documents-file");
  });
  await step("a program is not taken, and that is said before it is sent", async () => {
    const wrong = { name: "setup.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ") };
    await side(keeper).locator('input[type="file"]').setInputFiles(wrong);
    await side(keeper).getByText(t("file-ending")).waitFor();
  });
  await step("a file that is not what its name says is refused by the server, in words", async () => {
    const forged = { name: "合同.pdf", mimeType: "application/pdf", buffer: Buffer.from("<html><script></script>") };
    await side(keeper).locator('input[type="file"]').setInputFiles(forged);
    await press(keeper, t("file-add-version"));
    await side(keeper).getByText(t("file-kind")).waitFor();
    await keeper.shot("documents-wrong");
  });
  await step("a new file is a new version; the first one is still read", async () => {
    await side(keeper).locator('input[type="file"]').setInputFiles(pdf("second"));
    await press(keeper, t("file-add-version"));
    await side(keeper)
      .getByText(t("file-versions", { n: "2" }))
      .waitFor();
    const first = await keeper.api("GET", `/api/records/${paper}/versions`);
    const files = new Set(first.body.versions.map(({ body }) => body.sha256).filter(Boolean));
    expect(files.size === 2, "two files are named by the versions", first.body);
    await keeper.shot("documents-versions");
  });
  await step("a sign shows its photo in its record", async () => {
    const photo = await add(keeper, "标识照片", "照片", {
      name: "标识.png",
      mimeType: "image/png",
      buffer: png(320, 200, [30, 110, 190]),
    });
    const points = await keeper.api("GET", `/api/register/point?query=${encodeURIComponent(POINT)}`);
    const point = points.body.records[0];
    const body = { name: SIGN, points: [point.id], photo, checked_on: "2026-11-01" };
    const sign = await keeper.api("POST", "/api/register/sign", { unit_id: point.unit_id, body });
    expect(sign.status === 201, "the sign is added", sign.body);
    await keeper.go(`/registry?kind=sign&record=${sign.body.id}`);
    const picture = side(keeper).locator("img.wk-file-picture");
    await picture.waitFor();
    await until("the photo is drawn", () => picture.evaluate((image) => image.naturalWidth === 320));
    await keeper.shot("documents-sign");
  });
  await stillAtCommissioning(keeper, taker);
}
