// Saves the picture on the screen as a PNG with the viewer's mark burnt in. The act itself (the ledger entry) is the
// server's: it is asked for first, and without its answer nothing is drawn.
import { api } from "../api/client";
import type { Id } from "../api/types";
import { frameOf } from "./pictures";

interface StillAnswer {
  entry: { log?: string; index: number } | number;
  file_name: string;
  mark_text: string;
}

export interface StillRequest {
  viewId: Id;
  cameraId: Id;
  /** When the picture was taken, in whole milliseconds. */
  atMs: number;
  video: HTMLVideoElement;
  /** Camera and time of the picture, already in words. */
  caption: string;
}

/** Asks for the act, draws the frame with caption and mark, and hands the file to the browser. Returns the entry's index. */
export async function saveStill({ viewId, cameraId, atMs, video, caption }: StillRequest): Promise<number> {
  // The frame is taken before the request: it is the one that was on the screen when the key was pressed.
  const canvas = document.createElement("canvas");
  const frame = frameOf(video);
  canvas.width = frame.width;
  canvas.height = frame.height;
  const context = canvas.getContext("2d");
  if (!context || canvas.width === 0) throw new Error("no picture to save");
  context.drawImage(frame.source, 0, 0);
  const answer = await api.post<StillAnswer>("/api/stills", {
    view_id: viewId,
    camera_id: cameraId,
    at_ms: atMs,
  });
  burn(context, caption, answer.mark_text);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("the picture could not be encoded");
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = answer.file_name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return typeof answer.entry === "number" ? answer.entry : answer.entry.index;
}

function burn(context: CanvasRenderingContext2D, caption: string, mark: string): void {
  const { width, height } = context.canvas;
  const size = Math.max(14, Math.round(height / 36));
  const face = getComputedStyle(document.body).fontFamily;
  context.font = `500 ${size}px ${face}`;
  const lines = [caption, mark];
  const box = size * 1.5 * lines.length + size * 0.6;
  context.fillStyle = "rgb(0 0 0 / 62%)";
  context.fillRect(0, height - box, width, box);
  context.fillStyle = "white";
  context.textBaseline = "middle";
  lines.forEach((line, index) => {
    context.fillText(line, size * 0.7, height - box + size * (1.05 + index * 1.5), width - size * 1.4);
  });
  // Across the picture, faint: a crop of it still says who took it.
  context.save();
  context.translate(width / 2, height / 2);
  context.rotate(-Math.PI / 9);
  context.globalAlpha = 0.16;
  const step = context.measureText(mark).width + size * 5;
  for (let y = -height; y < height; y += size * 8)
    for (let x = -width - ((y / size) % 3) * size; x < width; x += step) context.fillText(mark, x, y);
  context.restore();
}
