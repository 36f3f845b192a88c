/**
 * Lists: a page of items, and where the next one begins.
 */
import * as Page from "@stoa/core/kernel/Page"
import * as Schema from "effect/Schema"

/** The schema of a page. Lists that are always whole have the same shape, with `nextCursor: null`. */
export const page = <S extends Schema.Top>(identifier: string, item: S) => Page.Page(item).annotate({ identifier })

/** A list that is always whole, as a page. */
export const whole = <A>(items: ReadonlyArray<A>): Page.Page<A> => ({ items, nextCursor: null })

export const byId = { id: Schema.String }
