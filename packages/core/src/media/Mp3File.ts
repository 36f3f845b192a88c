/**
 * Whether bytes are the beginning of an MP3: a tag, or a frame that another follows.
 *
 * @see https://mimesniff.spec.whatwg.org/#signature-for-mp3-without-id3
 */

/** Kilobits a second by the index of a frame's header; 0 is free, which nobody can measure. */
const rates1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const rates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
const samples = [44_100, 48_000, 32_000]

/** How long the frame is that begins at a place, or 0 if none does. */
const frameLength = (bytes: Uint8Array, at: number): number => {
  const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3)
  const version = (second >> 3) & 3
  // layer III only: others are no MP3, and version 1 is reserved
  if (first !== 0xff || (second & 0xe0) !== 0xe0 || version === 1 || ((second >> 1) & 3) !== 1) return 0
  const rate = (version === 3 ? rates1 : rates2)[third >> 4] ?? 0
  const sampled = (samples[(third >> 2) & 3] ?? 0) / (version === 3 ? 1 : version === 2 ? 2 : 4)
  if (rate === 0 || sampled === 0) return 0
  return Math.floor((version === 3 ? 144_000 : 72_000) * rate / sampled) + ((third >> 1) & 1)
}

/** Whether an ID3v2 tag begins the file: a version that there is, and a size of which no byte has its highest bit. */
const isTag = (bytes: Uint8Array): boolean =>
  bytes.length >= 10 && Buffer.from(bytes.subarray(0, 3)).toString("latin1") === "ID3"
  && [2, 3, 4].includes(bytes[3] ?? 0) && bytes.subarray(6, 10).every((byte) => byte < 128)

export const isMp3 = (bytes: Uint8Array): boolean => {
  if (isTag(bytes)) return true
  const length = frameLength(bytes, 0)
  return length > 0 && frameLength(bytes, length) > 0
}
