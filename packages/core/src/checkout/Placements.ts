/**
 * Placing orders: those of buyers who press the button at the same moment share a transaction.
 *
 * **Details**
 *
 * So a rush for one variant takes a few statements and one commit for many orders, and no buyer waits for a row that is locked during
 * another one's round trips. Orders are served in the order of their arrival. Each gets all of its pieces or none, and apart from that,
 * no order depends on the others.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import type { NewEvent } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import * as FraudCheck from "../fraud/FraudCheck.ts"
import type { FraudReview } from "../fraud/FraudReview.ts"
import { Inventory, type ReservationRequest } from "../inventory/Inventory.ts"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Caller from "../kernel/Caller.ts"
import * as GroupCommit from "../kernel/GroupCommit.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Traced from "../kernel/Traced.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import type { OrderId } from "../orders/Order.ts"
import { OrderPaid, OrderPlaced } from "../orders/OrderEvents.ts"
import { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import * as SoldGiftCards from "../orders/SoldGiftCards.ts"
import { OrderRepository, type OrderToPlace, type StoredOrder } from "../orders/OrderRepository.ts"
import { PromotionBooks } from "../promotions/PromotionBooks.ts"
import type { PromotionUsedUp } from "../promotions/PromotionErrors.ts"
import type { OrderUses } from "../promotions/PromotionUses.ts"
import type { StoredPayment } from "../payments/PaymentRepository.ts"
import { Payments } from "../payments/Payments.ts"
import type { StoredValueSpent } from "../value/StoredValueErrors.ts"
import { Tenders } from "../value/Tenders.ts"

/** An order that is ready: all that is left is to write it. */
export interface Placement extends OrderToPlace {
  readonly lines: ReadonlyArray<ReservationRequest>
  /** What it uses of limited promotions, if any. */
  readonly uses: OrderUses | undefined
  /** The attempt to pay it; none for an order that costs nothing. */
  readonly payment: StoredPayment | null
  /** What is paid with gift cards and credit as it is placed. */
  readonly tenders: ReadonlyArray<StoredPayment>
  /** What a person has to decide before its money is taken, or before it goes on where nothing is left to take. */
  readonly review: FraudReview | null
}

type Refused = VersionConflict | InsufficientStock | PromotionUsedUp | StoredValueSpent | StorageError
type Outcome = Exit.Exit<StoredOrder, Refused>

/** A placement with who wants it, since a round runs in the fiber of one of them only. */
interface Wanted extends Placement {
  readonly caller: Caller.Caller
}

/** Rolls back a transaction whose pieces are not where they were when the carts were priced. */
class StockMoved extends Data.TaggedError("StockMoved") {}

/** Rolls back a transaction whose carts have changed. */
class CartsMoved extends Data.TaggedError("CartsMoved")<{ readonly orderIds: ReadonlyArray<OrderId> }> {}

/** Orders that have their pieces, with their numbers and their carts closed; and orders that were refused, with the reason. */
interface Secured {
  readonly placing: ReadonlyArray<Wanted>
  readonly closed: Effect.Success<ReturnType<OrderRepository["Service"]["close"]>>
  readonly refused: ReadonlyArray<readonly [Wanted, InsufficientStock]>
}

type Securing<E = never> = (wanted: ReadonlyArray<Wanted>) => Effect.Effect<Secured, E | StorageError>

/** How many orders are placed in one transaction at most. */
const limit = 32

export const make = Effect.gen(function*() {
  const inventory = yield* Inventory
  const orders = yield* OrderRepository
  const lifecycle = yield* OrderLifecycle
  const payments = yield* Payments
  const promotions = yield* PromotionBooks
  const tenders = yield* Tenders
  const fraud = yield* FraudCheck.FraudCheck
  const events = yield* Events
  const transactor = yield* Transactor

  const tell = (order: StoredOrder, { caller, review }: Wanted) => {
    const { cartId, customerId, id: orderId, number, total } = order
    const itemCount = order.lines.reduce((pieces, line) => pieces + line.quantity, 0)
    const told: Array<NewEvent> = [OrderPlaced.make(orderId, { orderId, number, customerId, cartId, total, itemCount })]
    if (order.status === "paid") told.push(OrderPaid.make(orderId, { orderId, number, customerId, amount: total, ...SoldGiftCards.told(order) }))
    if (review !== null) told.push(FraudCheck.opened(review))
    return Caller.as(caller)(events.publish(told))
  }

  /** An order that is paid by what was spent with it rests until a person has decided. */
  const rest = Effect.fnUntraced(function*(order: StoredOrder, { caller, review }: Wanted) {
    if (review === null || order.status !== "paid") return order
    const held = yield* lifecycle.review(order.id).pipe(
      Caller.as(caller),
      // it was written a moment ago
      Effect.catchTag("OrderNotFound", Effect.die)
    )
    return held.order
  })

  const usesOf = (placements: ReadonlyArray<Wanted>) => placements.flatMap(({ uses }) => uses === undefined ? [] : [uses])

  const wishOf = ({ caller, lines, order }: Wanted) => ({
    reference: order.id,
    lines,
    expiresAt: order.reservedUntil,
    actor: Actor.describe(caller.actor),
    sold: order.status === "paid"
  })

  /**
   * Reserves the pieces of all orders from the levels that were read with their carts, and closes the carts at the same time. Both
   * nearly always succeed.
   */
  const atOnce: Securing<StockMoved> = (wanted) =>
    Effect.flatMap(inventory.reserveBeside(wanted.map(wishOf), orders.close(wanted)), (closed) =>
      closed === undefined ? Effect.fail(new StockMoved()) : Effect.succeed({ placing: wanted, closed, refused: [] }))

  /** Reserves the pieces first, wherever they are now, and then closes the carts of the orders that have got theirs. */
  const inTurn: Securing = Effect.fnUntraced(function*(wanted) {
    const promises = yield* inventory.reserveAll(wanted.map(wishOf))
    const refused = wanted.flatMap((placement, index) => {
      const promise = promises[index]
      return promise !== undefined && Result.isFailure(promise) ? [[placement, promise.failure] as const] : []
    })
    const short = new Set(refused.map(([placement]) => placement))
    const unused = usesOf(Array.from(short))
    if (unused.length > 0) yield* promotions.withdraw(unused)
    const placing = wanted.filter((placement) => !short.has(placement))
    return { placing, closed: placing.length === 0 ? Result.succeed([]) : yield* orders.close(placing), refused }
  })

  /**
   * Writes orders of different carts, in the current transaction. Limited promotions and stock decide which of them can be placed. What
   * is written after that needs no answer, and goes to the database together with the commit.
   */
  const write = Effect.fnUntraced(function*<E>(all: ReadonlyArray<Wanted>, secure: Securing<E>) {
    const outcomes = new Map<OrderId, Outcome>()
    let wanted = all
    const uses = usesOf(all)
    if (uses.length > 0) {
      const usedUp = yield* promotions.claim(uses)
      for (const { order } of all) {
        const refusal = usedUp.get(order.id)
        if (refusal !== undefined) outcomes.set(order.id, Exit.fail(refusal))
      }
      wanted = all.filter(({ order }) => !outcomes.has(order.id))
      if (wanted.length === 0) return outcomes
    }
    const { closed, placing, refused } = yield* secure(wanted)
    for (const [{ order }, refusal] of refused) outcomes.set(order.id, Exit.fail(refusal))
    if (placing.length === 0) return outcomes
    if (Result.isFailure(closed)) return yield* new CartsMoved({ orderIds: closed.failure })
    const placed = placing.map(({ order }, index) => ({ ...order, number: closed.success[index] as number }))
    yield* orders.insert(placed)
    const spent = placing.flatMap((placement) => placement.tenders)
    yield* tenders.spend(spent)
    yield* payments.record([...spent, ...placing.flatMap(({ payment }) => payment === null ? [] : [payment])])
    yield* fraud.open(placing.flatMap(({ review }) => review === null ? [] : [review]))
    for (const [index, placement] of placing.entries()) {
      const order = placed[index] as StoredOrder
      yield* tell(order, placement)
      outcomes.set(order.id, Exit.succeed(yield* rest(order, placement)))
    }
    return outcomes
  })

  const moved = ({ cartVersion, order }: Wanted): Outcome =>
    Exit.fail(new VersionConflict({ id: order.cartId, expected: cartVersion }))

  const round = Traced.fn("Checkout.round")(function*(all: ReadonlyArray<Wanted>) {
    yield* Effect.annotateCurrentSpan("orders", all.length)
    const outcomes = new Map<OrderId, Outcome>()
    let waiting = all
    while (waiting.length > 0) {
      const carts = new Map<string, Wanted>()
      for (const placement of waiting) {
        if (!carts.has(placement.order.cartId)) carts.set(placement.order.cartId, placement)
      }
      const now = Array.from(carts.values())
      const inOne = <E>(secure: Securing<E>) => transactor.transaction(events.together(write(now, secure)))
      const written = yield* inOne(atOnce).pipe(
        Effect.catchTag("StockMoved", () => inOne(inTurn)),
        Effect.catchTag("CartsMoved", ({ orderIds }) =>
          Effect.succeed(new Map(
            now.filter(({ order }) => orderIds.includes(order.id)).map((placement) => [placement.order.id, moved(placement)])
          )))
      )
      for (const [id, outcome] of written) outcomes.set(id, outcome)
      for (const placement of waiting) {
        // the same cart was checked out twice, and the first one has become an order
        const first = written.get(carts.get(placement.order.cartId)?.order.id as OrderId)
        if (first !== undefined && Exit.isSuccess(first) && !outcomes.has(placement.order.id)) {
          outcomes.set(placement.order.id, moved(placement))
        }
      }
      waiting = waiting.filter(({ order }) => !outcomes.has(order.id))
    }
    return all.map(({ order }) => outcomes.get(order.id) as Outcome)
  })

  const alone = Effect.fnUntraced(function*(wanted: Wanted) {
    const [outcome] = yield* round([wanted])
    return yield* outcome as Outcome
  })

  const submit = GroupCommit.make<Wanted, StoredOrder, Refused, never>({
    keyOf: ({ caller }) => caller.storeId,
    limit,
    run: round,
    patience: transactor.patience,
    goesAlone: transactor.isOpen,
    mayBeOfOne: (error) => error._tag === "StorageError" && error.reason === "rejected"
  })

  return {
    /**
     * Places an order: its stock, the order itself, its payment attempt and its events, all or nothing. Answers with the
     * order and its number. `VersionConflict` if the cart is not what was priced any more.
     */
    place: Effect.fnUntraced(function*(placement: Placement) {
      const wanted: Wanted = { ...placement, caller: yield* Caller.current }
      // what is spent may be gone, which undoes all that is in the transaction: nobody else's order
      return yield* placement.tenders.length === 0 ? submit(wanted) : alone(wanted)
    })
  }
})
