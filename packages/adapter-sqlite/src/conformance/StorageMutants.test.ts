/**
 * Storages that would lose pieces, money or orders, each SQLite with one mistake that an author of a storage might make, and the test of the
 * suites that finds it.
 */
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import { EventRepository } from "@stoa/core/events/EventRepository"
import { IdempotencyStore } from "@stoa/core/idempotency/IdempotencyStore"
import { InventoryRepository } from "@stoa/core/inventory/InventoryRepository"
import { JobQueue } from "@stoa/core/jobs/JobQueue"
import { Transactor } from "@stoa/core/kernel/Transactor"
import { OrderRepository } from "@stoa/core/orders/OrderRepository"
import { PaymentRepository } from "@stoa/core/payments/PaymentRepository"
import { booksSuite } from "@stoa/core/testing/BooksSuite"
import { catalogIsolationSuite } from "@stoa/core/testing/CatalogIsolationSuite"
import { checkoutRaceSuite } from "@stoa/core/testing/CheckoutRaceSuite"
import { credentialsSuite } from "@stoa/core/testing/CredentialsSuite"
import { documentsSuite } from "@stoa/core/testing/DocumentsSuite"
import { entrySuite } from "@stoa/core/testing/EntrySuite"
import { eventsSuite } from "@stoa/core/testing/EventsSuite"
import { idempotencySuite } from "@stoa/core/testing/IdempotencySuite"
import { jobsSuite } from "@stoa/core/testing/JobsSuite"
import { leasesSuite } from "@stoa/core/testing/LeasesSuite"
import { orderSuite } from "@stoa/core/testing/OrderSuite"
import { productSuite } from "@stoa/core/testing/ProductSuite"
import { promotionLimitSuite } from "@stoa/core/testing/PromotionLimitSuite"
import { rateLimitsSuite } from "@stoa/core/testing/RateLimitsSuite"
import { reservationSuite } from "@stoa/core/testing/ReservationSuite"
import { sessionsSuite } from "@stoa/core/testing/SessionsSuite"
import { stockLevelSuite } from "@stoa/core/testing/StockLevelSuite"
import type { StorageHarness } from "@stoa/core/testing/StorageHarness"
import { storedValueSuite } from "@stoa/core/testing/StoredValueSuite"
import { transactionSuite } from "@stoa/core/testing/TransactionSuite"
import { userAdministrationSuite } from "@stoa/core/testing/UserAdministrationSuite"
import { webhookSuite } from "@stoa/core/testing/WebhookSuite"
import { StoredValueRepository } from "@stoa/core/value/StoredValueRepository"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as SqlClient from "effect/sql/SqlClient"
import { afterEach, beforeEach, vi } from "vitest"
import { inMemory } from "./SqliteHarness.ts"
import { type Gathered, gather, instead, type Mistake, port, storage } from "./MistakenStorage.ts"

/** Cents that were dollars in a float in between, cut off behind the cent. */
const inFloats = <A extends { readonly amount: number }>(money: A): A => ({ ...money, amount: Math.trunc((money.amount / 100) * 100) })

/** Products whose prices were written otherwise. */
const pricing = (price: <A extends { readonly amount: number }>(money: A) => A): Mistake =>
  port(ProductRepository, ({ insertMany }) => ({
    insertMany: (products) =>
      insertMany(products.map((product) => ({
        ...product,
        variants: product.variants.map((variant) => ({ ...variant, price: price(variant.price) }))
      })))
  }))

/** Data of events, as they are after a way through JSON that changes some of it. */
const eventsThrough = (change: (value: unknown) => unknown): Mistake =>
  port(EventRepository, ({ append }) => ({
    append: (events) =>
      append(events.map((event) => ({ ...event, data: JSON.parse(JSON.stringify(event.data, (_, value: unknown) => change(value)) ?? "{}") })))
  }))

const keysBecome = (change: (key: string) => string): Mistake =>
  port(IdempotencyStore, ({ claim }) => ({ claim: (request) => claim({ ...request, key: change(request.key) }) }))

/** A new name for what has one already. */
let made = 0
const another = (name: string) => `${name} ${++made}`

const whole = "leaves what it wrote if it succeeds, and nothing if it fails or dies"
const pages = "are listed newest first, in pages that lose and repeat nothing while others are placed"
const theirs = "are not written by another store, whatever it knows of them"
const precise = "a price is kept to the last minor unit, however much it is, and a time to the millisecond"
const asWritten = "an event is read as it was written, with what is empty, null, large or in other scripts"
const compared = "keys are compared as they were sent, case and blanks included"
const unguarded = instead(/AND on_hand - reserved < -backorder_limit THEN 0/, "AND 1 = 0 THEN 0")

const mistakes: ReadonlyArray<readonly [string, (harness: StorageHarness) => void, string, Mistake]> = [
  // stock
  ["sells by what was on the shelf when it looked", reservationSuite, "attack 24, last item race: the last piece goes to exactly one of many buyers", {
    ...unguarded,
    ...port(InventoryRepository, ({ apply, stock }) => {
      const seen = new Map<string, number>()
      return {
        stock: (ids) =>
          Effect.tap(stock(ids), (stocks) =>
            Effect.sync(() => stocks.forEach(({ levels, variantId }) => levels.forEach((level) => seen.set(variantId, level.onHand - level.reserved))))),
        apply: (movements) =>
          movements.every(({ reservedDelta, variantId }) => reservedDelta <= (seen.get(variantId) ?? Infinity)) ? apply(movements) : Effect.die("none is left")
      }
    })
  }],
  ["changes the levels for which there is enough, and leaves out the others", stockLevelSuite, "many levels are changed all together or not at all", instead(/min\(fits\) OVER \(\)/, "fits")],
  ["writes no ledger", reservationSuite, "an order that is paid takes its pieces, and one that is given up leaves them", { schema: "DROP TRIGGER stock_levels_moved" }],
  ["finds no reservation that has expired", reservationSuite, "reservations that everybody has forgotten are freed an hour after they expired", port(InventoryRepository, () => ({
    expiredReferences: () => Effect.succeed([])
  }))],
  ["gives the pieces of a reservation back every time that it is asked to", reservationSuite, "paying, giving up and putting back happen once, however often they are asked for", instead(/AND status = '(?:held|committed)'(\s+RETURNING \*)/, "$1")],
  // transactions
  ["has no transactions", transactionSuite, whole, port(Transactor, () => ({ transaction: (effect) => effect }))],
  ["commits what has failed", transactionSuite, whole, port(Transactor, ({ transaction }) => ({
    transaction: (effect) => Effect.flatMap(transaction(Effect.exit(effect)), (exit) => exit)
  }))],
  ["commits although whoever asked has hung up", transactionSuite, "leaves nothing if whoever began it is interrupted before its end", port(Transactor, ({ transaction }) => ({
    transaction: (effect) => Effect.uninterruptible(transaction(effect))
  }))],
  ["commits a transaction within another by itself", transactionSuite, "within another is a part of it, and gone with it", port(Transactor, ({ isOpen, transaction }, context) => {
    const sql = Context.get(context, SqlClient.SqlClient)
    const commit = Effect.orDie(Effect.andThen(sql.unsafe("COMMIT"), sql.unsafe("BEGIN IMMEDIATE")))
    return { transaction: (effect) => Effect.flatMap(isOpen, (open) => open ? Effect.tap(effect, () => commit) : transaction(effect)) }
  })],
  ["does before the commit what waits for it", transactionSuite, "says whether it is open, and what waits for its commit runs then, once, and never if there is none", port(Transactor, () => ({
    afterCommit: (effect) => effect
  }))],
  // stores
  ["writes the order of another store", orderSuite, theirs, instead(/AND \S*store_id = \?/, "AND ? IS NOT NULL", /^\s*UPDATE orders/)],
  ["finds the order of another store", orderSuite, "are of one store: in another they do not exist, and numbers begin anew", instead(/o\.id = \? AND o\.store_id = \?/, "o.id = ? AND ? IS NOT NULL")],
  ["lists the orders of all stores", orderSuite, "are of one store: in another they do not exist, and numbers begin anew", instead(/o\.store_id = \?/, "? IS NOT NULL", /FROM orders o\b/)],
  ["shows the products of another store", catalogIsolationSuite, "a product of one store is not there in another, whatever is asked", instead(/p\.store_id = \? AND p\.(id|slug) = \?/, "? IS NOT NULL AND p.$1 = ?")],
  ["lets one store use a slug, and no other", catalogIsolationSuite, "a product of one store is not there in another, whatever is asked", { schema: "CREATE UNIQUE INDEX slugs ON products (slug)" }],
  // pages
  ["loses orders of one moment between two pages", orderSuite, pages, instead(/\(o\.placed_at, o\.id\) < \(\?, \?\)/, "o.placed_at < ? AND ? IS NOT NULL")],
  ["begins a page with the end of the one before", orderSuite, pages, instead(/\(o\.placed_at, o\.id\) < \(\?, \?\)/, "(o.placed_at, o.id) <= (?, ?)")],
  ["sorts orders of one moment otherwise than its cursor says", orderSuite, pages, instead(/ORDER BY o\.placed_at DESC, o\.id DESC/, "ORDER BY o.placed_at DESC, o.id")],
  ["counts off the rows of the pages before", orderSuite, pages, port(OrderRepository, ({ list }) => ({
    list: ({ after = "0", limit = 20, ...query }) =>
      Effect.map(list({ ...query, limit: 100 }), ({ items }) => {
        const end = Number(after) + limit
        return { items: items.slice(Number(after), end), nextCursor: end < items.length ? String(end) : null }
      })
  }))],
  ["makes pages as long as it likes", orderSuite, pages, port(OrderRepository, ({ list }) => ({ list: (query) => list({ ...query, limit: 100 }) }))],
  ["reads a history without an end", eventsSuite, "a history holds the first five hundred of its events, however many there are", instead(/LIMIT \?/, "LIMIT 1000 + ?", /FROM events\s+WHERE store_id = \? AND subject = \?/)],
  // values
  ["keeps prices as floats", productSuite, precise, pricing(inFloats)],
  ["keeps prices in 32 bits", productSuite, precise, pricing((money) => ({ ...money, amount: Math.min(money.amount, 2 ** 31 - 1) }))],
  ["keeps totals as floats", orderSuite, "say to the last minor unit what was agreed on, and to the millisecond when", port(OrderRepository, ({ insert }) => ({
    insert: (orders) => insert(orders.map((order) => ({ ...order, total: inFloats(order.total) })))
  }))],
  ["keeps times to the second", productSuite, precise, { text: (text) => text.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{3}Z$/, "$1.000Z") }],
  ["keeps nothing as an empty text", productSuite, "a product is found by its id and by its slug, as it was created", port(ProductRepository, ({ insertMany }) => ({
    insertMany: (products) =>
      insertMany(products.map((product) => ({
        ...product,
        variants: product.variants.map((variant) => ({ ...variant, barcode: variant.barcode ?? "" }))
      })))
  }))],
  ["cuts texts off after 255 characters", productSuite, "a text is kept whole, however long it is and whatever is in it", { text: (text) => text.slice(0, 255) }],
  ["has three bytes for a character", productSuite, "a text is kept whole, however long it is and whatever is in it", { text: (text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, "?") }],
  ["loses the digits of large numbers in JSON", eventsSuite, asWritten, eventsThrough((value) => typeof value === "number" ? Math.fround(value) : value)],
  ["leaves out in JSON what is null", eventsSuite, asWritten, eventsThrough((value) => value === null ? undefined : value)],
  ["compares keys without case", idempotencySuite, compared, keysBecome((key) => key.toLowerCase())],
  ["compares keys without the blanks around them", idempotencySuite, compared, keysBecome((key) => key.trim())],
  ["compares keys without accents", idempotencySuite, compared, keysBecome((key) => key.normalize("NFD").replace(/\p{M}/gu, ""))],
  ["takes a part of an id for a pattern", idempotencySuite, "answers of somebody who is forgotten are gone, those of others and work in progress stay", instead(/instr\((\S+), \?\) > 0/, "$1 LIKE '%' || ? || '%'")],
  ["takes the name of a role for a pattern", userAdministrationSuite, "staff make accounts, and find them by role", instead(/LIKE \? ESCAPE '\\'/, "LIKE replace(?, '\\', '')")],
  // one of many
  ["looks for a key before it claims it", idempotencySuite, "of many who ask at once exactly one does the work", port(IdempotencyStore, ({ claim }) => ({
    claim: (request) => Effect.map(claim(request), (found) => found._tag === "in_progress" ? { _tag: "claimed" } : found)
  }))],
  ["keeps a key that was given up", idempotencySuite, "a claim that is given up is free again, an answer stays", port(IdempotencyStore, () => ({ release: () => Effect.void }))],
  ["writes an answer over the first one", idempotencySuite, "a request that comes again gets the answer of the first one", instead(/AND status IS NULL AND/, "AND", /SET status/)],
  ["takes one sender's key for another's", idempotencySuite, "keys of different senders, operations and stores are different keys", port(IdempotencyStore, ({ claim }) => ({
    claim: (request) => claim({ ...request, scope: "anybody" })
  }))],
  ["marks events before they are handed over, and loses them", eventsSuite, "events are handed over with what is written for them, or not at all", port(EventRepository, ({ relay }) => ({
    relay: (limit, deliver) => {
      let taken: Parameters<typeof deliver>[0] = []
      const take = relay(limit, (events) => Effect.sync(() => void (taken = events)))
      return Effect.tap(take, () => deliver(taken))
    }
  }))],
  ["hands events over in any order", eventsSuite, "whoever observes is told once of what was committed, though nobody subscribes to it", port(EventRepository, ({ relay }) => ({
    relay: (limit, deliver) => relay(limit, (events) => deliver(events.toReversed()))
  }))],
  ["hands events over for as long as others are", eventsSuite, "of many who hand events over at once, each event is handed over by one", instead(/UPDATE events SET relayed = 1([\s\S]*)WHERE relayed = 0/, "UPDATE events SET relayed = 1$1WHERE true")],
  ["queues a job of one id twice", jobsSuite, "a job of the same id is queued once in each store, even after it is done", port(JobQueue, ({ offer }) => ({
    offer: (jobs) => offer(jobs.map((job) => ({ ...job, id: another(job.id) })))
  }))],
  ["lets two hold one lease", leasesSuite, "one of many holds a lease, until it gives it back", instead(/leases\.held_until <= \?/, "? IS NOT NULL")],
  ["lets a lease never end", leasesSuite, "a lease that is not prolonged is somebody else's in ten seconds, and lost to the first", instead(/leases\.held_until <= \?/, "? IS NULL")],
  ["looks how often a code was used, and then counts it", promotionLimitSuite, "hold for each customer, by account and by address", instead(/WHERE \(excluded\.max_used IS NULL OR [^)]*\)/, "WHERE (true)")],
  ["looks what is on a card, and then takes it", storedValueSuite, "move once for each key, however often they are told to, and never below nothing", instead(/AND balance \+ \? >= 0/, "AND ? IS NOT NULL")],
  ["moves the money of a card once more for the same key", storedValueSuite, "move once for each key, however often they are told to, and never below nothing", port(StoredValueRepository, ({ move }) => ({
    move: (request, options) => move({ ...request, key: another(request.key) }, options)
  }))],
  ["orders a cart that was changed meanwhile", checkoutRaceSuite, "orders nothing of a cart that is changed or thrown away while it is checked out", instead(/AND carts\.version = input\.cart_version/, "")],
  ["writes over what somebody else has changed", productSuite, "of products that are written together one that somebody else has changed holds up all", instead(/version = input\.version - 1/, "version > 0")],
  ["takes each delivery of a webhook for a new one", webhookSuite, "attack 36, replay: that are replayed five times at once count once", port(PaymentRepository, ({ receive }) => ({
    receive: (event) => Effect.as(receive(event), true)
  }))],
  ["leaves numbers of documents out", documentsSuite, "numbers have no gap and no double, however many are written at once and whatever is rolled back", instead(/SET last = last \+ 1/, "SET last = last + 2")],
  ["adds an entry of the books to the same one", booksSuite, "take a movement of any domain once, however often it is written", {
    schema: "DROP TRIGGER ledger_entries_fixed; DROP TRIGGER ledger_entries_balance",
    ...instead(/(ON CONFLICT \(store_id, transaction_key, account, currency\)) DO NOTHING/, "$1 DO UPDATE SET amount = 2 * amount")
  }],
  ["takes books that are not even", booksSuite, "refuse entries that do not sum to zero, in the storage itself", { schema: "DROP TRIGGER ledger_entries_balance" }],
  ["looks how many came, and then counts them", rateLimitsSuite, "of many at once exactly as many are let in as the limit says", instead(/<= \?(\s+RETURNING full_at)/, "IS NOT ?$1")],
  ["does not count guesses at a code", entrySuite, "attack 53, brute force: of fifty guesses at once five are compared, and then the right code is worth nothing", instead(/AND attempts < \?/, "AND ? IS NOT NULL")],
  ["takes a link that was used already", credentialsSuite, "a reset by link works once of many at once, and a password that is weak or known does not spend it", instead(/AND closed_at IS NULL AND/, "AND", /outcome = 'met'/)],
  ["keeps a session open that was ended", sessionsSuite, "signing out takes effect at once, for this session only", instead(/AND s\.revoked_at IS NULL/, "")]
]

const testOf = (name: string, tests: Gathered) => tests.get(name) ?? (() => Effect.die(`the suite has no test "${name}"`))

const gathered = await Effect.runPromise(Effect.forEach(mistakes, ([mistake, suite, name, change]) =>
  Effect.promise(async () => ({
    mistake,
    right: testOf(name, await gather(() => suite(inMemory))),
    wrong: testOf(name, await gather(() => suite(storage(change))))
  }))))

describe("the suites for storages", () => {
  // a test that fails says so, and here all do
  beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => {}))
  afterEach(() => void vi.restoreAllMocks())

  for (const { mistake, right, wrong } of gathered) {
    it.live(`find one that ${mistake}`, () =>
      Effect.gen(function*() {
        assert.isTrue(Exit.isSuccess(yield* Effect.exit(right())), "without the mistake, it passes")
        assert.isTrue(Exit.isFailure(yield* Effect.exit(wrong())))
      }))
  }
})
