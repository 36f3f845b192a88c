/**
 * Pictures as they are given, found: files of the shop as they are shown, and whatever lies somewhere else.
 */
import * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import { MediaNotFound } from "../media/MediaErrors.ts"
import { MediaRepository } from "../media/MediaRepository.ts"
import { defaultBaseUrl, MediaSettings } from "../media/MediaSettings.ts"
import type { GivenImage, ProductImage } from "./Product.ts"
import * as ProductImages from "./ProductImages.ts"

export const make = Effect.gen(function*() {
  const media = yield* MediaRepository
  const baseUrl = (yield* MediaSettings)?.baseUrl ?? defaultBaseUrl

  /** The pictures that are given; `undefined` where nothing is. What was there before need not be looked up. */
  const many = Effect.fnUntraced(function*(
    given: ReadonlyArray<GivenImage> | undefined,
    before: ReadonlyArray<ProductImage>
  ) {
    if (given === undefined) return undefined
    const there = new Map(before.flatMap((image) => image.mediaId === undefined ? [] : [[image.mediaId, image] as const]))
    const wanted = given.flatMap((image) => "mediaId" in image && !there.has(image.mediaId) ? [image.mediaId] : [])
    const found = wanted.length === 0 ? [] : yield* media.findMany(wanted)
    for (const file of found) {
      if (file.visibility === "public" && file.width !== null) there.set(file.id, ProductImages.ofMedia(baseUrl, file))
    }
    const images: Array<ProductImage> = []
    for (const image of given) {
      if (!("mediaId" in image)) {
        images.push(...ProductImages.known([image], before))
        continue
      }
      const file = there.get(image.mediaId)
      if (file === undefined) return yield* new MediaNotFound({ media: image.mediaId })
      if (!images.some(({ mediaId }) => mediaId === image.mediaId)) images.push(file)
    }
    return images
  })

  /** The picture that is given, `null` for none, or what was there where nothing is said. */
  const one = (
    given: GivenImage | null | undefined,
    before: ProductImage | null
  ): Effect.Effect<ProductImage | null, MediaNotFound | StorageError> => {
    if (given === undefined || given === null) return Effect.succeed(given === undefined ? before : null)
    return Effect.map(many([given], before === null ? [] : [before]), (images) => images?.[0] ?? null)
  }

  return { many, one }
})
