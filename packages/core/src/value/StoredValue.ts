/**
 * Value that the shop owes and that buys things: gift cards, which whoever has the code spends, and store credit, which
 * belongs to a customer. A code is shown once, or sent to who it is for, and kept as a hash.
 */
import * as Schema from "effect/Schema"
import { maximumGift } from "../catalog/Gift.ts"
import { Currency } from "../kernel/Currency.ts"
import { Email } from "../kernel/Email.ts"
import * as Id from "../kernel/Id.ts"
import { Money, NonNegative } from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

export const GiftCardId = Id.define("gift", "GiftCardId")
export type GiftCardId = typeof GiftCardId.Type

export const StoreCreditId = Id.define("credit", "StoreCreditId")

/** What is used as a payment's gateway for each kind of stored value. */
export const gatewayOf = { gift_card: "gift-card", store_credit: "store-credit" } as const
export type StoredValueKind = keyof typeof gatewayOf

/** The most that one gift card or one change of a credit is of, in minor units. */
export const maximumValue = maximumGift

/**
 * What a gift card that was sold was taken back for: a cancelled piece or order, a refund of all that its order's money was, a lost
 * dispute; `piece_...`: the same of one whose piece was cancelled before, and which held what came back onto it. Only what was taken
 * back for a refund that the gateway then refuses, or for a dispute that is won after all, lives again.
 */
export type TakenFor = "piece" | "order" | "refund" | "dispute" | "piece_refund" | "piece_dispute"

/** A gift card or the credit of a customer, as it is kept. Amounts in minor units. */
export interface StoredValue {
  readonly id: string
  readonly kind: StoredValueKind
  readonly currency: Money["currency"]
  readonly initial: number
  readonly balance: number
  /** Void: nobody spends it any more. */
  readonly status: "active" | "void"
  /** Why a sold card is void, or was before money came back onto it; left out if staff have voided it, or nobody. */
  readonly takenFor?: TakenFor
  /** Whose credit it is. */
  readonly customerId: string | null
  /** Of a gift card whose code somebody knows. */
  readonly codeHash: string | null
  readonly lastFour: string | null
  /** Who a gift card was sent to. */
  readonly email: string | null
  readonly note: string | null
  readonly expiresAt: Timestamp | null
  /** Of a gift card that was sold: the order, and what its buyer said. */
  readonly sale?: {
    readonly orderId: string
    readonly name: string | null
    readonly message: string | null
    readonly sendAt: Timestamp | null
  }
  readonly version: number
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
}

export const GiftCard = Schema.Struct({
  id: GiftCardId,
  /** The end of its code; `null` until it was sent. */
  lastFour: Schema.NullOr(Schema.String),
  initial: Money,
  balance: Money,
  status: Schema.Literals(["active", "void"]),
  email: Schema.NullOr(Schema.String),
  note: Schema.NullOr(Schema.String),
  /** The order that it was sold in, if it was. */
  orderId: Schema.NullOr(Schema.String),
  /** When its code is going to be sent, if its buyer named a time that has not come. */
  sendAt: Schema.NullOr(Timestamp),
  /** The moment from which it cannot be spent; `null`: it has no end. */
  expiresAt: Schema.NullOr(Timestamp),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "GiftCard" })
export interface GiftCard extends Schema.Schema.Type<typeof GiftCard> {}

const positive = Schema.Struct({
  amount: NonNegative.fields.amount.check(Schema.isBetween({ minimum: 1, maximum: maximumValue })),
  currency: NonNegative.fields.currency
})

/** A new gift card, in the store's currency. With an e-mail address its code is sent there and shown to nobody else. */
export const CreateGiftCard = Schema.Struct({
  amount: positive,
  expiresAt: Schema.optionalKey(Schema.NullOr(Timestamp)),
  email: Schema.optionalKey(Email),
  note: Schema.optionalKey(Schema.NullOr(text(500)))
}).annotate({ identifier: "CreateGiftCard" })

/** A gift card that was made, and its code: shown this once, or `null` where it is sent. */
export const NewGiftCard = Schema.Struct({ giftCard: GiftCard, code: Schema.NullOr(Schema.String) })
  .annotate({ identifier: "NewGiftCard" })
export interface NewGiftCard extends Schema.Schema.Type<typeof NewGiftCard> {}

/** Changes to a gift card; what is left out stays. */
export const UpdateGiftCard = Schema.Struct({
  expiresAt: Schema.optionalKey(Schema.NullOr(Timestamp)),
  note: Schema.optionalKey(Schema.NullOr(text(500))),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateGiftCard" })

/** What whoever has the code is told. */
export const GiftCardBalance = Schema.Struct({
  lastFour: Schema.String,
  balance: Money,
  status: Schema.Literals(["active", "expired", "void"]),
  expiresAt: Schema.NullOr(Timestamp)
}).annotate({ identifier: "GiftCardBalance" })
export interface GiftCardBalance extends Schema.Schema.Type<typeof GiftCardBalance> {}

/**
 * Something that changed a balance: issued, spent for an order, given back, adjusted by staff or moved to
 * somebody's credit, voided, and there again because what it was voided for did not come to be. */
export const ValueMovement = Schema.Struct({
  id: Schema.String,
  kind: Schema.Literals(["issue", "spend", "refund", "adjust", "void", "restore"]),
  /** What the balance gained, or lost if it is negative. */
  amount: Money,
  orderId: Schema.NullOr(Schema.String),
  reason: Schema.NullOr(Schema.String),
  at: Timestamp
}).annotate({ identifier: "ValueMovement" })
export interface ValueMovement extends Schema.Schema.Type<typeof ValueMovement> {}

/** What a customer has to spend. Credit is of one currency: it is never converted, and pays for nothing in another one. */
export const StoreCreditBalance = Schema.Struct({
  customerId: Schema.String,
  /** In the store's own currency. */
  balance: Money,
  /** In each currency that the store sells in, its own first, and in others in which there is some. */
  balances: Schema.Array(Money)
})
  .annotate({ identifier: "StoreCreditBalance" })
export interface StoreCreditBalance extends Schema.Schema.Type<typeof StoreCreditBalance> {}

/**
 * Gives a customer credit, in a currency that the store sells in, or takes some away with a negative amount, in any in which there is
 * some.
 */
export const AdjustStoreCredit = Schema.Struct({
  amount: Schema.Struct({
    amount: Money.fields.amount.check(
      Schema.isBetween({ minimum: -maximumValue, maximum: maximumValue }),
      Schema.makeFilter((amount: number) => amount !== 0 || "Expected an amount that is not zero")
    ),
    currency: Money.fields.currency
  }),
  reason: name(500)
}).annotate({ identifier: "AdjustStoreCredit" })

export const ListStoredValue = Schema.Struct(Page.PageRequest)

/** What changed a customer's credit of a currency: the store's if it is left out. */
export const ListStoreCredit = Schema.Struct({ ...Page.PageRequest, currency: Schema.optionalKey(Currency) })

/** A code as it was typed: case, spaces and hyphens do not matter. */
export const GiftCardCode = text(64)

/** What a code is compared by: letters and digits in upper case, with the digits that are mistaken for letters. */
export const normalized = (code: string): string =>
  code.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1")

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/** A code from 16 random bytes: 80 bits, in four groups. */
export const codeFrom = (random: Uint8Array): string =>
  Array.from(random.subarray(0, 16), (byte) => alphabet[byte & 31] ?? "").join("").replace(/(.{4})(?=.)/g, "$1-")

/** What a gift card is to people. */
export const shown = (value: StoredValue): GiftCard => ({
  id: GiftCardId.make(value.id),
  lastFour: value.lastFour,
  initial: { amount: value.initial, currency: value.currency },
  balance: { amount: value.balance, currency: value.currency },
  status: value.status,
  email: value.email,
  note: value.note,
  orderId: value.sale?.orderId ?? null,
  sendAt: value.sale?.sendAt ?? null,
  expiresAt: value.expiresAt,
  version: value.version,
  createdAt: value.createdAt,
  updatedAt: value.updatedAt
})

/** Whether it can be spent at a moment. */
export const isSpendable = ({ expiresAt, status }: StoredValue, at: Timestamp): boolean =>
  status === "active" && (expiresAt === null || expiresAt > at)
