/**
 * Codes in a cart: adding and removing them, asking what one would do, and for staff, what a cart would cost under other
 * promotions.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Retried from "../kernel/Retried.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { VersionConflict } from "../kernel/Version.ts"
import * as Version from "../kernel/Version.ts"
import type { PricedCode, PricingRule } from "../pricing/Pricing.ts"
import { PricingRules } from "../pricing/PricingRules.ts"
import { EnteredCode, isCode, normalize } from "../promotions/CouponCode.ts"
import type { Offer, Promotion } from "../promotions/Promotion.ts"
import { PromotionBooks } from "../promotions/PromotionBooks.ts"
import { CouponNotInCart, CouponRefused } from "../promotions/PromotionErrors.ts"
import { PromotionRepository } from "../promotions/PromotionRepository.ts"
import * as PromotionRule from "../promotions/PromotionRule.ts"
import { noFacts } from "../promotions/PromotionSet.ts"
import * as PromotionSet from "../promotions/PromotionSet.ts"
import { offerOf, Promotions } from "../promotions/Promotions.ts"
import type { CartView } from "./Cart.ts"
import { CartLimitExceeded, CartNotFound } from "./CartErrors.ts"
import * as CartPricing from "./CartPricing.ts"
import { CartRepository, type CartSnapshot } from "./CartRepository.ts"
import { CheckCoupon, type CouponCheck, DryRun, type DryRunResult } from "./CouponInput.ts"
import { type CartUnusable, expiryOf, requireOpen } from "./CartChecks.ts"
import { Carts } from "./Carts.ts"

/** So many codes may be in a cart. */
export const maximumCodes = 10

export class Coupons extends Context.Service<Coupons, {
  /**
   * Puts a code into a cart. One that does nothing yet, because the cart lacks something, is taken, and a notice says what
   * is missing. `CouponRefused` for one that cannot do anything: unknown, over, not begun, used up.
   */
  readonly add: (
    cart: string,
    input: typeof EnteredCode.Encoded
  ) => Effect.Effect<
    CartView,
    InvalidInput | CartUnusable | CouponRefused | CartLimitExceeded | VersionConflict | StorageError
  >
  /** Takes a code out of a cart. */
  readonly remove: (
    cart: string,
    code: string
  ) => Effect.Effect<CartView, InvalidInput | CartUnusable | CouponNotInCart | VersionConflict | StorageError>
  /** What a code would do in a cart, and if nothing, why, and what is missing. Changes nothing. */
  readonly check: (
    input: typeof CheckCoupon.Encoded
  ) => Effect.Effect<CouponCheck, InvalidInput | CartUnusable | StorageError>
  /**
   * What a cart would cost under other promotions, at another time, with other codes; and why each promotion applies or
   * not. Limits count what was used until now. Changes nothing. Needs `promotions:read` and `carts:read`.
   */
  readonly dryRun: (
    input: typeof DryRun.Encoded
  ) => Effect.Effect<DryRunResult, InvalidInput | CartNotFound | StorageError | Denied>
}>()("@stoa/core/cart/Coupons") {}

const decodeCode = Input.decoder(EnteredCode)
const decodeCheck = Input.decoder(CheckCoupon)
const decodeDryRun = Input.decoder(DryRun)

const checked = Input.textParameters<Coupons["Service"]>({ add: ["cart"], remove: ["cart", "code"] })

/** Reasons that nothing a buyer puts into the cart will change. */
const final: ReadonlySet<string> = new Set<PromotionRule.Reason>([
  "unknown",
  "inactive",
  "not_started",
  "ended",
  "used_up",
  "used_by_customer"
])

export const make = Effect.gen(function*() {
  const carts = yield* Carts
  const repository = yield* CartRepository
  const promotions = yield* PromotionRepository
  const setUp = yield* Promotions
  const books = yield* PromotionBooks
  const otherRules = yield* PricingRules

  const opened = Effect.fnUntraced(function*(cart: string) {
    return yield* requireOpen(yield* carts.snapshot(cart))
  })

  const withCodes = (snapshot: CartSnapshot, codes: ReadonlyArray<string>): CartSnapshot => ({
    ...snapshot,
    cart: { ...snapshot.cart, codes }
  })

  /** The cart with one more code, with what is known of the code, and what it says to it. */
  const tried = Effect.fnUntraced(function*(snapshot: CartSnapshot, entered: string, at: Timestamp.Timestamp) {
    const code = normalize(entered)
    const found = isCode(code) ? yield* promotions.findByCode(code) : undefined
    const codes = snapshot.cart.codes.includes(code) ? snapshot.cart.codes : [...snapshot.cart.codes, code]
    // where there is a code there are promotions, unless the cart was read a moment before the first one
    const facts = snapshot.promotions ?? { version: 0, ...noFacts, groups: [], orders: null }
    const known: CartSnapshot = {
      ...withCodes(snapshot, codes),
      promotions: {
        ...facts,
        codes: found === undefined || found.singleUsed === null
          ? facts.codes
          : [...facts.codes.filter((other) => other.code !== code), {
            code,
            promotionId: found.promotion.id,
            used: found.singleUsed
          }]
      }
    }
    const book = yield* books.open(known.promotions)
    // one that is over is not read with the others, but can say why
    const rules = found === undefined || book.set.byId.has(found.promotion.id) ? book.rules : [
      PromotionSet.rule(books.prepare({ promotions: [found], floors: new Map() }), known.promotions ?? noFacts)
    ]
    const pricing = CartPricing.price(known, rules, at)
    const outcome: PricedCode = pricing.priced.codes.find((told) => told.code === code) ?? {
      code,
      promotionId: null,
      applied: false,
      reason: "unknown",
      message: "This code is not valid, or not valid any more",
      missingAmount: null,
      missingQuantity: null
    }
    return { code, codes, found, known, outcome, pricing }
  })

  const write = Effect.fnUntraced(function*(snapshot: CartSnapshot, at: Timestamp.Timestamp) {
    const cart = {
      ...snapshot.cart,
      version: snapshot.cart.version + 1,
      expiresAt: expiryOf(snapshot.store.settings.cartDays, at),
      updatedAt: at
    }
    yield* repository.replace(cart)
    return { ...snapshot, cart }
  })

  const view = Effect.fnUntraced(function*(snapshot: CartSnapshot, at: Timestamp.Timestamp) {
    const { rules } = yield* books.open(snapshot.promotions)
    return CartPricing.view(snapshot, CartPricing.price(snapshot, rules, at), at)
  })

  const again = Retried.retried({ schedule: Version.overtaken, while: (error) => error instanceof VersionConflict })

  const dryRules = Effect.fnUntraced(function*(
    snapshot: CartSnapshot,
    input: typeof DryRun.Type,
    drafts: ReadonlyArray<Promotion>
  ) {
    const current = input.withCurrent === false || snapshot.promotions === null
      ? { promotions: [], floors: new Map<string, number>() }
      : yield* promotions.book(input.at ?? (yield* Timestamp.now))
    const set = books.prepare({
      ...current,
      promotions: [
        ...current.promotions,
        ...drafts.map((promotion) => ({ promotion, uses: { used: 0, spent: 0 } }))
      ]
    })
    return set
  })

  return checked(Coupons.of({
    add: Effect.fn("Coupons.add")(function*(cart, input) {
      const { code: entered } = yield* decodeCode(input)
      return yield* again(Effect.gen(function*() {
        const at = yield* Timestamp.now
        const snapshot = yield* opened(cart)
        const { code, codes, known, outcome } = yield* tried(snapshot, entered, at)
        if (outcome.reason !== null && final.has(outcome.reason)) {
          return yield* new CouponRefused({ coupon: code, reason: outcome.reason, detail: outcome.message ?? "" })
        }
        if (codes.length === snapshot.cart.codes.length) return yield* view(snapshot, at)
        if (codes.length > maximumCodes) return yield* new CartLimitExceeded({ limit: "codes", maximum: maximumCodes })
        return yield* view(yield* write(known, at), at)
      }))
    }),
    remove: Effect.fn("Coupons.remove")(function*(cart, given) {
      const { code: entered } = yield* decodeCode({ code: given })
      return yield* again(Effect.gen(function*() {
        const at = yield* Timestamp.now
        const snapshot = yield* opened(cart)
        const code = normalize(entered)
        const codes = snapshot.cart.codes.filter((other) => other !== code)
        if (codes.length === snapshot.cart.codes.length) return yield* new CouponNotInCart({ coupon: code })
        return yield* view(yield* write(withCodes(snapshot, codes), at), at)
      }))
    }),
    check: Effect.fn("Coupons.check")(function*(input) {
      const { cartId = "mine", code: entered } = yield* decodeCheck(input)
      const at = yield* Timestamp.now
      const snapshot = yield* opened(cartId)
      const { found, outcome, pricing: { priced } } = yield* tried(snapshot, entered, at)
      const took = priced.promotions.find(({ id }) => outcome.applied && id === outcome.promotionId)
      const offer: Offer | null = found === undefined || outcome.reason === "inactive" ? null : offerOf(found.promotion)
      return {
        ...outcome,
        offer,
        discount: took?.amount ?? Money.zero(snapshot.cart.currency),
        total: priced.total
      }
    }),
    dryRun: Effect.fn("Coupons.dryRun")(function*(input) {
      yield* Permission.require("promotions:read")
      yield* Permission.require("carts:read")
      const decoded = yield* decodeDryRun(input)
      const found = yield* repository.snapshot({ id: decoded.cartId })
      if (found === undefined) return yield* new CartNotFound({ cart: decoded.cartId })
      const drafts = yield* Effect.forEach(decoded.promotions ?? [], (draft, index) => setUp.draft(draft, ["promotions", index]))
      const at = decoded.at ?? (yield* Timestamp.now)
      const codes = [...new Set([...found.cart.codes, ...(decoded.codes ?? []).map(normalize)])]
      const snapshot = withCodes(found, codes)
      const facts = snapshot.promotions ?? noFacts
      const set = yield* dryRules(snapshot, decoded, drafts)
      let verdicts: ReadonlyArray<PromotionRule.Verdict> = []
      const rule: PricingRule = {
        ...PromotionSet.rule(set, facts),
        apply: (snapshot, current) => {
          verdicts = PromotionRule.explain(set, facts, snapshot, current)
          return PromotionRule.apply(set, facts, snapshot, current)
        }
      }
      const pricing = CartPricing.price(snapshot, [rule, ...yield* otherRules.all], at)
      return {
        cart: CartPricing.view(snapshot, pricing, at),
        promotions: verdicts.map(({ code, prepared: { promotion }, refusal }) => ({
          promotionId: promotion.id,
          name: promotion.name,
          code,
          applied: refusal === undefined,
          reason: refusal?.reason ?? null,
          message: refusal === undefined ? null : refusal.message()
        }))
      }
    })
  }))
})

export const layer: Layer.Layer<
  Coupons,
  never,
  Carts | CartRepository | PromotionRepository | Promotions | PromotionBooks | PricingRules
> = Layer.effect(Coupons, make)
