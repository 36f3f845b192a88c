import * as Schema from "effect/Schema"
import { text } from "../kernel/Text.ts"

/** What search engines are told of a page; `null` where they are told what the page says. */
export const Seo = Schema.Struct({ title: Schema.NullOr(text(300)), description: Schema.NullOr(text(1_000)) })
export interface Seo extends Schema.Schema.Type<typeof Seo> {}
