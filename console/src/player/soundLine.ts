// When each piece of sound is to be heard, so that it stays with the picture that is shown.
//
// Pure: times in, times out. Invariant: pieces never overlap, and none is more than `DRIFT_SECONDS` away from its picture for
// longer than one piece.

/** Nobody notices that sound and picture are this far apart; correcting more often would be heard. */
export const DRIFT_SECONDS = 0.12;
/** What comes this much too late is left out. */
const LATE_SECONDS = 0.02;
/** Further ahead of the picture than the server ever sends: another place, not this one. */
const AHEAD_SECONDS_MAX = 30;

export interface Piece {
  /** When it was recorded. */
  readonly wallMs: number;
  readonly seconds: number;
}

export class SoundLine {
  private next: number | null = null;

  /** When to play a piece on the output's clock; `null`: not at all. */
  place(piece: Piece, shownMs: number, now: number): number | null {
    const due = now + (piece.wallMs - shownMs) / 1000;
    if (due > now + AHEAD_SECONDS_MAX) return null;
    const joins = this.next !== null && Math.abs(this.next - due) < DRIFT_SECONDS;
    const at = joins && this.next !== null ? this.next : due;
    if (at < now - LATE_SECONDS) {
      this.next = null;
      return null;
    }
    this.next = Math.max(at, now) + piece.seconds;
    return Math.max(at, now);
  }

  restart(): void {
    this.next = null;
  }
}
