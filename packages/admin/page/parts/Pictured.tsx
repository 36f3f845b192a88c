/**
 * Something with its picture before it, small.
 */
import type { ComponentChildren } from "preact"
import { fileAddress } from "../api/Api.ts"

export const Thumbnail = ({ image }: { readonly image: { readonly url: string } | null }) =>
  image === null
    ? <span class="thumbnail" aria-hidden="true" />
    : <img class="thumbnail" src={fileAddress(image.url)} alt="" loading="lazy" width={44} height={44} />

export const Pictured = ({ children, image }: {
  readonly image: { readonly url: string } | null
  readonly children: ComponentChildren
}) => (
  <span class="with-picture">
    <Thumbnail image={image} />
    <span>{children}</span>
  </span>
)
