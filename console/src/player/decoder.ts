// Turns units of sound into pieces that the page's output plays: G.711 by a table, AAC by the browser's WebCodecs.
//
// Invariant: pieces come out in order, each with the time of its unit; what cannot be decoded is left out.

import { expand, isG711 } from "./g711";
import type { SoundFormat } from "./soundFormat";

export interface Decoder {
  push(unit: Uint8Array<ArrayBuffer>, wallMs: number): void;
  close(): void;
}

export interface Heard {
  play(piece: AudioBuffer, wallMs: number): void;
  /** This browser cannot, as it turned out. */
  cannot(): void;
}

/** `null` when this browser cannot play it. */
export function decoderFor(codec: string, format: SoundFormat, context: BaseAudioContext, to: Heard): Decoder | null {
  if (isG711(codec)) return { push: (unit, wallMs) => to.play(table(codec, unit), wallMs), close: () => undefined };
  if (!codec.startsWith("mp4a.") || !("AudioDecoder" in globalThis)) return null;
  return ofBrowser();

  function table(law: "ulaw" | "alaw", unit: Uint8Array): AudioBuffer {
    const length = Math.max(1, Math.floor(unit.length / format.channels));
    const piece = context.createBuffer(format.channels, length, format.rate);
    for (let channel = 0; channel < format.channels; channel += 1) {
      piece.copyToChannel(expand(law, unit, channel, format.channels), channel);
    }
    return piece;
  }

  function ofBrowser(): Decoder | null {
    const decoder = new AudioDecoder({
      output: (data) => {
        to.play(copied(data), data.timestamp / 1000);
        data.close();
      },
      error: (error) => {
        console.warn(`sound: ${error.message}`);
        to.cannot();
      },
    });
    try {
      const { rate, channels, config } = format;
      decoder.configure({ codec, sampleRate: rate, numberOfChannels: channels, description: config });
    } catch {
      return null;
    }
    return {
      push: (data, wallMs) => {
        // A decoder that failed takes nothing more.
        if (decoder.state !== "configured") return;
        decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: Math.round(wallMs * 1000), data }));
      },
      close: () => {
        if (decoder.state !== "closed") decoder.close();
      },
    };
  }

  function copied(data: AudioData): AudioBuffer {
    const piece = context.createBuffer(data.numberOfChannels, data.numberOfFrames, data.sampleRate);
    for (let planeIndex = 0; planeIndex < data.numberOfChannels; planeIndex += 1) {
      const plane = new Float32Array(data.numberOfFrames);
      data.copyTo(plane, { planeIndex, format: "f32-planar" });
      piece.copyToChannel(plane, planeIndex);
    }
    return piece;
  }
}
