/**
 * The conditions that the engine knows.
 */
import * as Schema from "effect/Schema"
import { Country } from "../kernel/Address.ts"
import * as Money from "../kernel/Money.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp, toMillis } from "../kernel/Timestamp.ts"
import { maximumAmount } from "../pricing/Pricing.ts"
import { inWords } from "./DiscountCart.ts"
import { type AnyCondition, condition, type ConditionCart, type Missing } from "./PromotionKind.ts"
import { keysOf, matcher, Selection } from "./Selection.ts"

const needs = (message: string, more: Omit<Missing, "message"> = {}): Missing => ({ ...more, message: () => message })

/** An amount above zero that a cart can come to. */
const amount = Money.NonNegative.check(
  Schema.makeFilter((price: Money.Money) =>
    (price.amount > 0 && price.amount <= maximumAmount)
    || { path: ["amount"], issue: `Expected 1 to ${maximumAmount}` }
  )
)

const pieces = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

const some = <S extends Schema.Constraint>(of: S) => Schema.Array(of).check(Schema.isMinLength(1), Schema.isMaxLength(500))

/** A range that has an end and does not end before it begins. */
const range = <A extends { readonly minimum?: B; readonly maximum?: B }, B>(value: (end: B) => number) =>
  Schema.makeFilter(({ maximum, minimum }: A) => {
    if (minimum === undefined && maximum === undefined) return { path: ["minimum"], issue: "One of minimum and maximum is needed" }
    return minimum === undefined || maximum === undefined || value(minimum) <= value(maximum)
      || { path: ["maximum"], issue: "is below the minimum" }
  })

const itemsField = Schema.optionalKey(Selection.annotate({ description: "Which goods count; all if it is left out" }))

const counted = (cart: ConditionCart, items: ReturnType<typeof matcher> | undefined) => {
  if (items === undefined) return cart
  let quantity = 0
  let amount = 0
  for (const { line, quantity: pieces } of cart.lines) {
    if (!items(line)) continue
    quantity += pieces
    amount += pieces * line.unitPrice
  }
  return { amount, quantity }
}

const Subtotal = Schema.Struct({
  minimum: Schema.optionalKey(amount.annotate({ description: "The least that the goods must cost before discounts" })),
  maximum: Schema.optionalKey(amount.annotate({ description: "The most that the goods may cost before discounts" })),
  items: itemsField
}).check(range(({ amount }: Money.Money) => amount))

const subtotal = condition<typeof Subtotal.Type>({
  type: "subtotal",
  description: "The goods cost at least, or at most, so much before discounts",
  args: Subtotal,
  keys: ({ items, minimum }) => minimum === undefined ? undefined : keysOf(items),
  prepare: ({ items, maximum, minimum }) => {
    const matches = items === undefined ? undefined : matcher(items)
    const what = items === undefined ? "" : " on the goods of this offer"
    return (cart) => {
      const { amount } = counted(cart, matches)
      if (minimum !== undefined && amount < minimum.amount) {
        const more = minimum.amount - amount
        return { amount: more, message: () => `Spend ${inWords(more, cart.snapshot)} more${what}` }
      }
      if (maximum !== undefined && amount > maximum.amount) {
        return { message: () => `This is for carts of at most ${inWords(maximum.amount, cart.snapshot)}` }
      }
      return undefined
    }
  }
})

const Quantity = Schema.Struct({
  minimum: Schema.optionalKey(pieces.annotate({ description: "The fewest pieces" })),
  maximum: Schema.optionalKey(pieces.annotate({ description: "The most pieces" })),
  items: itemsField
}).check(range((pieces: number) => pieces))

const plural = (count: number): string => count === 1 ? "1 piece" : `${count} pieces`

const quantity = condition<typeof Quantity.Type>({
  type: "quantity",
  description: "At least, or at most, so many pieces of some goods are in the cart",
  args: Quantity,
  keys: ({ items, minimum }) => minimum === undefined ? undefined : keysOf(items),
  prepare: ({ items, maximum, minimum }) => {
    const matches = items === undefined ? undefined : matcher(items)
    const what = items === undefined ? "" : " of the goods of this offer"
    return (cart) => {
      const { quantity } = counted(cart, matches)
      if (minimum !== undefined && quantity < minimum) {
        return needs(`Add ${plural(minimum - quantity)} more${what}`, { quantity: minimum - quantity })
      }
      if (maximum !== undefined && quantity > maximum) return needs(`This is for at most ${plural(maximum)}${what}`)
      return undefined
    }
  }
})

const Customers = Schema.Struct({
  customerIds: some(name(100)).annotate({ description: "The accounts that it is for" })
})

const signIn = needs("Sign in to use this")

const customers = condition<typeof Customers.Type>({
  type: "customer",
  description: "The buyer is one of these customers",
  args: Customers,
  prepare: ({ customerIds }) => {
    const wanted = new Set(customerIds)
    return ({ snapshot: { customer } }) => {
      if (customer === undefined) return signIn
      return wanted.has(customer.id) ? undefined : needs("This is for other customers")
    }
  }
})

const signedIn = condition({
  type: "signed_in",
  description: "The buyer has signed in",
  args: Schema.Struct({}),
  prepare: () => ({ snapshot }) => snapshot.customer === undefined ? signIn : undefined
})

const Groups = Schema.Struct({
  groups: some(name(100)).annotate({ description: "Groups of customers, of which the buyer is in one" })
})

const groups = condition<typeof Groups.Type>({
  type: "customer_group",
  description: "The buyer is in one of these groups of customers",
  args: Groups,
  prepare: ({ groups }) => {
    const wanted = new Set(groups)
    return ({ snapshot: { customer } }) => {
      if (customer === undefined) return signIn
      return customer.groups.some((group) => wanted.has(group)) ? undefined : needs("This is for another group of customers")
    }
  }
})

const firstOrder = condition({
  type: "first_order",
  description: "The customer has placed no order before; cancelled ones do not count. Guests must sign in",
  args: Schema.Struct({}),
  countsOrders: true,
  prepare: () => ({ snapshot: { customer } }) => {
    if (customer === undefined) return signIn
    return customer.orders === 0 ? undefined : needs("This is for a first order")
  }
})

const NthOrder = Schema.Struct({
  number: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000 })).annotate({
    description: "Which order of the customer it is for, from 1"
  }),
  repeats: Schema.optionalKey(Schema.Boolean.annotate({ description: "Whether it comes round again: orders 5, 10, 15" }))
})

const nthOrder = condition<typeof NthOrder.Type>({
  type: "nth_order",
  description: "It is the customer's fifth order, or every fifth; cancelled ones do not count. Guests must sign in",
  args: NthOrder,
  countsOrders: true,
  prepare: ({ number, repeats = false }) => ({ snapshot: { customer } }) => {
    if (customer === undefined) return signIn
    const next = (customer.orders ?? 0) + 1
    if (repeats ? next % number === 0 : next === number) return undefined
    const more = repeats ? number - (next % number) : number - next
    return more > 0
      ? needs(`This is for an order to come: after ${more === 1 ? "1 more order" : `${more} more orders`}`)
      : needs(`This was for order number ${number}`)
  }
})

const Dates = Schema.Struct({
  from: Schema.optionalKey(Timestamp.annotate({ description: "The first moment" })),
  until: Schema.optionalKey(Timestamp.annotate({ description: "The moment at which it is over" })),
  weekdays: Schema.optionalKey(
    Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 7 }))).check(
      Schema.isMinLength(1),
      Schema.isMaxLength(7)
    ).annotate({ description: "Days of the week in UTC, from 1 for Monday to 7 for Sunday" })
  )
}).check(Schema.makeFilter(({ from, until }) =>
  from === undefined || until === undefined || from < until || { path: ["until"], issue: "is not after from" }
))

const dates = condition<typeof Dates.Type>({
  type: "date",
  description: "It is a certain time, or a certain day of the week",
  args: Dates,
  prepare: ({ from, until, weekdays }) => ({ snapshot: { at } }) => {
    if (from !== undefined && at < from) return needs(`This begins at ${from}`)
    if (until !== undefined && at >= until) return needs(`This ended at ${until}`)
    const weekday = new Date(toMillis(at)).getUTCDay() || 7
    return weekdays === undefined || weekdays.includes(weekday) ? undefined : needs("This is for other days of the week")
  }
})

const Channels = Schema.Struct({
  channels: some(name(100)).annotate({ description: "The channels through which it is sold" })
})

const channels = condition<typeof Channels.Type>({
  type: "channel",
  description: "The cart is sold through one of these channels",
  args: Channels,
  prepare: ({ channels }) => ({ snapshot: { channel } }) =>
    channel !== undefined && channels.includes(channel) ? undefined : needs("This is not for where you are buying")
})

const CountryList = Schema.Struct({
  countries: some(Country).annotate({ description: "Countries that the goods go to, as two letters of ISO 3166-1" })
})

const countries = condition<typeof CountryList.Type>({
  type: "country",
  description: "The goods go to one of these countries",
  args: CountryList,
  prepare: ({ countries }) => ({ snapshot: { country } }) =>
    countries.includes(country) ? undefined : needs(`This is for deliveries to ${countries.join(", ")}`)
})

const Methods = Schema.Struct({
  gateways: some(name(50)).annotate({ description: "Names of gateways that the buyer pays by" })
})

const paymentMethods = condition<typeof Methods.Type>({
  type: "payment_method",
  description: "The buyer pays by one of these gateways",
  args: Methods,
  prepare: ({ gateways }) => ({ snapshot: { paymentMethod } }) =>
    paymentMethod !== undefined && gateways.includes(paymentMethod)
      ? undefined
      : needs(`Pay by ${gateways.join(" or ")}`)
})

export const all: ReadonlyArray<AnyCondition> = [
  subtotal,
  quantity,
  customers,
  signedIn,
  groups,
  firstOrder,
  nthOrder,
  dates,
  channels,
  countries,
  paymentMethods
]
