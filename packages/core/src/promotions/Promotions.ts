/**
 * The promotions of a store: setting them up, their codes, and the offers that everybody may know of. What they take off a
 * cart is `PromotionRule.ts`, and what a buyer does with codes is `cart/Coupons.ts`.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { written } from "../catalog/AttributeFilters.ts"
import * as AttributeMatches from "../catalog/AttributeMatches.ts"
import { AttributeRepository } from "../catalog/AttributeRepository.ts"
import { ProductId } from "../catalog/Product.ts"
import { Events } from "../events/Events.ts"
import type { Currency } from "../kernel/Currency.ts"
import { Entropy } from "../kernel/Entropy.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import type { PromotionClass } from "../pricing/Pricing.ts"
import { currenciesOf, type Store } from "../stores/Store.ts"
import { Stores } from "../stores/Stores.ts"
import { normalize } from "./CouponCode.ts"
import {
  CreateCodes,
  CreatePromotion,
  ListPromotions,
  type NewCodes,
  type Offer,
  PriceFloor,
  type Promotion,
  PromotionId,
  type PromotionKindList,
  type PromotionWithUse,
  UpdatePromotion
} from "./Promotion.ts"
import { type CodeTaken, PromotionNotFound, TooManyPromotions } from "./PromotionErrors.ts"
import * as PromotionEvents from "./PromotionEvents.ts"
import * as PromotionInput from "./PromotionInput.ts"
import { PromotionKinds } from "./PromotionKinds.ts"
import { PromotionRepository, type PromotionWithUses } from "./PromotionRepository.ts"

/** So many promotions of a store may be active at once. */
export const maximumActive = 5_000
/** So many single-use codes may belong to a promotion. */
export const maximumCodes = 1_000_000
/** So many products may have a lowest price. */
export const maximumFloors = 20_000

const maximumOffers = 100

export class Promotions extends Context.Service<Promotions, {
  /** Active offers that everybody may know of, the highest priority first; at most 100. */
  readonly offers: Effect.Effect<ReadonlyArray<Offer>, StorageError>
  /** What conditions and actions there are, and what they take. Needs `promotions:read`. */
  readonly kinds: Effect.Effect<PromotionKindList, Denied>
  /** Promotions with how often they were used, the newest first. Needs `promotions:read`. */
  readonly list: (
    input?: typeof ListPromotions.Encoded
  ) => Effect.Effect<Page<PromotionWithUse>, InvalidInput | StorageError | Denied>
  /** A promotion with how often it was used and what it has taken off. Needs `promotions:read`. */
  readonly get: (
    id: string
  ) => Effect.Effect<PromotionWithUse, InvalidInput | PromotionNotFound | StorageError | Denied>
  /** All money must be in one currency that the store sells in: it applies to carts in this currency then. Needs `promotions:write`. */
  readonly create: (
    input: typeof CreatePromotion.Encoded
  ) => Effect.Effect<PromotionWithUse, InvalidInput | CodeTaken | TooManyPromotions | StorageError | Denied>
  /**
   * Changes a promotion. Fields that are left out stay as they are. Fails with `VersionConflict` if `version` is not
   * the current one. Needs `promotions:write`.
   */
  readonly update: (
    id: string,
    input: typeof UpdatePromotion.Encoded
  ) => Effect.Effect<
    PromotionWithUse,
    InvalidInput | PromotionNotFound | CodeTaken | TooManyPromotions | VersionConflict | StorageError | Denied
  >
  /** A promotion as it would be created, which nobody sees; faults are under `path`. Needs `promotions:read`. */
  readonly draft: (
    input: typeof CreatePromotion.Encoded,
    path?: ReadonlyArray<string | number>
  ) => Effect.Effect<Promotion, InvalidInput | StorageError | Denied>
  /** Deletes a promotion with its codes. Orders keep what it took off. Needs `promotions:write`. */
  readonly delete: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | PromotionNotFound | VersionConflict | StorageError | Denied>
  /**
   * Makes up to 1,000 codes of a promotion that may be used once each. They are not guessed: 12 random characters follow
   * the prefix. Needs `promotions:write`.
   */
  readonly createCodes: (
    id: string,
    input: typeof CreateCodes.Encoded
  ) => Effect.Effect<
    typeof NewCodes.Type,
    InvalidInput | PromotionNotFound | TooManyPromotions | StorageError | Denied
  >
  /** The lowest price of a piece of a product that promotions may lead to. Needs `promotions:read`. */
  readonly priceFloor: (
    productId: string
  ) => Effect.Effect<typeof PriceFloor.Type, InvalidInput | StorageError | Denied>
  /** Sets it, or takes it away with `null`. Needs `promotions:write`. */
  readonly setPriceFloor: (
    productId: string,
    input: typeof PriceFloor.Encoded
  ) => Effect.Effect<typeof PriceFloor.Type, InvalidInput | TooManyPromotions | StorageError | Denied>
}>()("@stoa/core/promotions/Promotions") {}

const decodeCreate = Input.decoder(CreatePromotion)
const decodeUpdate = Input.decoder(UpdatePromotion)
const decodeList = Input.decoder(ListPromotions)
const decodeCodes = Input.decoder(CreateCodes)
const decodeFloor = Input.decoder(PriceFloor)
const decodeProduct = Input.decoder(Schema.Struct({ productId: ProductId }))
const isId = Schema.is(PromotionId)

const checked = Input.textParameters<Promotions["Service"]>({
  get: ["id"],
  update: ["id"],
  delete: ["id"],
  createCodes: ["id"],
  priceFloor: ["productId"],
  setPriceFloor: ["productId"]
})

/** Letters and digits that nobody takes for another. */
const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
const randomLetters = 12

const everyClass: ReadonlyArray<PromotionClass> = ["line", "order", "shipping"]

/** What of a promotion everybody may know. */
export const offerOf = ({ class: of, description, endsAt, id, name, startsAt, trigger }: Promotion): Offer => ({
  id,
  name,
  description,
  trigger,
  class: of,
  startsAt,
  endsAt
})

export const make = Effect.gen(function*() {
  const repository = yield* PromotionRepository
  const kinds = yield* PromotionKinds
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog
  const stores = yield* Stores
  const attributes = yield* AttributeRepository

  const find = Effect.fnUntraced(function*(id: string) {
    const found = isId(id) ? yield* repository.find(id) : undefined
    return found ?? (yield* new PromotionNotFound({ promotionId: id }))
  })

  const shown = ({ promotion, uses }: PromotionWithUses, currency: Currency): PromotionWithUse => ({
    ...promotion,
    use: { used: uses.used, spent: Money.make(uses.spent, promotion.budget?.currency ?? currency) }
  })

  const record = (action: string, { active, id, name }: Promotion) =>
    audit.record({ action: `promotion.${action}`, subject: id, details: { name, active } })

  const requireRoom = Effect.gen(function*() {
    if ((yield* repository.countActive) >= maximumActive) {
      return yield* new TooManyPromotions({ what: "active promotions", maximum: maximumActive })
    }
  })

  /** Refuses what is newly asked of goods by attributes and makes no sense. What was asked before stays, whatever became of it. */
  const checkSpecifications = Effect.fnUntraced(function*(promotion: Promotion, before: Promotion | undefined) {
    const old = new Set(before === undefined ? [] : PromotionInput.specificationsOf(before).map(([, filter]) => filter))
    const asked = PromotionInput.specificationsOf(promotion).filter(([, filter]) => !old.has(filter))
    if (asked.length === 0) return
    const known = yield* attributes.known([...new Set(asked.map(([, filter]) => written(filter).code))])
    const faults = asked.flatMap(([path, filter]) => {
      const message = AttributeMatches.fault(filter, known)
      return message === undefined ? [] : [{ path, message }]
    })
    if (faults.length > 0) return yield* new InvalidInput({ faults })
  })

  /** As it is stored: with what follows from its conditions and action. */
  const toStore = Effect.fnUntraced(function*(promotion: Promotion, store: Store, before?: Promotion) {
    yield* PromotionInput.check(promotion, kinds, currenciesOf(store))
    yield* checkSpecifications(promotion, before)
    const action = kinds.actions.get(promotion.action.type)
    return {
      promotion: { ...promotion, class: action?.class ?? promotion.class },
      countsOrders: promotion.conditions.some(({ type }) => kinds.conditions.get(type)?.countsOrders === true)
    }
  })

  const created = Effect.fnUntraced(function*(input: CreatePromotion) {
    const now = yield* Timestamp.now
    const code = input.code === undefined || input.code === null ? null : normalize(input.code)
    const promotion: Promotion = {
      id: yield* PromotionId.generate,
      name: input.name,
      description: input.description ?? null,
      active: input.active ?? true,
      trigger: input.trigger ?? (code === null ? "automatic" : "code"),
      code,
      // what its action says
      class: "order",
      listed: input.listed ?? false,
      startsAt: input.startsAt ?? null,
      endsAt: input.endsAt ?? null,
      priority: input.priority ?? 0,
      exclusive: input.exclusive ?? false,
      combinesWith: [...new Set(input.combinesWith ?? (input.exclusive === true ? [] : everyClass))],
      conditions: input.conditions ?? [],
      action: input.action,
      usageLimit: input.usageLimit ?? null,
      customerLimit: input.customerLimit ?? null,
      budget: input.budget ?? null,
      version: 1,
      createdAt: now,
      updatedAt: now
    }
    return promotion
  })

  return checked(Promotions.of({
    offers: Effect.gen(function*() {
      return (yield* repository.listed(yield* Timestamp.now, maximumOffers)).map(offerOf)
    }).pipe(Effect.withSpan("Promotions.offers")),

    kinds: Effect.map(Permission.require("promotions:read"), () => ({
      conditions: Array.from(kinds.conditions.values(), ({ args, description, type }) => ({
        type,
        description,
        args: Schema.toJsonSchemaDocument(args) as unknown as Schema.Json
      })),
      actions: Array.from(kinds.actions.values(), ({ args, class: of, description, type }) => ({
        type,
        description,
        class: of,
        args: Schema.toJsonSchemaDocument(args) as unknown as Schema.Json
      }))
    })),

    list: Effect.fn("Promotions.list")(function*(input = {}) {
      yield* Permission.require("promotions:read")
      const query = yield* decodeList(input)
      const { currency } = yield* stores.current
      const { items, nextCursor } = yield* repository.list(query)
      return { items: items.map((item) => shown(item, currency)), nextCursor }
    }),

    get: Effect.fn("Promotions.get")(function*(id) {
      yield* Permission.require("promotions:read")
      const found = yield* find(id)
      return shown(found, (yield* stores.current).currency)
    }),

    create: Effect.fn("Promotions.create")(function*(input) {
      yield* Permission.require("promotions:write")
      const decoded = yield* decodeCreate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const store = yield* stores.current
        const stored = yield* toStore(yield* created(decoded), store)
        const { promotion } = stored
        if (promotion.active) yield* requireRoom
        yield* repository.insert(stored)
        yield* events.publish([PromotionEvents.PromotionCreated.make(promotion.id, { promotionId: promotion.id })])
        yield* record("create", promotion)
        return shown({ promotion, uses: { used: 0, spent: 0 } }, store.currency)
      }))
    }),

    draft: Effect.fn("Promotions.draft")(function*(input, path = []) {
      yield* Permission.require("promotions:read")
      const store = yield* stores.current
      const stored = Effect.flatMap(Effect.flatMap(decodeCreate(input), created), (promotion) => toStore(promotion, store))
      return (yield* Effect.catchTag(stored, "InvalidInput", ({ faults }) =>
        Effect.fail(new InvalidInput({ faults: faults.map((fault) => ({ ...fault, path: [...path, ...fault.path] })) })))).promotion
    }),

    update: Effect.fn("Promotions.update")(function*(id, input) {
      yield* Permission.require("promotions:write")
      const { version, ...changes } = yield* decodeUpdate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const store = yield* stores.current
        const { promotion: before, uses } = yield* find(id)
        if (version !== undefined && version !== before.version) {
          return yield* new VersionConflict({ id: before.id, expected: version })
        }
        const stored = yield* toStore({
          ...before,
          ...changes,
          code: changes.code === undefined ? before.code : changes.code === null ? null : normalize(changes.code),
          combinesWith: [...new Set(changes.combinesWith ?? (changes.exclusive === true ? [] : before.combinesWith))],
          version: before.version + 1,
          updatedAt: yield* Timestamp.now
        }, store, before)
        const { promotion } = stored
        if (promotion.active && !before.active) yield* requireRoom
        yield* repository.replace(stored)
        yield* events.publish([PromotionEvents.PromotionUpdated.make(promotion.id, { promotionId: promotion.id })])
        yield* record("update", promotion)
        return shown({ promotion, uses }, store.currency)
      }))
    }),

    delete: Effect.fn("Promotions.delete")(function*(id, options = {}) {
      yield* Permission.require("promotions:write")
      const { version } = yield* decodeAtVersion(options)
      yield* transactor.transaction(Effect.gen(function*() {
        const { promotion } = yield* find(id)
        if (version !== undefined && version !== promotion.version) {
          return yield* new VersionConflict({ id: promotion.id, expected: version })
        }
        if (!(yield* repository.delete(promotion.id, promotion.version))) {
          return yield* new VersionConflict({ id: promotion.id, expected: promotion.version })
        }
        yield* events.publish([PromotionEvents.PromotionDeleted.make(promotion.id, { promotionId: promotion.id })])
        yield* record("delete", promotion)
      }))
    }),

    createCodes: Effect.fn("Promotions.createCodes")(function*(id, input) {
      yield* Permission.require("promotions:write")
      const { count, prefix } = yield* decodeCodes(input)
      const entropy = yield* Entropy
      const code = () =>
        (prefix === undefined ? "" : `${normalize(prefix)}-`)
        + Array.from(entropy.bytes(randomLetters), (byte) => letters[byte % letters.length]).join("")
      return yield* transactor.transaction(Effect.gen(function*() {
        const { promotion } = yield* find(id)
        if (promotion.trigger !== "code") {
          return yield* InvalidInput.at(["id"], "is a promotion that applies by itself; its trigger must be code", "applies_by_itself")
        }
        if ((yield* repository.countCodes(promotion.id)) + count > maximumCodes) {
          return yield* new TooManyPromotions({ what: "codes", maximum: maximumCodes })
        }
        const now = yield* Timestamp.now
        const codes: Array<string> = []
        // one that is taken is as likely as a guess is right, so a second round is enough of it
        while (codes.length < count) {
          const more = Array.from({ length: count - codes.length }, code)
          codes.push(...yield* repository.insertCodes(promotion.id, [...new Set(more)], now))
        }
        yield* events.publish([
          PromotionEvents.PromotionCodesCreated.make(promotion.id, { promotionId: promotion.id, count })
        ])
        yield* audit.record({ action: "promotion.create-codes", subject: promotion.id, details: { count } })
        return { codes }
      }))
    }),

    priceFloor: Effect.fn("Promotions.priceFloor")(function*(productId) {
      yield* Permission.require("promotions:read")
      const decoded = yield* decodeProduct({ productId })
      const minimum = yield* repository.findFloor(decoded.productId)
      const { currency } = yield* stores.current
      return { minimum: minimum === null ? null : Money.make(minimum, currency) }
    }),

    setPriceFloor: Effect.fn("Promotions.setPriceFloor")(function*(productId, input) {
      yield* Permission.require("promotions:write")
      const decoded = yield* decodeProduct({ productId })
      const { minimum } = yield* decodeFloor(input)
      yield* transactor.transaction(Effect.gen(function*() {
        const { currency } = yield* stores.current
        if (minimum !== null && minimum.currency !== currency) {
          return yield* InvalidInput.at(["minimum", "currency"], `is not the store's currency ${currency}`, "other_currency")
        }
        if (minimum !== null && (yield* repository.countFloors) >= maximumFloors) {
          return yield* new TooManyPromotions({ what: "price floors", maximum: maximumFloors })
        }
        yield* repository.setFloor(decoded.productId, minimum === null ? null : minimum.amount)
        yield* audit.record({
          action: "price-floor.set",
          subject: decoded.productId,
          details: { minimum: minimum === null ? null : { amount: minimum.amount, currency: minimum.currency } }
        })
      }))
      return { minimum }
    })
  }))
})

export const layer: Layer.Layer<
  Promotions,
  never,
  PromotionRepository | PromotionKinds | Transactor | Events | AuditLog | Stores | AttributeRepository
> = Layer.effect(Promotions, make)
