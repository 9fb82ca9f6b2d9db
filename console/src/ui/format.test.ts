// @vitest-environment node
// Times, spans, lengths, sizes and rates as text.
import { expect, test } from "vitest";
import {
  formatBytes,
  formatDuration,
  formatList,
  formatRate,
  formatSpan,
  formatTime,
  formatZone,
  shortHash,
} from "./format";

const AT = 1_795_341_605_042; // 2026-11-22T10:00:05.042Z
const shanghai = { timeZone: "Asia/Shanghai" };

test("times", () => {
  expect(formatTime(AT, "zh-CN", shanghai)).toBe("2026-11-22 18:00:05");
  expect(formatTime(AT, "en", shanghai)).toBe("22 Nov 2026 18:00:05");
  expect(formatTime(AT, "zh-CN", { ...shanghai, zone: true, milliseconds: true })).toBe(
    "2026-11-22 18:00:05.042 UTC+8",
  );
  expect(formatTime(AT, "en", { timeZone: "UTC", timeOnly: true, seconds: false })).toBe("10:00");
  expect(formatTime(AT, "en", { ...shanghai, dateOnly: true })).toBe("22 Nov 2026");
  expect(formatTime(Date.UTC(2026, 0, 1), "zh-CN", { timeZone: "UTC" })).toBe("2026-01-01 00:00:00");
  expect(formatZone(AT, "Asia/Kolkata")).toBe("UTC+5:30");
  expect(formatZone(AT, "UTC")).toBe("UTC");
});

test("spans", () => {
  expect(formatSpan(AT, AT + 60_000, "zh-CN", shanghai)).toBe("2026-11-22 18:00:05 – 18:01:05");
  expect(formatSpan(AT, AT + 8 * 3_600_000, "zh-CN", { ...shanghai, zone: true })).toBe(
    "2026-11-22 18:00:05 – 2026-11-23 02:00:05 UTC+8",
  );
});

test.each([
  [0, "0:00"],
  [5_999, "0:05"],
  [723_000, "12:03"],
  [3_723_000, "1:02:03"],
  [273_600_000, "3 d 04:00"],
  [-5_000, "-0:05"],
])("length %d", (ms, text) => expect(formatDuration(ms, "en")).toBe(text));
test("a length of days in Chinese", () => expect(formatDuration(273_600_000, "zh-CN")).toBe("3 天 04:00"));

test("lists of names", () => {
  expect(formatList(["北门", "湖边", "停车场"], "zh-CN")).toBe("北门、湖边、停车场");
  expect(formatList(["North gate", "Lake", "Car park"], "en")).toBe("North gate, Lake, Car park");
  expect(formatList(["Lake"], "en")).toBe("Lake");
  expect(formatList([], "en")).toBe("");
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1.00 kB"],
  [14_900_000, "14.9 MB"],
  [123_456_789, "123 MB"],
  [999_600_000, "1.00 GB"],
  [3_100_000_000_000, "3.10 TB"],
])("size %d", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [850, "850 kbit/s"],
  [2_050, "2.05 Mbit/s"],
  [12_345, "12.3 Mbit/s"],
])("rate %d", (kbps, text) => expect(formatRate(kbps)).toBe(text));

test("hashes", () => {
  expect(shortHash("3f9a0c11111111111111d41e")).toBe("3f9a0c…d41e");
  expect(shortHash("abcd")).toBe("abcd");
});
