/**
 * Which sizes of a picture there are to be, what they are called, and the job that makes them.
 */
import * as Schema from "effect/Schema"
import type { StoreId } from "../kernel/CurrentStore.ts"
import type { RenditionFormat } from "./ImageProcessor.ts"
import { ContentType, MediaId } from "./Media.ts"
import * as MediaKeys from "./MediaKeys.ts"
import type { StoredMedia } from "./MediaRepository.ts"

export const jobName = "media.render"

/** Says enough of the picture to remove what was made of it, should it be deleted meanwhile. */
export const Payload = Schema.Struct({ mediaId: MediaId, contentType: ContentType, width: Schema.NullOr(Schema.Int) })

export const of = ({ contentType, id, width }: Pick<StoredMedia, "contentType" | "id" | "width">) => ({
  name: jobName,
  payload: { mediaId: id, contentType, width }
})

/** The smaller of them first, for browsers take the first that they understand. */
export const formats: ReadonlyArray<RenditionFormat> = ["avif", "webp"]

/** The widths that a picture is made in: those below its own, and its own unless that is above all of them. */
export const widthsOf = (width: number, widths: ReadonlyArray<number>): ReadonlyArray<number> => {
  const below = widths.filter((wanted) => wanted < width)
  return width <= Math.max(0, ...widths) ? [...below, width] : below
}

/** Wherever bytes of a file may lie, whatever became of its sizes. */
export const allKeys = (
  storeId: StoreId,
  { contentType, id, renditions, width }: Pick<StoredMedia, "contentType" | "id" | "renditions" | "width">,
  widths: ReadonlyArray<number>
): ReadonlyArray<string> => {
  const planned = width === null ? [] : widthsOf(width, widths)
  const names = formats.flatMap((format) => planned.map((wanted) => MediaKeys.renditionName(id, wanted, format)))
  return [...new Set([MediaKeys.fileName(id, contentType), ...names, ...renditions.map(({ name }) => name)])].map((name) =>
    MediaKeys.storageKey(storeId, name)
  )
}
