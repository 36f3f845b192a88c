/**
 * How people, the bank and the shop's background do what is planned, and what they write down of it.
 */
import * as Effect from "effect/Effect"
import { Carts } from "../../cart/Carts.ts"
import { Coupons } from "../../cart/Coupons.ts"
import { Inventory } from "../../inventory/Inventory.ts"
import type { LocationId } from "../../inventory/Stock.ts"
import { Jobs } from "../../jobs/Jobs.ts"
import * as Actor from "../../kernel/Actor.ts"
import * as Timestamp from "../../kernel/Timestamp.ts"
import { LoyaltyPoints } from "../../loyalty/LoyaltyPoints.ts"
import { Orders } from "../../orders/Orders.ts"
import { PaymentRepository } from "../../payments/PaymentRepository.ts"
import { Payments } from "../../payments/Payments.ts"
import type { WebhookRequest } from "../../payments/SandboxGateway.ts"
import { GiftCards } from "../../value/GiftCards.ts"
import { StoreCredit } from "../../value/StoreCredit.ts"
import * as TestClock from "effect/testing/TestClock"
import * as Shop from "../Shop.ts"
import * as AfterSale from "./AfterSale.ts"
import * as Files from "./Files.ts"
import * as Notes from "./Notes.ts"
import type { Action, Which } from "./Plan.ts"
import type { SimulatedBank } from "./SimulatedBank.ts"

/** What is there besides the shop, and outlives its processes. */
export interface World {
  readonly bank: SimulatedBank
  readonly notes: Notes.Notes
  /** Messages of the bank that may still arrive. */
  readonly letters: Array<WebhookRequest>
  /** The two locations of the shop. */
  readonly locations: readonly [LocationId, LocationId]
  /** Those who have an account. */
  readonly customers: ReadonlyArray<string>
  /** What the vendor sells, and who works for them. */
  readonly vendor: { readonly variantId: string; readonly userId: string }
}

const staff = Actor.as(Actor.system("simulation"))

/** How many of the newest things most people are about. */
const newest = 6

/** The one that is meant, if there is any. */
const find = <A>(all: ReadonlyArray<A>, which: Which): A | undefined =>
  all.at(-1 - Math.floor(which / 4) % Math.max(1, which % 4 === 0 ? all.length : Math.min(all.length, newest)))

/** Does something with the one that is meant, or nothing. */
const withOne = <A, E, R>(
  all: ReadonlyArray<A>,
  which: Which,
  use: (one: A) => Effect.Effect<unknown, E, R>
): Effect.Effect<void, E, R> => {
  const one = find(all, which)
  return one === undefined ? Effect.void : Effect.asVoid(use(one))
}

const place = Effect.fnUntraced(function*(notes: Notes.Notes, cart: Notes.NotedCart, method: Shop.Method) {
  cart.unheard += 1
  const { buyer: { actor }, giftCard } = cart
  const more = {
    ...giftCard === undefined ? {} : { giftCards: [giftCard] },
    ...actor._tag === "customer" ? { storeCredit: true } : {}
  }
  const { order, token } = yield* Effect.tapError(Shop.place(cart.buyer, method, more), (error) =>
    Effect.sync(() => {
      if (Notes.isRefusal(error)) cart.unheard -= 1
    }))
  cart.unheard -= 1
  cart.orderId = order.id
  notes.orders.push(Notes.noted(order, token, cart))
  Notes.heard(notes, order)
})

const fill = Effect.fnUntraced(function*(wishes: ReadonlyArray<Shop.Pieces>, code: string | undefined, customerId: string | undefined) {
  const carts = yield* Carts
  // somebody with an account fills a cart before they sign in, and orders it at once
  const { cart: empty, token } = yield* Actor.as(Actor.guest())(carts.create())
  const actor = customerId === undefined ? Actor.guest({ cartToken: token }) : Actor.customer(customerId, { cartToken: token })
  let cart = empty
  for (const [variantId, quantity] of wishes) {
    cart = yield* Actor.as(actor)(carts.addItem(cart.id, { variantId, quantity }))
  }
  // who is told that it is used up orders without it
  if (code !== undefined) {
    cart = yield* Effect.catchTag(
      Actor.as(actor)((yield* Coupons).add(cart.id, { code })),
      "CouponRefused",
      () => Effect.succeed(cart)
    )
  }
  return { actor, cart } satisfies Shop.Buyer
})

const adjust = Effect.fnUntraced(function*(variant: Notes.NotedVariant, pieces: number) {
  const inventory = yield* Inventory
  yield* Notes.putting(
    variant,
    pieces,
    inventory.adjust({ reason: "", adjustments: [{ variantId: variant.variantId as never, delta: pieces }] })
  )
})

/** Does something with every payment of an order; what cannot be done is left. */
const withPayments = <E extends { readonly _tag: string }, R>(
  orderId: string,
  use: (paymentId: string, payments: Payments["Service"]) => Effect.Effect<unknown, E, R>
) =>
  Effect.gen(function*() {
    const payments = yield* Payments
    for (const { id } of yield* (yield* PaymentRepository).ofOrder(orderId)) {
      yield* Effect.catchIf(use(id, payments), Notes.isRefusal, () => Effect.void)
    }
  })

/** Those that somebody was told are paid. */
const paid = ({ orders }: Notes.Notes) => orders.filter(({ paid }) => paid)

const asBuyer = ({ token }: Notes.NotedOrder) => Actor.as(Actor.guest({ orderToken: token }))

/** The shop's payments and the bank's, from the first day on. */
export const compared = Effect.flatMap(Payments, (payments) =>
  payments.reconcile({ since: Timestamp.fromMillis(0), until: Timestamp.fromMillis(30 * 86_400_000) }))

/** Takes a step. It fails as the shop's services do. */
export const take = (
  { bank, customers, letters, locations, notes, vendor }: World,
  action: Action
): Effect.Effect<unknown, unknown, Shop.ShopServices> =>
  Effect.gen(function*() {
    const orders = yield* Orders
    const payments = yield* Payments
    const inventory = yield* Inventory
    switch (action._tag) {
      case "order": {
        const wishes = action.wishes.map(({ pieces, variant }): Shop.Pieces => [
          find(notes.goods, variant) ?? "",
          pieces
        ])
        const { code, customer, giftCard } = action.extras
        const cart: Notes.NotedCart = {
          buyer: yield* fill(wishes, code ? notes.codes[0]?.code : undefined, customer === null ? undefined : find(customers, customer)),
          wishes,
          giftCard: giftCard === null ? undefined : find(notes.giftCards, giftCard),
          unheard: 0,
          orderId: null
        }
        notes.carts.push(cart)
        return yield* place(notes, cart, action.method)
      }
      case "orderAgain":
        return yield* withOne(
          action.cart % 3 === 0 ? notes.carts : notes.carts.filter(({ orderId }) => orderId === null),
          action.cart,
          (cart) => place(notes, cart, action.method)
        )
      case "pay":
        return yield* withOne(notes.orders, action.order, (order) =>
          asBuyer(order)(payments.initialize({ orderId: order.id as never, gateway: "sandbox", method: action.method })))
      case "comeBack":
        return yield* withOne(notes.orders, action.order, (order) =>
          asBuyer(order)(Effect.gen(function*() {
            yield* withPayments(order.id, (id) => payments.verify(id))
            Notes.heard(notes, yield* orders.get(order.id))
          })))
      case "cancel":
        return yield* withOne(notes.orders, action.order, (order) =>
          Effect.map(
            (action.by === "staff" ? staff : asBuyer(order))(orders.cancel(order.id)),
            (cancelled) => Notes.heard(notes, cancelled)
          ))
      case "move":
        return yield* withOne(notes.orders, action.order, (order) =>
          Effect.map(
            staff(orders.changeStatus(order.id, { event: action.event })),
            (moved) => Notes.heard(notes, moved)
          ))
      case "refund":
        return yield* withOne(notes.orders, action.order, (order) =>
          staff(payments.refund(order.id, {
            reason: "",
            restock: action.restock,
            ...(action.amount === null ? {} : { amount: Shop.usd(action.amount) })
          })))
      case "edit":
        return yield* withOne(notes.orders, action.order, (order) => AfterSale.edit(order, action.line, action.pieces, action.add === null ? undefined : find(notes.goods, action.add)))
      case "send":
        return yield* withOne(notes.orders, action.order, (order) => AfterSale.send(order, action.line, action.part))
      case "giveBack":
        return yield* withOne(notes.orders.filter(({ sent }) => sent), action.order, (order) =>
          AfterSale.giveBack(notes, order, action.line, action.credit, action.instead === null ? undefined : find(notes.variants, action.instead)?.variantId))
      case "claim":
        return yield* withOne(notes.orders.filter(({ sent }) => sent), action.order, (order) =>
          AfterSale.claim(notes, order, action.line, action.answer))
      case "drop":
        return yield* withOne(action.order % 5 === 0 ? notes.orders : paid(notes), action.order, (order) =>
          AfterSale.drop(order, action.line, action.pieces, action.by === "buyer"))
      case "vend":
        return yield* withOne(
          paid(notes).filter(({ cart }) => cart.wishes.some(([variantId]) => variantId === vendor.variantId)),
          action.order,
          (order) => AfterSale.vend(vendor.userId, order, action.line)
        )
      case "download":
        return yield* withOne(notes.orders.filter(({ cart }) => Files.isOfFiles(notes, cart)), action.order, Files.download)
      case "dispute":
        return yield* withOne(paid(notes), action.order, (order) => AfterSale.dispute(order, action.won, action.amount))
      case "capture":
        return yield* withOne(notes.orders, action.order, ({ id }) =>
          staff(withPayments(id, (paymentId) => payments.capture(paymentId))))
      case "release":
        return yield* withOne(notes.orders, action.order, ({ id }) =>
          staff(withPayments(id, (paymentId) => payments.cancel(paymentId))))
      case "adjust":
        return yield* withOne(notes.variants, action.variant, (variant) => staff(adjust(variant, action.pieces)))
      case "transfer":
        return yield* withOne(notes.variants, action.variant, ({ variantId }) =>
          staff(inventory.transfer({
            from: locations[action.back ? 1 : 0],
            to: locations[action.back ? 0 : 1],
            lines: [{ variantId: variantId as never, quantity: action.pieces }],
            reason: ""
          })))
      case "decide": {
        const open = (yield* bank.bank.charges).filter(({ status }) =>
          status === "requires_action" || status === "processing"
        )
        return yield* withOne(open, action.charge, ({ reference, status }) =>
          status === "processing"
            ? bank.settle(reference)
            : action.agree
            ? bank.approve(reference)
            : bank.reject(reference))
      }
      case "post": {
        const charge = find(yield* bank.bank.charges, action.letter)
        const sent = action.letter % 2 === 0 ? find(letters, action.letter) : undefined
        // a bank that was not heard signs its message anew
        const letter = sent ?? (charge === undefined ? undefined : yield* bank.webhook(charge.reference))
        if (letter === undefined) return
        return yield* Effect.all(
          Array.from({ length: action.copies }, () =>
            Actor.as(Actor.guest())(payments.receiveWebhook("sandbox", letter))),
          { concurrency: "unbounded" }
        )
      }
      case "bounce":
        return yield* withOne((yield* bank.bank.refunds).filter(({ status }) => status === "succeeded"), action.refund, ({ reference }) =>
          bank.bank.endRefund(reference, "failed"))
      case "compare":
        return yield* staff(compared)
      case "void":
        return yield* withOne((yield* staff((yield* GiftCards).list({ limit: 100 }))).items, action.card, ({ id }) =>
          staff(Effect.flatMap(GiftCards, (cards) => cards.void(id))))
      case "credit":
        return yield* withOne(customers, action.customer, (id) =>
          staff(Effect.flatMap(StoreCredit, (credit) => credit.adjust(id, { amount: Shop.usd(action.amount), reason: "sorry" }))).pipe(
            // it is nothing
            Effect.catchTag("InvalidInput", () => Effect.void)
          ))
      case "redeem":
        return yield* withOne(customers, action.customer, (id) =>
          Actor.as(Actor.customer(id))(Effect.flatMap(LoyaltyPoints, (points) => points.redeem({ points: action.points }))))
      case "recover":
        return yield* payments.recover
      case "work":
        return yield* (yield* Jobs).drain
      case "forget":
        return yield* inventory.releaseForgotten
      case "wait":
        return yield* TestClock.adjust(action.seconds * 1_000)
    }
  })
