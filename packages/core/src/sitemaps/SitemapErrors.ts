import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no sitemap: nobody has said where buyers see the shop, or it has no such part. */
export class SitemapNotFound extends StoaError<SitemapNotFound>()("SitemapNotFound", {
  code: "sitemap_not_found",
  kind: "not_found"
}, { part: Schema.NullOr(Schema.String) }) {
  override get message(): string {
    return this.part === null ? "The store's setting storefrontUrl does not say where buyers see the shop" : `There is no sitemap of ${this.part}`
  }
}
