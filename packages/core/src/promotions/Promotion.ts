/**
 * A promotion: under which conditions what gets cheaper, for how long, how often, and together with what.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import { Amount, Money } from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { PromotionClass } from "../pricing/Pricing.ts"
import { Sum } from "./AmountActions.ts"
import { CouponCode } from "./CouponCode.ts"

export const PromotionId = Id.define("promo", "PromotionId")
export type PromotionId = typeof PromotionId.Type

/** A condition or an action: its kind and what that kind wants to know. */
export const Configured = Schema.Struct({
  type: name(100),
  args: Schema.Record(Schema.String, Schema.Json)
}).annotate({ identifier: "PromotionPart" })
export interface Configured extends Schema.Schema.Type<typeof Configured> {}

const uses = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000_000 }))

const fields = {
  /** For buyers and staff: it is on the receipt. */
  name: name(200),
  /** For buyers: what the offer is. */
  description: Schema.NullOr(text(2_000)),
  active: Schema.Boolean,
  /** `automatic` applies by itself, `code` to who enters one of its codes. */
  trigger: Schema.Literals(["automatic", "code"]),
  /** The code that anybody may use; single-use codes are made besides. */
  code: Schema.NullOr(CouponCode),
  /** Whether everybody may know of it: it is in `GET /promotions`. Its code is not told there. */
  listed: Schema.Boolean,
  startsAt: Schema.NullOr(Timestamp),
  endsAt: Schema.NullOr(Timestamp),
  /** Those with a higher priority come first. Among equals: goods, then the order, then shipping, then the older one. */
  priority: Schema.Int.check(Schema.isBetween({ minimum: -1_000_000, maximum: 1_000_000 })),
  /** Whether it applies alone or not at all. */
  exclusive: Schema.Boolean,
  /** The classes of promotions that it may be combined with; it takes both to agree. */
  combinesWith: Schema.Array(PromotionClass).check(Schema.isMaxLength(3)),
  /** All must hold. */
  conditions: Schema.Array(Configured).check(Schema.isMaxLength(20)),
  action: Configured,
  /** How many orders it may be used in. */
  usageLimit: Schema.NullOr(uses),
  /** How many orders of one customer it may be used in; guests are told apart by their e-mail address. */
  customerLimit: Schema.NullOr(uses),
  /** What it may take off in all orders together, in the store's currency. */
  budget: Schema.NullOr(Sum)
} as const

export const Promotion = Schema.Struct({
  id: PromotionId,
  ...fields,
  code: Schema.NullOr(Schema.String),
  class: PromotionClass,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Promotion" })
export interface Promotion extends Schema.Schema.Type<typeof Promotion> {}

/**
 * A new promotion. It is active, applies by itself (or by its code, where it has one), at any time and as often as
 * wanted, after none and together with promotions of every class, unless it says otherwise.
 */
export const CreatePromotion = Schema.Struct({
  name: fields.name,
  action: fields.action,
  conditions: Schema.optionalKey(fields.conditions),
  description: Schema.optionalKey(fields.description),
  active: Schema.optionalKey(fields.active),
  trigger: Schema.optionalKey(fields.trigger),
  code: Schema.optionalKey(fields.code),
  listed: Schema.optionalKey(fields.listed),
  startsAt: Schema.optionalKey(fields.startsAt),
  endsAt: Schema.optionalKey(fields.endsAt),
  priority: Schema.optionalKey(fields.priority),
  exclusive: Schema.optionalKey(fields.exclusive),
  combinesWith: Schema.optionalKey(fields.combinesWith),
  usageLimit: Schema.optionalKey(fields.usageLimit),
  customerLimit: Schema.optionalKey(fields.customerLimit),
  budget: Schema.optionalKey(fields.budget)
}).annotate({ identifier: "CreatePromotion" })
export interface CreatePromotion extends Schema.Schema.Type<typeof CreatePromotion> {}

/** Changes to a promotion; what is left out stays. Orders keep what they were placed with. */
export const UpdatePromotion = Schema.Struct({
  ...CreatePromotion.fields,
  name: Schema.optionalKey(fields.name),
  action: Schema.optionalKey(fields.action),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdatePromotion" })
export interface UpdatePromotion extends Schema.Schema.Type<typeof UpdatePromotion> {}

/** How often a promotion was used, in orders that were not cancelled. Uses are counted while they are limited. */
export const PromotionUse = Schema.Struct({ used: Schema.Int, spent: Money }).annotate({ identifier: "PromotionUse" })

/** A promotion with what it was used for. */
export const PromotionWithUse = Schema.Struct({ ...Promotion.fields, use: PromotionUse }).annotate({
  identifier: "PromotionWithUse"
})
export interface PromotionWithUse extends Schema.Schema.Type<typeof PromotionWithUse> {}

/** Which promotions to list, newest first. */
export const ListPromotions = Schema.Struct({
  ...Page.PageRequest,
  trigger: Schema.optionalKey(fields.trigger)
}).annotate({ identifier: "ListPromotions" })
export interface ListPromotions extends Schema.Schema.Type<typeof ListPromotions> {}

/** An offer as everybody may see it. */
export const Offer = Schema.Struct({
  id: PromotionId,
  name: Schema.String,
  description: Schema.NullOr(Schema.String),
  trigger: fields.trigger,
  class: PromotionClass,
  startsAt: Schema.NullOr(Timestamp),
  endsAt: Schema.NullOr(Timestamp)
}).annotate({ identifier: "Offer" })
export interface Offer extends Schema.Schema.Type<typeof Offer> {}

/** Makes codes that may be used once each, by whoever holds one. */
export const CreateCodes = Schema.Struct({
  count: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000 })),
  /** What they begin with. */
  prefix: Schema.optionalKey(CouponCode.check(Schema.isMaxLength(20)))
}).annotate({ identifier: "CreateCodes" })

export const NewCodes = Schema.Struct({ codes: Schema.Array(Schema.String) }).annotate({ identifier: "NewCodes" })

/** The lowest price of a piece of a product that promotions may lead to; `null`: none. */
export const PriceFloor = Schema.Struct({ minimum: Schema.NullOr(Sum) }).annotate({ identifier: "PriceFloor" })

/** A kind of condition or action, for whoever sets up a promotion. */
export const PromotionKind = Schema.Struct({
  type: Schema.String,
  description: Schema.String,
  /** Of actions. */
  class: Schema.optionalKey(PromotionClass),
  /** A JSON schema of its arguments. */
  args: Schema.Json
}).annotate({ identifier: "PromotionKind" })

export const PromotionKindList = Schema.Struct({
  conditions: Schema.Array(PromotionKind),
  actions: Schema.Array(PromotionKind)
}).annotate({ identifier: "PromotionKindList" })
export interface PromotionKindList extends Schema.Schema.Type<typeof PromotionKindList> {}

/** Uses of a promotion, in minor units. */
export const Uses = Schema.Struct({ used: Schema.Int, spent: Amount })
export interface Uses extends Schema.Schema.Type<typeof Uses> {}
