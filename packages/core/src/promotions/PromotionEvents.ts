import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { PromotionId } from "./Promotion.ts"

const promotion = { promotionId: PromotionId } as const

export const PromotionCreated = DomainEvent.define("promotion.created", Schema.Struct(promotion))
export const PromotionUpdated = DomainEvent.define("promotion.updated", Schema.Struct(promotion))
export const PromotionDeleted = DomainEvent.define("promotion.deleted", Schema.Struct(promotion))
/** Single-use codes were made. */
export const PromotionCodesCreated = DomainEvent.define(
  "promotion.codes_created",
  Schema.Struct({ ...promotion, count: Schema.Int })
)
/** Its uses or its budget are used up. It may be told twice. */
export const PromotionExhausted = DomainEvent.define("promotion.exhausted", Schema.Struct(promotion))
