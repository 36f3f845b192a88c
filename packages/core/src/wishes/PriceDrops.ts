/**
 * Wishes that have become cheaper: once a day, whoever agreed to it is told of all of theirs in one mail.
 *
 * **Details**
 *
 * A wish has dropped if one piece costs its customer at least a twentieth less than when they put it on the list, or than they were
 * last told, in the currency that they saw, and can be bought. As prices are looked at once a day, neither a bulk edit nor one that is
 * undone within the day makes a mail for each; a list of any length is one mail. What the customer is told of is written down with the
 * message. If a price has risen again before the message is sent, nothing is sent, and the next day looks anew.
 *
 * Customers are worked off in groups, each in a transaction and a job of its own. What all of a group pay is asked in one statement.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { CartRepository } from "../cart/CartRepository.ts"
import { circumstancesIn, type Offer, offer } from "../cart/Offer.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Money from "../kernel/Money.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Marketing } from "../marketing/Marketing.ts"
import * as VariantName from "../orders/VariantName.ts"
import { forEachStore } from "../stores/ForEachStore.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { Stores } from "../stores/Stores.ts"
import { WishPriceDropped } from "./WishEvents.ts"
import { type OwnedWish, WishRepository } from "./WishRepository.ts"

/** Of how many customers one transaction looks at the lists. */
const group = 25

/** Of how many customers with wishes one statement looks for these. */
const among = 1_000

/** More than this are not listed one by one. */
const listed = 20

const jobName = "wishes.price-drops"

/** What a message says of a wish. */
const Told = Schema.Struct({
  variantId: Schema.String,
  title: Schema.String,
  /** What a piece costs now, and what the customer knew of. */
  price: Money.Money,
  before: Money.Money
})

const Data = Schema.Struct({ customerId: Schema.String, items: Schema.Array(Told) })
const isData = Schema.is(Data)

/** A variant that a customer wishes for, and the currency that they saw its price in. */
interface Wanted {
  readonly customerId: string
  readonly variantId: string
  readonly currency: Money.Money["currency"]
}

const keyOf = ({ customerId, variantId }: Pick<Wanted, "customerId" | "variantId">): string => `${customerId} ${variantId}`

/** The price that a customer knows of: what they were last told, or saw when they put it on the list. */
const known = ({ seenPrice, toldAmount }: OwnedWish): number => toldAmount ?? seenPrice.amount

/** Whether a piece can be had for at least a twentieth less than an amount. */
const isDrop = ({ available, isForSale, price }: Offer, amount: number): boolean =>
  isForSale && available !== 0 && price.amount * 20 <= amount * 19

/** What the customer knows of from now on: a price that rises again can drop again, from where it was. */
const risen = (wish: OwnedWish, { price }: Offer): { readonly toldAmount: number | null } | undefined =>
  wish.toldAmount === null || price.amount <= wish.toldAmount
    ? undefined
    : { toldAmount: price.amount < wish.seenPrice.amount ? price.amount : null }

export const layer: Layer.Layer<
  never,
  never,
  CartRepository | Events | Jobs | Marketing | StoreRepository | Stores | Transactor | WishRepository
> = Layer.effectDiscard(Effect.gen(function*() {
  const wishes = yield* WishRepository
  const goods = yield* CartRepository
  const events = yield* Events
  const jobs = yield* Jobs
  const marketing = yield* Marketing
  const repository = yield* StoreRepository
  const stores = yield* Stores
  const transactor = yield* Transactor

  /** What customers pay for variants now, each in the currency that is asked for, by `keyOf`. */
  const offers = Effect.fnUntraced(function*(wanted: ReadonlyArray<Wanted>) {
    const { settings: { country } } = yield* stores.current
    const now = yield* Timestamp.now
    const currencies = new Map(wanted.map((one) => [keyOf(one), one.currency]))
    const found = yield* goods.goodsOf(Array.from(
      Map.groupBy(wanted, ({ customerId }) => customerId),
      ([customerId, all]) => ({ customerId, variantIds: [...new Set(all.map(({ variantId }) => variantId))] })
    ))
    return new Map([...found].flatMap(([customerId, variants]) =>
      variants.flatMap((variant) => {
        const key = keyOf({ customerId, variantId: variant.id })
        const currency = currencies.get(key)
        const seen = offer(variant, circumstancesIn(country, currency === undefined ? {} : { currency }, now))
        // without a price in the currency that the customer saw, there is nothing to compare
        return seen.price.currency === currency ? [[key, seen] as const] : []
      })
    ))
  })

  yield* marketing.guard("price-drop", Effect.fnUntraced(function*(all) {
    const told = all.filter(isData)
    const wanted = told.flatMap(({ customerId, items }) =>
      items.map(({ price, variantId }) => ({ customerId, variantId, currency: price.currency })))
    const now = yield* offers(wanted)
    const kept = new Set((yield* wishes.ofOwners([...new Set(told.map(({ customerId }) => customerId))])).map(keyOf))
    const holds = ({ customerId, items }: typeof Data.Type): boolean =>
      items.every(({ before, price, variantId }) => {
        const key = keyOf({ customerId, variantId })
        const seen = now.get(key)
        return seen !== undefined && kept.has(key) && seen.price.amount <= price.amount && isDrop(seen, before.amount)
      })
    // so that those of them that are still cheaper are told of another day
    yield* wishes.tell(told.filter((one) => !holds(one)).flatMap(({ customerId, items }) =>
      items.map(({ before, price, variantId }) => ({ customerId, variantId, toldAmount: before.amount, before: price.amount }))))
    return all.map((data) => isData(data) && holds(data))
  }))

  /** What has become of the wishes of one customer. */
  const judge = (customerId: string, email: string, own: ReadonlyArray<OwnedWish>, now: ReadonlyMap<string, Offer>) => {
    const seen = own.flatMap((wish) => {
      const at = now.get(keyOf(wish))
      return at === undefined ? [] : [{ wish, at }]
    })
    return {
      customerId,
      email,
      dropped: seen.filter(({ at, wish }) => isDrop(at, known(wish))),
      changes: seen.flatMap(({ at, wish }) => {
        const change = isDrop(at, known(wish)) ? { toldAmount: at.price.amount } : risen(wish, at)
        return change === undefined ? [] : [{ customerId, variantId: wish.variantId, before: wish.toldAmount, ...change }]
      })
    }
  }

  const lookAt = Effect.fnUntraced(function*(after: string | null) {
    const { next, owners } = yield* wishes.owners({ after, limit: group, among })
    if (next !== null) yield* jobs.enqueue({ name: jobName, payload: { after: next } })
    if (owners.length === 0) return
    const { settings: { storefrontUrl } } = yield* stores.current
    const link = storefrontUrl === null ? null : `${storefrontUrl}/wishes`
    const at = yield* Timestamp.now
    const all = yield* wishes.ofOwners(owners.map(({ customerId }) => customerId))
    const now = yield* offers(all.map(({ customerId, seenPrice, variantId }) => ({ customerId, variantId, currency: seenPrice.currency })))
    const own = Map.groupBy(all, ({ customerId }) => customerId)
    const judged = owners.map(({ customerId, email }) => judge(customerId, email, own.get(customerId) ?? [], now))
    // another process may have told of some of it meanwhile
    const told = new Set((yield* wishes.tell(judged.flatMap(({ changes }) => changes))).map(keyOf))
    const news = judged.flatMap(({ customerId, dropped, email }) => {
      const mine = dropped.filter(({ wish }) => told.has(keyOf(wish)))
        .toSorted((a, b) => a.at.price.amount / known(a.wish) - b.at.price.amount / known(b.wish))
      return mine.length === 0 ? [] : [{ customerId, email, mine }]
    })
    yield* events.publish(news.map(({ customerId, mine }) =>
      WishPriceDropped.make(customerId, { customerId, variantIds: mine.map(({ wish }) => wish.variantId) })))
    yield* marketing.queue(news.map(({ customerId, email, mine }) => ({
      recipient: { channel: "email" as const, address: email },
      userId: customerId,
      inbox: customerId,
      kind: "price_drops" as const,
      requested: false,
      template: "price-drop",
      link,
      id: `price-drop:${customerId}:${at}`,
      data: {
        customerId,
        url: link,
        items: mine.slice(0, listed).map(({ at, wish }) => ({
          variantId: wish.variantId,
          title: [at.title, VariantName.of(at)].filter(Boolean).join(", "),
          price: { ...at.price },
          before: { amount: known(wish), currency: wish.seenPrice.currency }
        })),
        more: Math.max(0, mine.length - listed)
      }
    })))
  })

  yield* jobs.handle({
    name: jobName,
    payload: Schema.Struct({ after: Schema.NullOr(Schema.String) }),
    timeLimit: "1 minute",
    run: ({ after }) => transactor.transaction(lookAt(after))
  })
  yield* jobs.cron({
    name: jobName,
    cron: "20 7 * * *",
    run: forEachStore(repository, jobs.enqueue({ name: jobName, payload: { after: null } }))
  })
}))
