/**
 * What gift cards and store credit are in the books. What the shop owes on them is the negative balance of the account
 * of their gateway (`gateway:gift-card`), which an order that is paid with them takes back.
 */
import { type LedgerEntry, transaction } from "../books/LedgerEntry.ts"
import { type Money, negate } from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { accounts } from "../payments/Ledger.ts"
import { gatewayOf, type StoredValueKind } from "./StoredValue.ts"

/** What the shop gave out as stored value, less what was taken away or voided again. */
export const issued = "stored-value"

/** What was paid for a gift card is not sold but owed; `name` where it is owed again. */
export const sold = (
  cardId: string,
  amount: Money,
  orderId: string,
  at: Timestamp,
  name = `issue:${cardId}`
): ReadonlyArray<LedgerEntry> =>
  transaction({ transaction: name, orderId, at }, [
    [accounts.sales, amount],
    [accounts.gateway(gatewayOf.gift_card), negate(amount)]
  ])

/** A card that was sold is taken back: what was left on it is the order's again, to be given back. */
export const unsold = (
  { id, version }: { readonly id: string; readonly version: number },
  left: Money,
  orderId: string,
  at: Timestamp
): ReadonlyArray<LedgerEntry> =>
  transaction({ transaction: `recall:${id}:${version}`, orderId, at }, [
    [accounts.gateway(gatewayOf.gift_card), left],
    [accounts.sales, negate(left)]
  ])

/** What came back onto a card that nobody spends any more is owed to a buyer in another way. */
export const moved = (key: string, to: StoredValueKind, amount: Money, orderId: string, at: Timestamp): ReadonlyArray<LedgerEntry> =>
  to === "gift_card" ? [] : transaction({ transaction: key, orderId, at }, [
    [accounts.gateway(gatewayOf.gift_card), amount],
    [accounts.gateway(gatewayOf[to]), negate(amount)]
  ])

/** The shop owes so much more, or less where the amount is negative. */
export const owe = (kind: StoredValueKind, name: string, amount: Money, at: Timestamp): ReadonlyArray<LedgerEntry> =>
  transaction({ transaction: name, orderId: null, at }, [
    [issued, amount],
    [accounts.gateway(gatewayOf[kind]), negate(amount)]
  ])
