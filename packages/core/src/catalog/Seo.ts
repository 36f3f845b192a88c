import * as Schema from "effect/Schema"
import { text } from "../kernel/Text.ts"

/**
 * The address under which a page is to be known to search engines, where that is another than its own: one of the shop, `/mugs`, or
 * a whole one, `https://...`.
 */
export const CanonicalUrl = text(2_000).check(
  Schema.isPattern(/^(https?:\/\/[^\s/?#@\\]+(\/[^\s\\]*)?|\/([^\s/\\][^\s\\]*)?)$/, {
    expected: "a path such as /mugs, or an address such as https://shop.example.com/mugs"
  })
)

/** What search engines are told of a page; `null` where they are told what the page says. */
export const Seo = Schema.Struct({
  title: Schema.NullOr(text(300)),
  description: Schema.NullOr(text(1_000)),
  canonical: Schema.optionalKey(Schema.NullOr(CanonicalUrl))
})
export interface Seo extends Schema.Schema.Type<typeof Seo> {}

/** Of what nobody has told search engines anything. */
export const untold: Seo = { title: null, description: null }
