// A WebSocket that does what a test says: it opens, fails and speaks when told to. Put in the place of the browser's with
// `vi.stubGlobal("WebSocket", Socket)`.
export class Socket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static all: Socket[] = [];
  readonly url: string;
  readyState = 0;
  binaryType = "";
  readonly sent: string[] = [];
  private readonly listeners = new Map<string, ((event: unknown) => void)[]>();
  constructor(url: string) {
    this.url = url;
    Socket.all.push(this);
  }
  addEventListener(type: string, listener: (event: unknown) => void) {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }
  fire(type: string, event: unknown = {}) {
    for (const listener of this.listeners.get(type) ?? []) listener(event);
  }
  open() {
    this.readyState = 1;
    this.fire("open");
  }
  fail() {
    this.readyState = 3;
    this.fire("close");
  }
  close() {
    this.readyState = 3;
  }
  send(text: string) {
    this.sent.push(text);
  }
  /** Closed by the one who opened it, as the browser then says too. */
  get given(): boolean {
    return this.readyState === 3;
  }
  say(message: object) {
    this.fire("message", { data: JSON.stringify(message) });
  }
}
