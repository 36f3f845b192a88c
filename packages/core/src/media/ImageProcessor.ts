/**
 * The port for what decodes pictures and makes smaller ones of them. `@stoa/adapter-media` has one on sharp. Without one,
 * pictures are looked at by their structure, and served as they came.
 */
import type * as Effect from "effect/Effect"
import type { MediaRefused } from "./MediaErrors.ts"

export type RenditionFormat = "avif" | "webp"

export interface InspectedImage {
  /** As it is shown, the orientation applied. */
  readonly width: number
  readonly height: number
  /** The file to keep instead, without metadata, where the processor had to write it anew. */
  readonly replacement: Uint8Array | null
}

export interface RenderedImage {
  readonly content: Uint8Array
  readonly width: number
  readonly height: number
}

/** All that it does is bounded in time, memory and number at once; a picture that takes too much is `damaged`. */
export interface ImageProcessor {
  /** Names it in logs: `"sharp"`. */
  readonly name: string
  /** Decodes a picture whole, and fails unless that succeeds. */
  readonly inspect: (
    image: Uint8Array,
    options: { readonly contentType: string; readonly pixels: number }
  ) => Effect.Effect<InspectedImage, MediaRefused>
  /** The picture in another format, so wide or narrower, upright and without metadata. Never wider than it is. */
  readonly render: (
    image: Uint8Array,
    options: { readonly width: number; readonly format: RenditionFormat; readonly pixels: number }
  ) => Effect.Effect<RenderedImage, MediaRefused>
}
