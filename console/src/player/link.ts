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
  /** How long each socket that has not opened yet is still waited for. */
  private readonly patience = new Map<WebSocket, ReturnType<typeof setTimeout>>();
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
    this.successor = this.dial();
  }

  /** Gives the socket up and connects at once. */
  reconnect(): void {
    if (this.wordNow === "closed") return;
    this.drop(this.socket);
    this.drop(this.successor);
    this.connect();
  }

  close(): void {
    this.drop(this.socket);
    this.drop(this.successor);
    clearTimeout(this.timer);
    this.tell("closed");
  }

  private connect(): void {
    clearTimeout(this.timer);
    this.drop(this.socket);
    this.tell("connecting");
    this.socket = this.dial();
  }

  /** A socket to the present address, which is not waited for longer than `OPEN_MS_MAX`. */
  private dial(): WebSocket {
    const socket = this.listen(new WebSocket(this.url));
    const giveUp = (): void => {
      socket.close();
      this.gone(socket);
    };
    this.patience.set(socket, setTimeout(giveUp, OPEN_MS_MAX));
    socket.addEventListener("open", () => this.opened(socket));
    socket.addEventListener("close", () => this.gone(socket));
    return socket;
  }

  private opened(socket: WebSocket): void {
    if (socket === this.successor) {
      this.successor = null;
      this.drop(this.socket);
      this.socket = socket;
    } else if (socket !== this.socket) return;
    this.forget(socket);
    clearTimeout(this.timer);
    this.openedAt = performance.now();
    this.tell("open");
    this.handlers.opened(!this.everOpened);
    this.everOpened = true;
  }

  private gone(socket: WebSocket): void {
    this.forget(socket);
    // The old socket serves on; when it ends, the new address is tried again.
    if (socket === this.successor) this.successor = null;
    else if (socket === this.socket && this.successor) {
      // It ended before its successor opened: nothing more is begun, the successor is the socket now.
      this.socket = this.successor;
      this.successor = null;
      this.tell("connecting");
    } else if (socket === this.socket) this.lost();
  }

  private lost(): void {
    this.socket = null;
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
    this.forget(socket);
    if (this.socket === socket) this.socket = null;
    if (this.successor === socket) this.successor = null;
    if (socket.readyState <= WebSocket.OPEN) socket.close(1000);
  }

  private forget(socket: WebSocket): void {
    clearTimeout(this.patience.get(socket));
    this.patience.delete(socket);
  }

  private tell(word: LinkWord): void {
    if (this.wordNow === word) return;
    this.wordNow = word;
    this.handlers.changed(word);
  }
}
