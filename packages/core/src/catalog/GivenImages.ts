/**
 * Pictures as they are given, found: files of the shop as they are shown, and whatever lies somewhere else.
 */
import * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import { MediaNotFound } from "../media/MediaErrors.ts"
import { MediaRepository } from "../media/MediaRepository.ts"
import { defaultBaseUrl, MediaSettings } from "../media/MediaSettings.ts"
import type { GivenImage, ProductImage } from "./Product.ts"
import type { WithPicture } from "./ProductEdit.ts"
import * as ProductImages from "./ProductImages.ts"

interface WithGiven {
  readonly image?: GivenImage | null
}

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

  /** Variants with the pictures that they are given, all found at once. `before`: pictures that need not be looked up. */
  const ofVariants = Effect.fnUntraced(function*<V extends WithGiven>(
    variants: ReadonlyArray<V>,
    before: ReadonlyArray<ProductImage>
  ) {
    const asked = variants.flatMap(({ image }) => image === undefined || image === null ? [] : [image])
    const found = (yield* many(asked, before)) ?? []
    const picture = (image: GivenImage) =>
      "mediaId" in image ? found.find(({ mediaId }) => mediaId === image.mediaId) : found.find(({ url }) => url === image.url)
    return variants.map(({ image, ...variant }): WithPicture<V> => ({
      ...variant,
      ...(image === undefined ? {} : { image: image === null ? null : picture(image) })
    }))
  })

  const ofVariant = <V extends WithGiven>(variant: V, before: ReadonlyArray<ProductImage>) =>
    Effect.map(ofVariants([variant], before), ([pictured]) => pictured as WithPicture<V>)

  return { many, one, ofVariant, ofVariants }
})
