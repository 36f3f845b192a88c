/**
 * What the buyer of a draft does by its link: see it, say where it goes, and pay it.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Purchases from "../checkout/Purchases.ts"
import { Events } from "../events/Events.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Language from "../kernel/Language.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { OrderId } from "../orders/Order.ts"
import { Payments } from "../payments/Payments.ts"
import * as DraftLink from "./DraftLink.ts"
import {
  about,
  AddressDraftOffer,
  DraftAddressField,
  type DraftOffer,
  DraftOrderId,
  PayDraftOffer,
  sayable,
  ShowDraftOffer,
  type StoredDraftOrder
} from "./DraftOrder.ts"
import { DraftAddressGiven, DraftLinkInvalid } from "./DraftOrderErrors.ts"
import { DraftOrderUpdated } from "./DraftOrderEvents.ts"
import * as DraftOrdering from "./DraftOrdering.ts"
import { DraftOrderRepository } from "./DraftOrderRepository.ts"

const decodeShow = Input.decoder(ShowDraftOffer)
const decodeAddress = Input.decoder(AddressDraftOffer)
const decodePay = Input.decoder(PayDraftOffer)
const isId = Schema.is(DraftOrderId)

export const make = Effect.gen(function*() {
  const repository = yield* DraftOrderRepository
  const events = yield* Events
  const { transaction } = yield* Transactor
  const { gateways } = yield* Payments
  const purchases = yield* Purchases.make
  const links = yield* DraftLink.make
  const { becoming, pricing, record, toldOf } = yield* DraftOrdering.make

  /** The draft whose link holds a token. */
  const linked = Effect.fnUntraced(function*(token: string) {
    const id = DraftLink.idIn(token)
    const draft = isId(id) ? yield* repository.find(id) : undefined
    if (draft === undefined || !(yield* links.isOf(draft, token))) return yield* new DraftLinkInvalid()
    return draft
  })

  /** A draft as its buyer sees it. */
  const offered = (draft: StoredDraftOrder, now: Timestamp.Timestamp): DraftOffer => {
    const isOver = draft.status !== "ordered" && draft.expiresAt <= now
    return {
      id: draft.id,
      status: isOver ? "expired" : draft.status,
      email: draft.email,
      lines: draft.lines,
      shippingAddress: draft.shippingAddress,
      billingAddress: draft.billingAddress,
      note: draft.note,
      pricing: draft.pricing,
      total: draft.total,
      expiresAt: draft.expiresAt,
      reservedUntil: draft.reservedUntil,
      orderId: draft.orderId,
      missing: draft.missing,
      canSay: isOver ? [] : sayable(draft),
      gateways
    }
  }

  return {
    show: Effect.fn("DraftOrders.show")(function*(input: typeof ShowDraftOffer.Encoded) {
      return offered(yield* linked((yield* decodeShow(input)).token), yield* Timestamp.now)
    }),

    address: Effect.fn("DraftOrders.address")(function*(input: typeof AddressDraftOffer.Encoded) {
      const { token, ...said } = yield* decodeAddress(input)
      const at = yield* Timestamp.now
      const before = yield* linked(token)
      yield* DraftOrdering.requireLive(before, at)
      const free = sayable(before)
      const taken = DraftAddressField.literals.find((field) => said[field] !== undefined && !free.includes(field))
      if (taken !== undefined) return yield* new DraftAddressGiven({ draftOrderId: before.id, field: taken })
      // as when staff say it: the invoice follows the goods, unless somebody has said otherwise
      const follows = said.shippingAddress !== undefined && free.includes("billingAddress")
        && DraftOrdering.isBilledWhereItGoes(before)
      const wanted = { ...before, ...(follows ? { billingAddress: null } : {}), ...said }
      const priced = yield* pricing.price(wanted, before.reservedUntil !== null, at)
      if (priced.missing.some((name) => name.startsWith("shipping") && name !== "shippingAddress")) {
        return yield* InvalidInput.at(["shippingAddress"], "is nowhere that the shop sends this to", "not_sent_there")
      }
      const draft: StoredDraftOrder = {
        ...before,
        ...wanted,
        ...priced,
        byBuyer: free.filter((field) => priced[field] !== null),
        version: before.version + 1,
        updatedAt: at
      }
      yield* DraftOrdering.requireForSale(draft)
      yield* transaction(Effect.gen(function*() {
        yield* repository.replace(draft)
        yield* events.publish([DraftOrderUpdated.make(draft.id, about(draft))])
        yield* record("address", draft)
      }))
      return offered(draft, at)
    }),

    pay: Effect.fn("DraftOrders.pay")(function*(input: typeof PayDraftOffer.Encoded) {
      const { expectedTotal, token, ...means } = yield* decodePay(input)
      const at = yield* Timestamp.now
      const draft = yield* DraftOrdering.requireOrderable(yield* linked(token), at)
      yield* DraftOrdering.requireTotal(draft, expectedTotal)
      const made = yield* pricing.forOrder(draft, at)
      const actor = yield* CurrentActor
      const orderId = yield* OrderId.generate
      return yield* purchases.buy({
        orderId,
        cart: made.cart,
        store: made.store,
        customerId: draft.customerId ?? (actor._tag === "customer" ? actor.customerId : null),
        email: draft.email,
        language: draft.language ?? (yield* Language.wanted),
        shippingAddress: DraftOrdering.addressOf(draft),
        pricing: made.pricing,
        promotions: made.promotions,
        at,
        keptUntil: draft.reservedUntil,
        token
      }, means, becoming(draft, orderId, made, at)).pipe(
        Effect.catchTag("VersionConflict", (conflict) =>
          // the draft of a good link is there, unless it was deleted at this very moment
          Effect.catchTag(toldOf(draft.id)(conflict), "DraftOrderNotFound", () => Effect.fail(new DraftLinkInvalid())))
      )
    })
  }
})
