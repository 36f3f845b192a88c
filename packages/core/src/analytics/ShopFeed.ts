/**
 * What happens in a shop, as it happens: orders, payments, reviews and stock that runs out, for staff who see figures. An entry says what and how
 * much and not who: names and addresses are for those who may see orders.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type DomainEvent, EventId } from "../events/DomainEvent.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import { EventRepository } from "../events/EventRepository.ts"
import { Events, ofStore } from "../events/Events.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import { Money } from "../kernel/Money.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

export const FeedType = Schema.Literals([
  "order.placed",
  "order.paid",
  "order.payment_failed",
  "order.cancelled",
  "order.refunded",
  "payment.captured",
  "payment.failed",
  "dispute.opened",
  "stock.low",
  "stock.back",
  "review.written"
])
export type FeedType = typeof FeedType.Type

export const FeedEntry = Schema.Struct({
  /** The id of the event, to go on after it. */
  id: EventId,
  type: FeedType,
  at: Timestamp,
  orderId: Schema.NullOr(Schema.String),
  /** The number of the order. */
  number: Schema.NullOr(Schema.Int),
  /** What the order costs, what came or what went back. */
  amount: Schema.NullOr(Money),
  /** Whose stock it is about, where, and how many pieces can be sold there. */
  variantId: Schema.NullOr(Schema.String),
  locationId: Schema.NullOr(Schema.String),
  available: Schema.NullOr(Schema.Int),
  /** What was reviewed, and with how many stars. */
  productId: Schema.NullOr(Schema.String),
  rating: Schema.NullOr(Schema.Int),
  /** What the product or the variant is called now, in the language of the store; `null` where it is gone, and where the entry is about neither. */
  title: Schema.NullOr(Schema.String)
}).annotate({ identifier: "FeedEntry" })
export interface FeedEntry extends Schema.Schema.Type<typeof FeedEntry> {}

/** After which entry to go on; from some that were lately if it is left out. */
export const FollowFeed = Schema.Struct({ after: Schema.optionalKey(text(200)) }).annotate({ identifier: "FollowFeed" })

export interface ShopFeed {
  /**
   * What has happened in the shop, and then what happens, for as long as somebody reads: at first the newest 50, or what came after an
   * entry as far as it is among the last 5,000 events of the database. What this process does is seen at once, what another one does within
   * two seconds. Needs `analytics:read`.
   */
  readonly follow: (
    options?: typeof FollowFeed.Encoded
  ) => Stream.Stream<FeedEntry, InvalidInput | StorageError | Permission.Denied>
}

const decodeFollow = Input.decoder(FollowFeed)
const isType = Schema.is(FeedType)
const isMoney = Schema.is(Money)

/** How often somebody who follows looks for what other processes have written. */
const lookEvery = "2 seconds"

/** So many entries of the past are told to who begins. */
const lately = 50

/** So many events are read at once. */
const atOnce = 500

/** What was written earlier may be seen later, when its transaction ends: so many places back are looked at again. */
const overlap = 200

const entryOf = ({ at, data, id, type }: DomainEvent): FeedEntry | undefined => {
  if (!isType(type)) return undefined
  const said = data as Readonly<Record<string, unknown>>
  const textOf = (name: string) => typeof said[name] === "string" ? said[name] : null
  const countOf = (name: string) => typeof said[name] === "number" ? said[name] : null
  const amount = said["amount"] ?? said["total"]
  return {
    id,
    type,
    at,
    orderId: textOf("orderId"),
    number: countOf("number"),
    amount: isMoney(amount) ? amount : null,
    variantId: textOf("variantId"),
    locationId: textOf("locationId"),
    available: countOf("available"),
    productId: textOf("productId"),
    rating: countOf("rating"),
    title: null
  }
}

export const make = Effect.gen(function*() {
  const repository = yield* EventRepository
  const events = yield* Events
  const products = yield* ProductRepository

  /** One statement, and none where no entry is about goods. */
  const named = Effect.fnUntraced(function*(entries: ReadonlyArray<FeedEntry>) {
    const ids = new Set(entries.flatMap(({ productId, variantId }) => variantId ?? productId ?? []))
    if (ids.size === 0) return entries
    const titles = yield* products.titles([...ids])
    return entries.map((entry): FeedEntry => ({ ...entry, title: titles.get(entry.variantId ?? entry.productId ?? "") ?? null }))
  })

  return {
    follow: (options = {}) =>
      Stream.unwrap(Effect.gen(function*() {
        yield* Permission.require("analytics:read")
        const { after } = yield* decodeFollow(options)
        const news = yield* events.listen(ofStore(yield* CurrentStore))
        const begin = after === undefined ? undefined : yield* repository.placeOf(after)
        let last = begin ?? null
        const seen = new Map<string, number>()
        const read = Effect.suspend(() => repository.since(last === null ? null : Math.max(0, last - overlap), atOnce))
        const look = Effect.flatMap(read, (placed) => {
          const fresh: Array<FeedEntry> = []
          const isFirst = seen.size === 0
          for (const { event, place } of placed) {
            const isKnown = seen.has(event.id) || (isFirst && begin !== undefined && place <= begin)
            seen.set(event.id, place)
            last = Math.max(last ?? 0, place)
            const entry = isKnown ? undefined : entryOf(event)
            if (entry !== undefined) fresh.push(entry)
          }
          for (const [id, place] of seen) if (place <= (last ?? 0) - 2 * overlap) seen.delete(id)
          return named(isFirst && begin === undefined ? fresh.slice(-lately) : fresh)
        })
        const next = Effect.andThen(Effect.timeoutOption(news, lookEvery), look)
        return Stream.concat(Stream.fromEffect(look), Stream.fromEffectRepeat(next)).pipe(Stream.flattenIterable)
      }))
  } satisfies ShopFeed
})
