// One WebSocket that comes back: reads messages, connects again with jittered waits, and can hand over to a new address
// without a break.
//
// It knows nothing of pictures. Invariants: at most two sockets are open (the second only during a hand-over); after
// `close()` no timer and no socket remains; messages of a socket that was given up are never delivered.

import { HELD_MS, waitMs } from "./backoff";
import { type MediaMessage, parseBinary, parseText, type ServerMessage } from "./parser";

export type LinkWord = "connecting" | "open" | "waiting" | "closed";

export interface LinkHandlers {
  /** A socket is open; `first` is false when it continues an earlier one. */
  opened(first: boolean): void;
  message(message: ServerMessage): void;
  media(message: MediaMessage): void;
  changed(word: LinkWord): void;
  /** The n-th failure in a row to connect. */
  failed(failures: number): void;
}

/** A socket that has not opened after this long is given up. */
const OPEN_MS_MAX = 10_000;

export class Link {
  private url: string;
  private readonly handlers: LinkHandlers;
  private socket: WebSocket | null = null;
  private successor: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private openTimer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private openedAt = 0;
  private everOpened = false;
  private wordNow: LinkWord = "connecting";

  constructor(url: string, handlers: LinkHandlers) {
    this.url = url;
    this.handlers = handlers;
    this.connect();
  }

  get word(): LinkWord {
    return this.wordNow;
  }

  send(message: object): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** Goes over to another address (a renewed view, another profile): the old socket serves until the new one does. */
  handOver(url: string): void {
    if (url === this.url || this.wordNow === "closed") return;
    this.url = url;
    if (this.socket?.readyState !== WebSocket.OPEN) {
      this.reconnect();
      return;
    }
    this.drop(this.successor);
    const next = this.listen(new WebSocket(url));
    this.successor = next;
    const take = (): void => {
      if (this.successor !== next) return;
      this.successor = null;
      this.drop(this.socket);
      this.socket = next;
      this.openedAt = performance.now();
      this.handlers.opened(false);
    };
    next.addEventListener("open", take, { once: true });
    next.addEventListener("close", () => {
      if (this.successor === next) this.successor = null;
      else if (this.socket === next) this.lost();
    });
  }

  /** Gives the socket up and connects at once. */
  reconnect(): void {
    if (this.wordNow === "closed") return;
    this.drop(this.socket);
    this.drop(this.successor);
    this.successor = null;
    clearTimeout(this.timer);
    this.connect();
  }

  close(): void {
    this.drop(this.socket);
    this.drop(this.successor);
    this.socket = null;
    this.successor = null;
    clearTimeout(this.timer);
    clearTimeout(this.openTimer);
    this.tell("closed");
  }

  private connect(): void {
    this.tell("connecting");
    const socket = this.listen(new WebSocket(this.url));
    this.socket = socket;
    clearTimeout(this.openTimer);
    this.openTimer = setTimeout(() => socket.readyState === WebSocket.CONNECTING && socket.close(), OPEN_MS_MAX);
    socket.addEventListener("open", () => {
      if (this.socket !== socket) return;
      clearTimeout(this.openTimer);
      this.openedAt = performance.now();
      this.tell("open");
      this.handlers.opened(!this.everOpened);
      this.everOpened = true;
    });
    socket.addEventListener("close", () => {
      if (this.socket === socket) this.lost();
    });
  }

  private lost(): void {
    this.socket = null;
    clearTimeout(this.openTimer);
    const held = this.wordNow === "open" && performance.now() - this.openedAt > HELD_MS;
    this.failures = held ? 0 : this.failures + 1;
    this.tell("waiting");
    this.timer = setTimeout(() => this.connect(), waitMs(this.failures, Math.random()));
    if (!held) this.handlers.failed(this.failures);
  }

  private listen(socket: WebSocket): WebSocket {
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", (event: MessageEvent<unknown>) => {
      if (this.socket !== socket) return;
      if (typeof event.data === "string") {
        const message = parseText(event.data);
        if (message) this.handlers.message(message);
      } else if (event.data instanceof ArrayBuffer) {
        const message = parseBinary(event.data);
        if (message) this.handlers.media(message);
      }
    });
    return socket;
  }

  private drop(socket: WebSocket | null): void {
    if (!socket) return;
    if (this.socket === socket) this.socket = null;
    if (socket.readyState <= WebSocket.OPEN) socket.close(1000);
  }

  private tell(word: LinkWord): void {
    if (this.wordNow === word) return;
    this.wordNow = word;
    this.handlers.changed(word);
  }
}
