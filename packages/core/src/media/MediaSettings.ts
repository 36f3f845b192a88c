/**
 * Where files lie, how large they may be, and what is made of pictures.
 */
import * as Context from "effect/Context"
import type { ImageProcessor } from "./ImageProcessor.ts"
import type { MediaStorage } from "./MediaStorage.ts"

export interface MediaOptions {
  /** Where files lie: `localDisk({ folder: "media" })` of `@stoa/adapter-media`. */
  readonly storage: MediaStorage
  /** What makes sizes of pictures: `sharpImages()` of `@stoa/adapter-media`. Without one, originals are served. */
  readonly images?: ImageProcessor | undefined
  /**
   * Where the files of the shop are found: what `@stoa/http` serves as `/media`, or a cache in front of it.
   * `/api/v1/media` if not given; a whole URL where pages come from another host.
   */
  readonly baseUrl?: string
  /** Bytes of a picture; 20 mebibytes if not given. As many are held in memory for each one that arrives. */
  readonly imageBytes?: number
  /** Bytes of any other file; 200 mebibytes if not given. */
  readonly fileBytes?: number
  /** Pixels of a picture, all frames together; 100 million if not given. */
  readonly pixels?: number
  /** Widths that pictures are made in, in pixels; 320, 640, 1280 and 1920 if not given. At most ten. */
  readonly widths?: ReadonlyArray<number>
  /**
   * How many pictures that have arrived are looked at and stored at the same time in this process; 4 if not given. The
   * others wait.
   */
  readonly atOnce?: number
  /** How long a file may take to arrive, in seconds; 300 if not given. */
  readonly arrivalSeconds?: number
}

export interface MediaSettings extends Required<Omit<MediaOptions, "images">> {
  readonly images: ImageProcessor | undefined
}

export const defaultBaseUrl = "/api/v1/media"

/** The options with their defaults. */
export const settings = (options: MediaOptions): MediaSettings => ({
  storage: options.storage,
  images: options.images,
  baseUrl: (options.baseUrl ?? defaultBaseUrl).replace(/\/+$/, ""),
  imageBytes: options.imageBytes ?? 20 * 1_048_576,
  fileBytes: options.fileBytes ?? 200 * 1_048_576,
  pixels: options.pixels ?? 100_000_000,
  widths: [...new Set(options.widths ?? [320, 640, 1280, 1920])].filter((width) => Number.isInteger(width) && width > 0)
    .sort((a, b) => a - b).slice(0, 10),
  atOnce: Math.max(1, options.atOnce ?? 4),
  arrivalSeconds: options.arrivalSeconds ?? 300
})

/** Read when the services are built. A shop keeps no files unless it says where. */
export const MediaSettings: Context.Reference<MediaSettings | undefined> = Context.Reference<MediaSettings | undefined>(
  "@stoa/core/media/MediaSettings",
  { defaultValue: () => undefined }
)
