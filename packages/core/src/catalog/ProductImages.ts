/**
 * Pictures of products that are files of the shop.
 */
import * as MediaAddress from "../media/MediaAddress.ts"
import type { StoredMedia } from "../media/MediaRepository.ts"
import type { MediaId } from "../media/Media.ts"
import type { OutsideImage, ProductImage } from "./Product.ts"

/** What is shown of a file. */
export type ShownMedia = Pick<
  StoredMedia,
  "id" | "contentType" | "visibility" | "alt" | "altTexts" | "width" | "height" | "renditions"
>

/** A file as a picture. */
export const ofMedia = (baseUrl: string, media: ShownMedia): ProductImage => ({
  url: MediaAddress.addressOf(baseUrl, media) ?? "",
  alt: media.alt,
  mediaId: media.id,
  width: media.width,
  height: media.height,
  altTexts: media.altTexts,
  renditions: MediaAddress.renditionsOf(baseUrl, media)
})

/** What a picture is known by among those of a product: its file, or its address where it lies somewhere else. */
export const keyOf = ({ mediaId, url }: Pick<ProductImage, "mediaId" | "url">): string => mediaId ?? url

/** A picture as it is among others, `undefined` where it is not. */
export const among = (images: ReadonlyArray<ProductImage>, image: Pick<ProductImage, "mediaId" | "url">): ProductImage | undefined =>
  images.find((one) => keyOf(one) === keyOf(image))

/** Pictures by their addresses, those that are files of the product already as what they are. */
export const known = (
  images: ReadonlyArray<OutsideImage>,
  before: ReadonlyArray<ProductImage>
): ReadonlyArray<ProductImage> => {
  const files = new Map(before.flatMap((image) => image.mediaId === undefined ? [] : [[image.url, image] as const]))
  return images.map((image) => files.get(image.url) ?? image)
}

/** What is kept of a picture: what can be read of its file is read there. */
export const kept = ({ alt, mediaId, url }: ProductImage): ProductImage =>
  mediaId === undefined ? { url, alt } : { url, alt, mediaId }

/**
 * What is shown of pictures that were kept: files as they are now, and none that is gone.
 */
export const shown = (
  baseUrl: string,
  images: ReadonlyArray<ProductImage>,
  media: ReadonlyArray<ShownMedia>
): ReadonlyArray<ProductImage> => {
  const files = new Map<MediaId, ShownMedia>(media.map((file) => [file.id, file]))
  return images.flatMap((image) => {
    if (image.mediaId === undefined) return [image]
    const file = files.get(image.mediaId)
    return file === undefined ? [] : [ofMedia(baseUrl, file)]
  })
}
