/**
 * Store credit: what the shop owes a customer, to be spent in the shop. A customer has one for each currency, and each is spent in its own.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Books } from "../books/Books.ts"
import { Events } from "../events/Events.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Money } from "../kernel/Money.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { currenciesOf } from "../stores/Store.ts"
import { Stores } from "../stores/Stores.ts"
import {
  AdjustStoreCredit,
  ListStoreCredit,
  type StoreCreditBalance,
  StoreCreditId,
  type StoredValue,
  type ValueMovement
} from "./StoredValue.ts"
import { CustomerUnknown, StoreCreditShort } from "./StoredValueErrors.ts"
import { StoreCreditAdjusted } from "./StoredValueEvents.ts"
import * as StoredValueLedger from "./StoredValueLedger.ts"
import { StoredValueRepository } from "./StoredValueRepository.ts"

export class StoreCredit extends Context.Service<StoreCredit, {
  /** What the calling customer has to spend. */
  readonly mine: Effect.Effect<StoreCreditBalance, StorageError | Denied>
  /** What a customer has to spend. Needs `store-credit:read`. */
  readonly of: (
    customerId: string
  ) => Effect.Effect<StoreCreditBalance, InvalidInput | CustomerUnknown | StorageError | Denied>
  /** Gives a customer credit, or takes some away. Needs `store-credit:write`. */
  readonly adjust: (
    customerId: string,
    input: typeof AdjustStoreCredit.Encoded
  ) => Effect.Effect<
    StoreCreditBalance,
    InvalidInput | CustomerUnknown | StoreCreditShort | StorageError | Denied
  >
  /** Gives a customer credit, in the current transaction. For the engine's own use: it asks for no permission. */
  readonly give: (
    customerId: string,
    amount: Money,
    reason: string
  ) => Effect.Effect<StoreCreditBalance, StorageError>
  /**
   * Takes credit of a customer away, as far as there is some, in the current transaction. For the engine's own use: it asks
   * for no permission.
   */
  readonly takeBack: (customerId: string, amount: Money, reason: string) => Effect.Effect<void, StorageError>
  /** What changed the credit of a customer in a currency, the newest first. Needs `store-credit:read`. */
  readonly movements: (
    customerId: string,
    input?: typeof ListStoreCredit.Encoded
  ) => Effect.Effect<Page<ValueMovement>, InvalidInput | CustomerUnknown | StorageError | Denied>
}>()("@stoa/core/value/StoreCredit") {}

const decodeAdjust = Input.decoder(AdjustStoreCredit)
const decodeList = Input.decoder(ListStoreCredit)

const checked = Input.textParameters<StoreCredit["Service"]>({
  of: ["customerId"],
  adjust: ["customerId"],
  movements: ["customerId"]
})

export const make = Effect.gen(function*() {
  const repository = yield* StoredValueRepository
  const books = yield* Books
  const stores = yield* Stores
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog

  const known = Effect.fnUntraced(function*(customerId: string) {
    if (customerId.includes("\0") || !customerId.isWellFormed() || !(yield* repository.isCustomer(customerId))) {
      return yield* new CustomerUnknown({ customerId: customerId.slice(0, 200) })
    }
  })

  const balance = Effect.fnUntraced(function*(customerId: string) {
    const store = yield* stores.current
    const found = yield* repository.spendable([], customerId)
    const held = new Map(found.map(({ balance, currency }) => [currency, balance]))
    const sold = currenciesOf(store)
    const others = found.flatMap(({ balance, currency }) => balance === 0 || sold.includes(currency) ? [] : [currency]).sort()
    return {
      customerId,
      balance: { amount: held.get(store.currency) ?? 0, currency: store.currency },
      balances: [...sold, ...others].map((currency) => ({ amount: held.get(currency) ?? 0, currency }))
    }
  })

  /** Changes a credit, in the current transaction; `false` if there is not as much. */
  const move = Effect.fnUntraced(function*(customerId: string, amount: Money, reason: string) {
    const at = yield* Timestamp.now
    const fresh: StoredValue = {
      id: yield* StoreCreditId.generate,
      kind: "store_credit",
      currency: amount.currency,
      initial: 0,
      balance: 0,
      status: "active",
      customerId,
      codeHash: null,
      lastFour: null,
      email: null,
      note: null,
      expiresAt: null,
      version: 1,
      createdAt: at,
      updatedAt: at
    }
    const credit = yield* repository.creditOf(customerId, fresh)
    const key = `adjust:${yield* StoreCreditId.generate}`
    const moved = yield* repository.move(
      { key, valueId: credit.id, kind: "adjust", amount: amount.amount, orderId: null, reason, at },
      { spending: false }
    )
    if (!moved) return false
    yield* books.post(StoredValueLedger.owe("store_credit", key, amount, at))
    yield* events.publish([StoreCreditAdjusted.make(customerId, { amount, reason })])
    return true
  })

  return checked(StoreCredit.of({
    mine: Effect.flatMap(Permission.customer("Only a signed-in customer has credit of their own"), balance).pipe(Effect.withSpan("StoreCredit.mine")),
    of: Effect.fn("StoreCredit.of")(function*(customerId) {
      yield* Permission.require("store-credit:read")
      yield* known(customerId)
      return yield* balance(customerId)
    }),
    adjust: Effect.fn("StoreCredit.adjust")(function*(customerId, input) {
      yield* Permission.require("store-credit:write")
      const { amount, reason } = yield* decodeAdjust(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        yield* known(customerId)
        const sold = currenciesOf(yield* stores.current)
        // what is there in others can be taken away
        if (amount.amount > 0 && !sold.includes(amount.currency)) {
          return yield* InvalidInput.at(["amount", "currency"], `is none that the store sells in: ${sold.join(", ")}`, "other_currency")
        }
        if (!(yield* move(customerId, amount, reason))) return yield* new StoreCreditShort({ customerId })
        yield* audit.record({ action: "store-credit.adjust", subject: customerId, details: { amount: { ...amount }, reason } })
        return yield* balance(customerId)
      }))
    }),
    give: Effect.fnUntraced(function*(customerId, amount, reason) {
      yield* move(customerId, amount, reason)
      return yield* balance(customerId)
    }),
    takeBack: Effect.fnUntraced(function*(customerId, amount, reason) {
      const there = yield* repository.heldCredit(customerId, amount.currency)
      const taken = Math.min(there, amount.amount)
      if (taken > 0) yield* move(customerId, { ...amount, amount: -taken }, reason)
    }),
    movements: Effect.fn("StoreCredit.movements")(function*(customerId, input = {}) {
      yield* Permission.require("store-credit:read")
      const { currency, ...query } = yield* decodeList(input)
      yield* known(customerId)
      const wanted = currency ?? (yield* stores.current).currency
      const credit = (yield* repository.spendable([], customerId)).find((value) => value.currency === wanted)
      return credit === undefined ? { items: [], nextCursor: null } : yield* repository.movements(credit, query)
    })
  }))
})

export const layer: Layer.Layer<
  StoreCredit,
  never,
  StoredValueRepository | Books | Stores | Transactor | Events | AuditLog
> = Layer.effect(StoreCredit, make)
