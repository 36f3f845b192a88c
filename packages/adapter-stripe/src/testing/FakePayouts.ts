/**
 * The balance of a fake Stripe and the payouts that it is paid out with.
 */
import { invalid } from "./StripeRules.ts"

/** A movement of the balance, not paid out yet or in a payout. */
interface Movement {
  readonly id: string
  readonly type: string
  readonly currency: string
  readonly amount: number
  readonly fee: number
  readonly source: object | null
  payout: string | null
}

interface FakePayout {
  readonly id: string
  readonly created: number
  readonly currency: string
  readonly amount: number
  readonly automatic: boolean
  status: "paid" | "in_transit" | "failed"
}

export const make = (newId: (prefix: string) => string, seconds: () => number) => {
  const movements: Array<Movement> = []
  const payouts = new Map<string, FakePayout>()

  const show = (payout: FakePayout) => ({ object: "payout", arrival_date: payout.created + 86_400, ...payout })

  const at = (id: string): FakePayout => {
    const found = payouts.get(id)
    if (found === undefined) throw invalid("resource_missing", `No such payout: '${id}'`, {}, 404)
    return found
  }

  return {
    /** Something moves the balance. */
    move: (movement: Omit<Movement, "id" | "payout">): void => {
      movements.push({ ...movement, id: newId("txn"), payout: null })
    },
    /** Pays out all that is in one currency. */
    make: (currency: string, { automatic = true, status = "paid" as FakePayout["status"] } = {}) => {
      const open = movements.filter((one) => one.payout === null && one.currency === currency)
      const payout: FakePayout = {
        id: newId("po"),
        created: seconds(),
        currency,
        amount: open.reduce((sum, { amount, fee }) => sum + amount - fee, 0),
        automatic,
        status
      }
      payouts.set(payout.id, payout)
      for (const movement of open) movement.payout = payout.id
      movements.push({
        id: newId("txn"),
        type: "payout",
        currency,
        amount: -payout.amount,
        fee: 0,
        source: show(payout),
        payout: payout.id
      })
      return payout
    },
    become: (id: string, status: FakePayout["status"]): void => {
      at(id).status = status
    },
    all: () => [...payouts.values()].map(show),
    entries: (id: string, expands: boolean) => {
      if (!at(id).automatic) {
        throw invalid("payout_not_automatic", "Balance transaction history can only be filtered on automatic payouts.")
      }
      return movements.filter(({ payout }) => payout === id).map(({ amount, currency, fee, id, source, type }) => ({
        object: "balance_transaction",
        id,
        created: 0,
        type,
        currency,
        amount,
        fee,
        source: source === null || expands ? source : (source as { readonly id: string }).id
      }))
    }
  }
}
