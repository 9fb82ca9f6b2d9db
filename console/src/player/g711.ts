// G.711 to samples: 8 bits each of A-law or µ-law (ITU-T G.711), as floats from -1 to 1.
//
// A table each, made once. It knows nothing of streams.

function table(expand: (code: number) => number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, code) => expand(code) / 32_768);
}

/** ITU-T G.711 table 2: inverted, three bits of segment, four of interval, biased by 33 in 14 bits. */
const MU_LAW = table((code) => {
  const bits = ~code & 0xff;
  const size = (((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7);
  return bits & 0x80 ? 0x84 - size : size - 0x84;
});

/** ITU-T G.711 table 1: even bits inverted; the lowest segment has half intervals. */
const A_LAW = table((code) => {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const within = ((bits & 0x0f) << 4) + 8;
  const size = segment === 0 ? within : (within + 0x100) << (segment - 1);
  return bits & 0x80 ? size : -size;
});

export type G711 = "ulaw" | "alaw";

export function isG711(codec: string): codec is G711 {
  return codec === "ulaw" || codec === "alaw";
}

/** The samples of one channel; several channels lie in turn. */
export function expand(law: G711, bytes: Uint8Array, channel: number, channels: number): Float32Array<ArrayBuffer> {
  const values = law === "ulaw" ? MU_LAW : A_LAW;
  const out = new Float32Array(Math.floor(bytes.length / channels));
  for (let index = 0; index < out.length; index += 1) out[index] = values[bytes[index * channels + channel] ?? 0] ?? 0;
  return out;
}
