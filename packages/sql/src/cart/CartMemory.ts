/**
 * What a process has read of the carts of guests and of the goods in them, so that they are not read as a whole again and again: a small
 * statement asks whether they still are as they were, and reads their stock. A change of a cart does not even ask first: the statement
 * that writes it holds it against everything that it was made from, and writes nothing if any of that has changed (`GuestCartChanges`).
 *
 * **Details**
 *
 * PostgreSQL says of each row which transaction wrote it (`xmin`), so a row with the same mark is the same row, as long as the same server answers:
 * what another had said is forgotten. What carts of a store have in common is compared by its counts (`CartTerms`), and stock, which
 * changes with every order, is told with every check and change. What a transaction reads and writes is its own until it is committed, so
 * nothing is remembered in one, nor taken from the memory. Other databases are not asked for marks, and nothing is remembered of them.
 */
import * as CartBundles from "@stoa/core/cart/CartBundles"
import type { CartSnapshot, RememberedCart, StoredCart } from "@stoa/core/cart/CartRepository"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as GroupCommit from "@stoa/core/kernel/GroupCommit"
import type * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as RecentlyUsed from "../RecentlyUsed.ts"
import * as CartChangeSql from "./CartChangeSql.ts"
import * as CartCheckSql from "./CartCheckSql.ts"
import type * as CartGoodsSql from "./CartGoodsSql.ts"
import { shownAt } from "./CartGoodsSql.ts"
import type { KnownTerms } from "./CartTerms.ts"
import * as GuestCartChanges from "./GuestCartChanges.ts"

/** So many carts and variants are remembered. */
const maximumCarts = 2_000
const maximumGoods = 5_000

/** How many carts a statement looks up at most. */
const atOnce = 50

/** A cart, and which row it was read from. */
interface Kept {
  readonly cart: StoredCart
  readonly mark: string
}

/** What was read by one statement. */
export interface Read {
  readonly cart: StoredCart
  readonly mark: string | null
  readonly variants: ReadonlyArray<CartGoodsSql.PublishedVariant>
  readonly promotionsVersion: number | null
}

/** Which variants are asked for, when and in which language. */
export interface Asked {
  readonly storeId: StoreId
  readonly tokenHash: string
  readonly variantIds: ReadonlyArray<string>
  readonly known: KnownTerms
  readonly now: Timestamp.Timestamp
  readonly language: string | undefined
}

/** What promotions know of a guest who has entered no code. */
const noFacts = { codes: [], customerUses: [], groups: [], orders: null } as const

const noCustomer = {
  customerEmail: null,
  customerShippingAddress: null,
  customerBillingAddress: null,
  customerExemption: null,
  customerVatNumber: null
} as const

/** Whether all that a cart depends on is in the memory. */
const isSimple = ({ codes, customerId, status }: StoredCart): boolean => customerId === null && status === "open" && codes.length === 0

const isPresent = <A>(value: A | undefined): value is A => value !== undefined

/** What is in the memory of a cart. */
interface Found {
  readonly kept: Kept
  /** Of the variants in its lines, and of those that it may have next. */
  readonly ids: ReadonlyArray<string>
  readonly variants: ReadonlyArray<CartGoodsSql.PublishedVariant>
}

/** A cart that is looked up, and the variants that go with it. */
interface Looked {
  readonly storeId: StoreId
  readonly tokenHash: string
  readonly ids: ReadonlyArray<string>
}

/** The memory of one client. */
export const make = (sql: SqlClient.SqlClient) => {
  const carts = RecentlyUsed.make<Kept>(maximumCarts)
  /** The hashes of the tokens of carts of guests, which stay what they are, by the ids of the carts. */
  const tokens = RecentlyUsed.make<string>(maximumCarts)
  const goods = RecentlyUsed.make<CartGoodsSql.PublishedVariant>(maximumGoods)
  /** How often the promotions of a store had changed. */
  const promotions = new Map<StoreId, number | null>()

  const change = GuestCartChanges.make(sql)

  const isOpen = Effect.map(Effect.serviceOption(sql.transactionService), ({ _tag }) => _tag === "Some")

  /** Goods are good for the terms with which they were read: how much is read of them depends on these, and so do the categories that they are in. */
  const keyOf = (storeId: StoreId, { promotes, version }: KnownTerms, variantId: string) => `${storeId} ${version} ${promotes} ${variantId}`

  let server: string | undefined

  /** Forgets what another server said than the one that has answered now. */
  const hear = (mark: string) => {
    const answering = CartChangeSql.serverOf(mark)
    if (server !== undefined && server !== answering) for (const memory of [carts, tokens, goods, promotions]) memory.clear()
    server = answering
  }

  /** Remembers by which token a cart goes as well as by its id, as long as nothing else is to be read of it than of carts of guests. */
  const name = (storeId: StoreId, cart: StoredCart, mark: string | null) => {
    const key = `${storeId} ${cart.id}`
    if (mark !== null && isSimple(cart)) tokens.set(key, cart.tokenHash)
    else tokens.delete(key)
  }

  const keep = (storeId: StoreId, cart: StoredCart, mark: string | null) => {
    if (mark !== null) hear(mark)
    name(storeId, cart, mark)
    const key = `${storeId} ${cart.tokenHash}`
    if (mark !== null && isSimple(cart)) carts.set(key, { cart, mark })
    else carts.delete(key)
  }

  /** What is remembered of a cart and of all goods that it is to be read with. */
  const find = ({ known, storeId, tokenHash, variantIds }: Asked): Found | undefined => {
    const kept = carts.get(`${storeId} ${tokenHash}`)
    if (kept === undefined) return undefined
    const ids = [...new Set([...kept.cart.lines.map(({ variantId }): string => variantId), ...variantIds])]
    const variants = ids.map((id) => goods.get(keyOf(storeId, known, id))).filter(isPresent)
    return variants.length < ids.length ? undefined : { kept, ids, variants }
  }

  const snapshotOf = (
    { known, language, now }: Asked,
    cart: StoredCart,
    variants: ReadonlyArray<CartGoodsSql.PublishedVariant>,
    promotionsVersion: number | null
  ): CartSnapshot => ({
    cart,
    variants: variants.map(shownAt(now, language)).map(CartBundles.asSold),
    promotions: promotionsVersion === null ? null : { ...noFacts, version: promotionsVersion },
    ...noCustomer,
    ...known.terms
  })

  /** A cart with the stock that was told of its goods, which is remembered; `undefined` if these are not as they were. */
  const shown = (
    asked: Asked,
    cart: StoredCart,
    variants: ReadonlyArray<CartGoodsSql.PublishedVariant>,
    told: CartCheckSql.Told,
    promotionsVersion: number | null
  ): CartSnapshot | undefined => {
    const { known, storeId } = asked
    const now = CartCheckSql.stockedNow(variants, told)
    if (now === undefined) return undefined
    promotions.set(storeId, promotionsVersion)
    for (const variant of now) goods.set(keyOf(storeId, known, variant.id), variant)
    return snapshotOf(asked, cart, now, promotionsVersion)
  }

  /** Looks carts of a store up that are asked for in the same moment. */
  const look = GroupCommit.make<Looked, CartCheckSql.Checked, SqlError, never>({
    keyOf: ({ storeId }) => storeId,
    limit: atOnce,
    run: (all) => {
      const [first] = all
      return first === undefined ? Effect.succeed([]) : Effect.map(
        CartCheckSql.check(sql, first.storeId, all.map(({ tokenHash }) => tokenHash), [...new Set(all.flatMap(({ ids }) => ids))]),
        (checked) => all.map(() => Exit.succeed(checked))
      )
    },
    mayBeOfOne: () => false,
    // nothing is taken from the memory in a transaction
    goesAlone: Effect.succeed(false)
  })

  return {
    name,

    /** The hash of the token of a cart that was one of a guest when it was read last. */
    tokenOf: (storeId: StoreId, id: string) => tokens.get(`${storeId} ${id}`),

    /** Remembers what was read, by a statement of its own. */
    remember: Effect.fnUntraced(function*(storeId: StoreId, known: KnownTerms, { cart, mark, promotionsVersion, variants }: Read) {
      if (mark === null || (yield* isOpen)) return
      keep(storeId, cart, mark)
      promotions.set(storeId, promotionsVersion)
      for (const variant of variants) goods.set(keyOf(storeId, known, variant.id), variant)
    }),

    /** Remembers a cart that was written. */
    wrote: Effect.fnUntraced(function*(storeId: StoreId, cart: StoredCart, mark: string | null) {
      if (!(yield* isOpen)) keep(storeId, cart, mark)
    }),

    /** A cart as it is, if all that is remembered of it still is so but its stock, which is read. One small statement. */
    check: Effect.fnUntraced(function*(asked: Asked) {
      const found = find(asked)
      if (found === undefined || (yield* isOpen)) return undefined
      const { ids, kept, variants } = found
      const { known, storeId, tokenHash } = asked
      const { carts: looked, told } = yield* look({ storeId, tokenHash, ids })
      const row = looked.find((one) => one.token_hash === tokenHash)
      if (row === undefined || row.mark !== kept.mark || row.terms_version !== known.version) return undefined
      const { promotions_version: promotionsVersion } = row
      if ((promotionsVersion !== null) !== known.promotes) return undefined
      return shown(asked, kept.cart, variants, told, promotionsVersion)
    }),

    /** A cart as it was when it was read last, outside of transactions. Of its stock there may be more or less by now. */
    remembered: (asked: Asked): RememberedCart | undefined => {
      const found = find(asked)
      const { known, storeId } = asked
      const promotionsVersion = promotions.get(storeId)
      if (found === undefined || promotionsVersion === undefined || (promotionsVersion !== null) !== known.promotes) return undefined
      const { kept: { cart, mark }, variants } = found
      return {
        snapshot: snapshotOf(asked, cart, variants, promotionsVersion),
        replace: (after) =>
          // the statement writes nothing else of a cart than what such carts have
          !isSimple(after) ? Effect.succeed(undefined) : Effect.map(
            change({ storeId, before: cart, after, mark, termsVersion: known.version, promotionsVersion, variants }),
            (changed) => {
              if (changed === undefined) return undefined
              keep(storeId, after, changed.mark)
              const now = shown(asked, after, variants, CartCheckSql.told(changed.goods), promotionsVersion)
              // written, so nobody may try it again
              if (now === undefined) throw new Error("A cart was changed with goods that were not held")
              return now
            }
          )
      }
    }
  }
}
