/**
 * Goods that ship apart: which of a cart go together, the ways to send each, and what becomes of the buyer's choice. Pure.
 *
 * **Details**
 *
 * A method takes goods of some shipping classes, or of all. Goods of classes that the same methods take, of those that go to
 * the place, are one group; where all methods take everything, everything is one. For each group its buyer chooses a
 * method, the first by position where they have not; groups that go by the same method are one part, which that method
 * carries and is paid for once, unless it cannot carry so much at once.
 *
 * A group is named by its classes, in the order of the alphabet: `"bulky"`, `"fragile+standard"`; a part likewise.
 *
 * From what on shipping is free, `freeFrom`, is said by what all goods of the order cost, whichever part they are in.
 */
import * as Schema from "effect/Schema"
import type * as Area from "../kernel/Area.ts"
import { text } from "../kernel/Text.ts"
import { type ShippingMethod, ShippingMethodId } from "./ShippingMethod.ts"
import * as ShippingQuote from "./ShippingQuote.ts"

/** By which method a buyer wants a part of the cart, where its goods ship apart. */
export const ShippingChoice = Schema.Struct({
  /** A part by its id, as the cart says it. */
  part: text(2_000),
  shippingMethodId: ShippingMethodId
}).annotate({ identifier: "ShippingChoice" })
export interface ShippingChoice extends Schema.Schema.Type<typeof ShippingChoice> {}

/** One for each part; what is left out goes by the first method that takes it. */
export const ShippingChoices = Schema.Array(ShippingChoice).check(
  Schema.isMaxLength(50),
  Schema.makeFilter((choices: ReadonlyArray<ShippingChoice>) => {
    const twice = choices.findIndex(({ part }, index) => choices.findIndex((other) => other.part === part) < index)
    return twice < 0 || { path: [twice, "part"], issue: "Expected each part once" }
  })
)

/** What a buyer has chosen for all goods, or for parts of them. */
export interface Chosen {
  readonly shippingMethodId: string | null
  readonly shippingChoices: ReadonlyArray<ShippingChoice>
}

/** Goods of a kind that is sent. */
export interface Sent extends ShippingQuote.Goods {
  readonly id: string
  readonly shippingClass: string
}

/** Goods that the same methods take. */
export interface Group {
  readonly id: string
  readonly goods: ReadonlyArray<Sent>
  readonly quotes: ReadonlyArray<ShippingQuote.Quote>
}

/** Groups that go by one method. */
export interface Shipment {
  readonly id: string
  readonly goods: ReadonlyArray<Sent>
  readonly quote: ShippingQuote.Quote
}

/** How goods go, as far as it is known. */
export interface Plan {
  readonly groups: ReadonlyArray<Group>
  /** The methods that take everything. */
  readonly together: ReadonlyArray<ShippingQuote.Quote>
  readonly shipments: ReadonlyArray<Shipment>
  /** Groups that nothing is sent by: nobody takes them there, or not the method that was chosen. */
  readonly without: ReadonlyArray<Group>
  /** Methods that the buyer has chosen and that are not offered for what they were chosen for. */
  readonly unavailable: ReadonlyArray<ShippingMethodId>
  /** What was chosen for groups that there are no more, though goods of theirs are there: they are in others now. */
  readonly lapsed: ReadonlyArray<ShippingChoice>
}

/** Where goods go, by what, and what they cost together. */
export interface Terms {
  readonly methods: ReadonlyArray<ShippingMethod>
  readonly zones: ReadonlyArray<ShippingQuote.ZoneAreas>
  readonly place: Area.Place
  readonly subtotal: number
  /** What carriers asked, by `rateKey`. */
  readonly carrierRates?: ReadonlyMap<string, number> | undefined
}

/** Under which a carrier's rate for a part is known. */
export const rateKey = (part: string, methodId: string): string => `${part} ${methodId}`

const named = (classes: Iterable<string>): string => [...new Set(classes)].sort().join("+")

const takes = ({ shippingClasses }: ShippingMethod, shippingClass: string): boolean =>
  shippingClasses.length === 0 || shippingClasses.includes(shippingClass)

const idOf = (goods: ReadonlyArray<Sent>): string => named(goods.map(({ shippingClass }) => shippingClass))

/** What of the methods carries all these goods, by position. */
const quotesOf = (terms: Terms, methods: ReadonlyArray<ShippingMethod>, goods: ReadonlyArray<Sent>, id: string) =>
  methods.flatMap((method) => {
    if (goods.some(({ shippingClass }) => !takes(method, shippingClass))) return []
    return ShippingQuote.quote(method, goods, terms.subtotal, terms.carrierRates?.get(rateKey(id, method.id))) ?? []
  })

const groupsOf = (terms: Terms, methods: ReadonlyArray<ShippingMethod>, goods: ReadonlyArray<Sent>): ReadonlyArray<Group> => {
  const all = idOf(goods)
  const alike = Map.groupBy(new Set(goods.map(({ shippingClass }) => shippingClass)), (shippingClass) =>
    methods.filter((method) => takes(method, shippingClass)).map(({ id }) => id).join(" "))
  if (alike.size === 1) return [{ id: all, goods, quotes: quotesOf(terms, methods, goods, all) }]
  return [...alike.values()].map((classes) => {
    const id = named(classes)
    const of = goods.filter(({ shippingClass }) => classes.includes(shippingClass))
    return { id, goods: of, quotes: quotesOf(terms, methods, of, id) }
  }).sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** How goods go by what their buyer has chosen. */
export const plan = (terms: Terms, goods: ReadonlyArray<Sent>, chosen: Chosen): Plan => {
  const methods = terms.methods.filter((method) => ShippingQuote.reaches(method, terms.place, terms.zones))
  const groups = groupsOf(terms, methods, goods)
  const [only] = groups
  const all = idOf(goods)
  const together = groups.length === 1 && only !== undefined ? only.quotes : quotesOf(terms, methods, goods, all)
  const forAll = together.find(({ method }) => method.id === chosen.shippingMethodId)
  if (forAll !== undefined) {
    return { groups, together, shipments: [{ id: all, goods, quote: forAll }], without: [], unavailable: [], lapsed: [] }
  }
  // a method for all counts where it goes: what came into the cart later may need another one
  const isOffered = groups.some(({ quotes }) => quotes.some(({ method }) => method.id === chosen.shippingMethodId))
  if (chosen.shippingMethodId !== null && !isOffered) {
    const unavailable = [chosen.shippingMethodId as ShippingMethodId]
    return { groups, together, shipments: [], without: groups, unavailable, lapsed: [] }
  }
  const lapsed = chosen.shippingChoices.filter(({ part }) =>
    groups.every(({ id }) => id !== part) && goods.some(({ shippingClass }) => part.split("+").includes(shippingClass)))
  const unavailable: Array<ShippingMethodId> = []
  const without: Array<Group> = []
  const going = new Map<ShippingMethodId, Array<readonly [Group, ShippingQuote.Quote]>>()
  for (const group of groups) {
    const choice = chosen.shippingChoices.find(({ part }) => part === group.id)?.shippingMethodId
    const quote = choice === undefined
      ? group.quotes.find(({ method }) => method.id === chosen.shippingMethodId) ?? group.quotes[0]
      : group.quotes.find(({ method }) => method.id === choice)
    if (quote === undefined) {
      without.push(group)
      if (choice !== undefined) unavailable.push(choice)
      continue
    }
    const others = going.get(quote.method.id)
    if (others === undefined) going.set(quote.method.id, [[group, quote]])
    else others.push([group, quote])
  }
  const shipments = [...going.values()].flatMap((parts): ReadonlyArray<Shipment> => {
    const apart = parts.map(([{ goods, id }, quote]) => ({ id, goods, quote }))
    const [first] = apart
    if (first === undefined || apart.length === 1) return apart
    const merged = goods.filter((one) => parts.some(([group]) => group.goods.includes(one)))
    const id = idOf(merged)
    const quote = quotesOf(terms, [first.quote.method], merged, id)[0]
    return quote === undefined ? apart : [{ id, goods: merged, quote }]
  })
  return { groups, together, shipments: shipments.sort((a, b) => (a.id < b.id ? -1 : 1)), without, unavailable, lapsed }
}
