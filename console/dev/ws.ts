// A WebSocket server of the least size (RFC 6455) for the made-up pictures of the dev server. Never shipped, not for
// strangers: it trusts its one browser, knows no extensions and refuses fragmented client messages.
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** RFC 6455 §1.3. */
const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export interface Socket {
  text(message: object): void;
  binary(bytes: Buffer): void;
  close(): void;
  onMessage(listener: (message: Record<string, unknown>) => void): void;
  onClose(listener: () => void): void;
  readonly open: boolean;
  /** Bytes that wait to be sent. */
  readonly waiting: number;
}

/** Answers the upgrade request and gives the socket. */
export function accept(request: IncomingMessage, stream: Duplex): Socket {
  const key = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${MAGIC}`).digest("base64");
  stream.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
  );
  let open = true;
  const messages: ((message: Record<string, unknown>) => void)[] = [];
  const closes: (() => void)[] = [];
  const end = () => {
    if (!open) return;
    open = false;
    stream.destroy();
    for (const listener of closes) listener();
  };
  let pending = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const frame = readFrame(pending);
      if (!frame) return;
      pending = pending.subarray(frame.length);
      if (frame.opcode === 8) return end();
      if (frame.opcode === 9) stream.write(frameOf(10, frame.payload));
      if (frame.opcode === 1) {
        const message = JSON.parse(frame.payload.toString()) as Record<string, unknown>;
        for (const listener of messages) listener(message);
      }
    }
  });
  stream.on("close", end);
  stream.on("error", end);
  const send = (opcode: number, payload: Buffer) => open && stream.write(frameOf(opcode, payload));
  return {
    text: (message) => send(1, Buffer.from(JSON.stringify(message))),
    binary: (bytes) => send(2, bytes),
    close: () => {
      if (open) stream.write(frameOf(8, Buffer.from([0x03, 0xe8])));
      end();
    },
    onMessage: (listener) => messages.push(listener),
    onClose: (listener) => closes.push(listener),
    get open() {
      return open;
    },
    get waiting() {
      return stream.writableLength;
    },
  };
}

/** RFC 6455 §5.2; a client's frame is masked. */
function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; length: number } | null {
  if (bytes.length < 6) return null;
  const opcode = bytes.readUInt8(0) & 15;
  let size = bytes.readUInt8(1) & 127;
  let at = 2;
  if (size === 126) {
    if (bytes.length < 8) return null;
    size = bytes.readUInt16BE(2);
    at = 4;
  } else if (size === 127) {
    if (bytes.length < 14) return null;
    size = Number(bytes.readBigUInt64BE(2));
    at = 10;
  }
  if (bytes.length < at + 4 + size) return null;
  const mask = bytes.subarray(at, at + 4);
  const payload = Buffer.from(bytes.subarray(at + 4, at + 4 + size));
  for (let index = 0; index < size; index += 1) payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
  return { opcode, payload, length: at + 4 + size };
}

function frameOf(opcode: number, payload: Buffer): Buffer {
  const size = payload.length;
  const head = size < 126 ? Buffer.from([0x80 | opcode, size]) : size < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  if (size >= 126) {
    head.writeUInt8(0x80 | opcode, 0);
    head.writeUInt8(size < 65_536 ? 126 : 127, 1);
    if (size < 65_536) head.writeUInt16BE(size, 2);
    else head.writeBigUInt64BE(BigInt(size), 2);
  }
  return Buffer.concat([head, payload]);
}
