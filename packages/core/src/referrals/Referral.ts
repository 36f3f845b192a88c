/**
 * Referrals: a customer gives a code to a friend, and both are rewarded once the friend's first order is paid and nobody can
 * send it back any more. Pure but for the schemas.
 */
import * as Schema from "effect/Schema"
import type { Address } from "../kernel/Address.ts"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import type { Order } from "../orders/Order.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"

export const ReferralId = Id.define("ref", "ReferralId")
export type ReferralId = typeof ReferralId.Type

/**
 * What a referral goes through. It waits while the friend's order can still be sent back; if it is, it is `joined` again, and
 * the next order counts.
 */
export const machine = StateMachine.make({
  name: "referral",
  initial: "joined",
  table: {
    joined: { pay: "waiting", refuse: "refused" },
    waiting: { give_back: "joined", reward: "rewarded", refuse: "refused" },
    rewarded: { take_back: "taken_back" },
    refused: {},
    taken_back: {}
  }
})

export const ReferralState = Schema.Literals(["joined", "waiting", "rewarded", "refused", "taken_back"])
export type ReferralState = typeof ReferralState.Type

/** Why nobody is rewarded: the friend and the one who referred them seem to be one person. */
export const ReferralDoubt = Schema.Literals(["same_mailbox", "same_address"])
export type ReferralDoubt = typeof ReferralDoubt.Type

/** What somebody gets: so many points, or store credit in minor units of the store's currency; 0 for nothing. */
export const ReferralReward = Schema.Struct({
  kind: Schema.Literals(["points", "store_credit"]),
  amount: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000_000 }))
}).annotate({ identifier: "ReferralReward" })
export interface ReferralReward extends Schema.Schema.Type<typeof ReferralReward> {}

const days = (minimum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum: 3_650 }))

const fields = {
  active: Schema.Boolean,
  /** For who gave the code. */
  referrer: ReferralReward,
  /** For who used it. */
  friend: ReferralReward,
  /** What the shop must keep of the friend's order, with tax and shipping, in minor units. */
  minimumTotal: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000_000_000 })),
  /** How many days after it was paid the order cannot be sent back any more. */
  waitDays: days(0),
  /** For how many friends one customer is rewarded in so many days at most; `null`: for all. */
  cap: Schema.NullOr(Schema.Struct({
    rewards: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000 })),
    days: days(1)
  }))
} as const

export const ReferralProgram = Schema.Struct({ ...fields, version: Version }).annotate({ identifier: "ReferralProgram" })
export interface ReferralProgram extends Schema.Schema.Type<typeof ReferralProgram> {}

/** The program of a store that has none. */
export const noProgram: ReferralProgram = {
  active: false,
  referrer: { kind: "store_credit", amount: 0 },
  friend: { kind: "store_credit", amount: 0 },
  minimumTotal: 0,
  waitDays: 30,
  cap: { rewards: 10, days: 30 },
  version: 1
}

/** A store's program, as a whole. Rewards that were given stay as they are. */
export const SetReferralProgram = Schema.Struct({ ...fields, version: Schema.optionalKey(Version) })
  .annotate({ identifier: "SetReferralProgram" })

/** A friend who used the code of a customer. */
export const Referral = Schema.Struct({
  id: ReferralId,
  referrerId: Schema.String,
  friendId: Schema.String,
  state: ReferralState,
  /** The friend's order that counts, once it is paid. */
  orderId: Schema.NullOr(Schema.String),
  /** When the rewards are due. */
  dueAt: Schema.NullOr(Timestamp),
  rewardedAt: Schema.NullOr(Timestamp),
  /** What the referrer got; `null` before, and where the referrer has reached the cap. */
  referrerReward: Schema.NullOr(ReferralReward),
  friendReward: Schema.NullOr(ReferralReward),
  doubt: Schema.NullOr(ReferralDoubt),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Referral" })
export interface Referral extends Schema.Schema.Type<typeof Referral> {}

/** A friend as the one who referred them sees it: not who it is. */
export const ReferredFriend = Schema.Struct({
  id: ReferralId,
  state: ReferralState,
  reward: Schema.NullOr(ReferralReward),
  createdAt: Timestamp
}).annotate({ identifier: "ReferredFriend" })
export interface ReferredFriend extends Schema.Schema.Type<typeof ReferredFriend> {}

/** What a customer sees of referrals. */
export const ReferralStatus = Schema.Struct({
  active: Schema.Boolean,
  /** The code to give to friends. */
  code: Schema.String,
  /** What there is to gain. */
  terms: Schema.Struct({
    referrer: ReferralReward,
    friend: ReferralReward,
    minimumTotal: Schema.Int,
    waitDays: Schema.Int
  }),
  /** The latest 100 friends, the newest first. */
  friends: Schema.Array(ReferredFriend),
  /** What has become of the code that the customer used. */
  used: Schema.NullOr(ReferredFriend)
}).annotate({ identifier: "ReferralStatus" })
export interface ReferralStatus extends Schema.Schema.Type<typeof ReferralStatus> {}

/** Says who one was sent by: before the first order, once. */
export const UseReferralCode = Schema.Struct({ code: name(64) }).annotate({ identifier: "UseReferralCode" })

export const ListReferrals = Schema.Struct({
  ...Page.PageRequest,
  state: Schema.optionalKey(ReferralState),
  referrerId: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "ListReferrals" })
export interface ListReferrals extends Schema.Schema.Type<typeof ListReferrals> {}

/**
 * A mailbox, as far as it can be told from an address: what follows a `+` does not matter, and for Google's addresses dots
 * do not either.
 *
 * @see https://support.google.com/mail/answer/7436150
 * @see https://www.rfc-editor.org/rfc/rfc5233 (subaddresses)
 */
export const mailbox = (email: string): string => {
  const at = email.lastIndexOf("@")
  const domain = email.slice(at + 1).toLowerCase()
  const local = email.slice(0, at).toLowerCase().replace(/\+.*$/, "")
  return domain === "gmail.com" || domain === "googlemail.com"
    ? `${local.replaceAll(".", "")}@gmail.com`
    : `${local}@${domain}`
}

const words = (text: string | null | undefined): string =>
  (text ?? "").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "")

/** Where an address is, whoever lives there and however it is written: without accents, spaces and signs. */
export const place = ({ city, country, line1, line2, postalCode }: Address): string =>
  [country, words(postalCode) || words(city), words(line1), words(line2)].join("|")

/** Whether an order is one that rewards are given for: paid in full once, not called off, and enough of it kept. */
export const isKept = (
  order: Pick<Order, "status" | "total" | "paid" | "refunded" | "open">,
  { minimumTotal }: Pick<ReferralProgram, "minimumTotal">,
  /** What banks have given to its buyer after disputes, in minor units. */
  lost: number
): boolean => {
  const kept = order.total.amount - OrderMoney.givenBack(order, lost)
  return order.status !== "cancelled" && order.status !== "refunded" && !OrderMoney.isPromised(order)
    && order.total.amount > 0 && OrderMoney.held(order) > lost && kept >= minimumTotal
}
