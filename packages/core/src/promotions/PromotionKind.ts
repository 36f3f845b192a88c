/**
 * What kinds of conditions and actions are: what they take, as a schema whose fields are described, so that whoever runs a
 * shop can fill them in without their author having written a form; and what they do, as a pure function of the cart.
 */
import type * as Schema from "effect/Schema"
import type { PricingLine, PricingSnapshot, PromotionClass } from "../pricing/Pricing.ts"
import type { DiscountCart, Discounts } from "./DiscountCart.ts"

/** Goods and buyer, as conditions see them. */
export interface ConditionCart {
  readonly snapshot: PricingSnapshot
  /** What counts: without pieces that are given away. A line of which nothing counts is left out. */
  readonly lines: ReadonlyArray<{ readonly line: PricingLine; readonly quantity: number }>
  /** What these lines come to together, before discounts. */
  readonly amount: number
  readonly quantity: number
}

/** What a cart lacks for a condition to hold. */
export interface Missing {
  /** How much more must be spent, in minor units. */
  readonly amount?: number
  /** How many pieces more are needed. */
  readonly quantity?: number
  /** The same in words that a buyer understands: "Spend 12.00 USD more". */
  readonly message: () => string
}

interface Kind<Args> {
  /** Unique among conditions, or among actions; a plug-in's begins with its name: `"weather:rain"`. */
  readonly type: string
  /** For whoever sets up a promotion. */
  readonly description: string
  /** A struct; each field has a description. Money in it must be in the store's currency. */
  readonly args: Schema.Codec<Args, unknown>
}

/** A kind of condition. */
export interface ConditionKind<Args = never> extends Kind<Args> {
  /** Whether it needs to know how many orders a customer has placed. */
  readonly countsOrders?: boolean
  /** Names that a cart must have one of; see `Selection.keysOf`. */
  readonly keys?: (args: Args) => ReadonlyArray<string> | undefined
  /** Answers with what is missing, or with nothing if the condition holds. */
  readonly prepare: (args: Args) => (cart: ConditionCart) => Missing | undefined
}

/** A kind of action. */
export interface ActionKind<Args = never> extends Kind<Args> {
  readonly class: PromotionClass
  readonly keys?: (args: Args) => ReadonlyArray<string> | undefined
  /**
   * Whether it counts money in bare numbers: of the currency of the promotion's other money, or else of the store's, so that it applies in
   * no other.
   */
  readonly countsMoney?: (args: Args) => boolean
  readonly prepare: (args: Args) => {
    /** What it takes off. */
    readonly apply: (cart: DiscountCart) => Discounts
    /** Pieces of a line that it gives away and that therefore count for no condition of its own. */
    readonly aside?: (lines: ReadonlyArray<PricingLine>) => ReadonlyMap<string, number>
    /** What a cart in which it does nothing lacks, if the action can tell. */
    readonly missing?: (cart: DiscountCart) => Missing | undefined
  }
}

/** A kind whatever its arguments are: they are checked by its own schema before they are handed over. */
export type AnyCondition = ConditionKind<never>
export type AnyAction = ActionKind<never>

/** Defines a kind of condition, for a plug-in or the engine. */
export const condition = <Args>(kind: ConditionKind<Args>): AnyCondition => kind as unknown as AnyCondition

/** Defines a kind of action, for a plug-in or the engine. */
export const action = <Args>(kind: ActionKind<Args>): AnyAction => kind as unknown as AnyAction
