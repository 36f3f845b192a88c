/**
 * Something with its picture before it, small.
 */
import type { ComponentChildren } from "preact"
import { fileAddress } from "../api/Api.ts"

interface Image {
  readonly url: string
  readonly renditions?: ReadonlyArray<{ readonly contentType: string; readonly width: number; readonly url: string | null }>
}

/** The address of a picture that is shown small: of its smallest size, where it has several. */
export const smallest = ({ renditions = [], url }: Image): string => {
  const [least] = renditions.filter(({ contentType }) => contentType === "image/webp").sort((a, b) => a.width - b.width)
  return least?.url ?? url
}

const Thumbnail = ({ image }: { readonly image: Image | null }) =>
  image === null
    ? <span class="thumbnail" aria-hidden="true" />
    : <img class="thumbnail" src={fileAddress(smallest(image))} alt="" loading="lazy" width={44} height={44} />

export const Pictured = ({ children, image }: {
  readonly image: Image | null
  readonly children: ComponentChildren
}) => (
  <span class="with-picture">
    <Thumbnail image={image} />
    <span>{children}</span>
  </span>
)
