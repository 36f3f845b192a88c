/**
 * What must be true of a store at any moment, whatever was repeated, raced or cut off: the laws that tie stock, orders,
 * payments, refunds and the books together. Each is checked from what lies in storage, through the ports.
 *
 * **When to use**
 *
 * At the end of any test that places orders, and above all of those that kill the process or run many buyers at once:
 *
 * ```ts
 * assert.deepStrictEqual(yield* Invariants.violations({ bank }), [])
 * ```
 */
import * as Effect from "effect/Effect"
import { BooksRepository } from "../books/BooksRepository.ts"
import { gatewayOf } from "../value/StoredValue.ts"
import { StoredValueRepository } from "../value/StoredValueRepository.ts"
import type { LedgerEntry } from "../books/LedgerEntry.ts"
import { stockOf } from "../cart/SoldPart.ts"
import { CartRepository } from "../cart/CartRepository.ts"
import type { Document } from "../documents/Document.ts"
import * as PaperTaxes from "../documents/PaperTaxes.ts"
import { DocumentRepository } from "../documents/DocumentRepository.ts"
import { EventRepository } from "../events/EventRepository.ts"
import { InventoryRepository } from "../inventory/InventoryRepository.ts"
import type { Reservation } from "../inventory/Stock.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { OrderStatus } from "../orders/Order.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import { isSoldIn } from "../orders/SoldGiftCards.ts"
import { isOpen, wasMismatched } from "../payments/Payment.ts"
import * as OutsidePayment from "../payments/OutsidePayment.ts"
import { PaymentRepository, type StoredPayment, type StoredRefund } from "../payments/PaymentRepository.ts"

/** What the bank itself says of a payment, in minor units. */
export interface BankRecord {
  readonly paymentId: string
  readonly captured: number
  readonly refunded: number
}

export interface InvariantOptions {
  /**
   * What the bank knows of this store's payments. With it, no money may be there that the store does not know of, and
   * none may be missing.
   */
  readonly bank?: Effect.Effect<ReadonlyArray<BankRecord>>
  /** Gateways whose money comes past every bank, so that only the store knows of it. */
  readonly offline?: ReadonlyArray<string>
  /**
   * Whether everything that was cut off has been brought to an end since: no outcome may be unknown any more, and who
   * has not paid in time has no order. `true` if it is left out; without it, the bank may be ahead of the store.
   */
  readonly settled?: boolean
  /** Whether everybody who writes papers of what has happened has done so: all jobs are done. */
  readonly papers?: boolean
}

/** Everything that belongs to one order. */
interface Dossier {
  readonly order: StoredOrder
  readonly payments: ReadonlyArray<StoredPayment>
  readonly refunds: ReadonlyArray<StoredRefund>
  readonly entries: ReadonlyArray<LedgerEntry>
  readonly reservations: ReadonlyArray<Reservation>
  readonly documents: ReadonlyArray<Document>
  /** How often each type of event was published. */
  readonly events: ReadonlyMap<string, number>
  /** The order that its cart says it became. */
  readonly cartOrderId: string | null
  /** Pieces ordered of each variant whose stock is counted. */
  readonly counted: ReadonlyMap<string, number>
}

const sum = (amounts: Iterable<number>): number => {
  let total = 0
  for (const amount of amounts) total += amount
  return total
}

const groupSum = <A>(
  all: Iterable<A>,
  key: (a: A) => string,
  amount: (a: A) => number
): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>()
  for (const one of all) sums.set(key(one), (sums.get(key(one)) ?? 0) + amount(one))
  return sums
}

/** Every order of the current store, oldest last. */
export const allOrders = Effect.gen(function*() {
  const repository = yield* OrderRepository
  const all: Array<StoredOrder> = []
  let after: string | null = null
  do {
    const page: { readonly items: ReadonlyArray<StoredOrder>; readonly nextCursor: string | null } = yield* repository
      .listWhole(after === null ? { limit: 100 } : { limit: 100, after })
      .pipe(Effect.catchTag("InvalidInput", Effect.die))
    all.push(...page.items)
    after = page.nextCursor
  } while (after !== null)
  return all
})

const dossier = Effect.fnUntraced(function*(order: StoredOrder) {
  const payments = yield* PaymentRepository
  const inventory = yield* InventoryRepository
  const carts = yield* CartRepository
  const events = yield* EventRepository
  const pieces = order.lines.flatMap((line) => stockOf(line, line.quantity))
  const variantIds = [...new Set(pieces.map(([variantId]) => variantId))]
  const stock = yield* inventory.stock(variantIds)
  const counted = new Set<string>(stock.filter(({ trackStock }) => trackStock).map(({ variantId }) => variantId))
  return {
    order,
    payments: yield* payments.ofOrder(order.id),
    refunds: yield* payments.refunds(order.id),
    entries: yield* (yield* BooksRepository).ofOrder(order.id),
    reservations: yield* inventory.reservations([order.id]),
    documents: yield* (yield* DocumentRepository).ofOrder(order.id),
    events: groupSum(yield* events.ofSubject(order.id), ({ type }) => type, () => 1),
    cartOrderId: (yield* carts.snapshot({ id: order.cartId }))?.cart.orderId ?? null,
    counted: groupSum(
      pieces.filter(([variantId]) => counted.has(variantId)),
      ([variantId]) => variantId,
      ([, quantity]) => quantity
    )
  } satisfies Dossier
})

/** Where the pieces of an order are, by what it has come to. */
const whereabouts: Readonly<Record<OrderStatus, ReadonlyArray<Reservation["status"]>>> = {
  pending: ["held"],
  failed: ["released"],
  paid: ["committed"],
  processing: ["committed"],
  on_hold: ["committed"],
  shipped: ["committed"],
  delivered: ["committed"],
  cancelled: ["released", "restocked"],
  refunded: ["committed", "restocked"]
}

const isUnpaid = ({ status }: StoredOrder): boolean => status === "pending" || status === "failed"

/** Whether the buyer has got, or will get, the goods. */
const isFulfilled = ({ status }: StoredOrder): boolean =>
  !["pending", "failed", "cancelled", "refunded"].includes(status)

/** Whether goods go, or went, out on the promise of money. */
const isPromised = (order: StoredOrder): boolean =>
  OrderMoney.isUnderWay(order.status) && order.paymentStatus === "authorized"

/** Whether pieces of an order that nobody has paid are anybody's by now: the recovery has not come by since their time was up. */
const isForgotten = ({ reservedUntil, status }: StoredOrder, now: Timestamp.Timestamp): boolean =>
  status === "pending" && reservedUntil <= Timestamp.minus(now, "1 hour")

const whereabout = ({ counted, order, reservations }: Dossier, now: Timestamp.Timestamp): ReadonlyArray<string> => {
  const problems: Array<string> = []
  const expected: ReadonlyArray<Reservation["status"]> =
    (order.status === "failed" && order.keptUntil !== undefined) || isForgotten(order, now)
      ? ["released", "held"]
      : whereabouts[order.status]
  const cancelled = groupSum(
    order.lines.flatMap((line) => stockOf(line, line.cancelled)),
    ([variantId]) => variantId,
    ([, quantity]) => quantity
  )
  const isOver = order.status === "cancelled" || order.status === "refunded"
  const back = groupSum(
    reservations.filter(({ status }) => status === "restocked"),
    ({ variantId }) => variantId,
    ({ quantity }) => quantity
  )
  for (const [variantId, quantity] of isOver ? [] : Array.from(counted.keys(), (id) => [id, back.get(id) ?? 0] as const)) {
    const wanted = cancelled.get(variantId) ?? 0
    // what an edit took out of an order that was not paid had not left, and was only let go
    if (order.edits === 0 ? quantity !== wanted : quantity > wanted) problems.push(`${wanted} pieces of ${variantId} were cancelled and ${quantity} put back`)
  }
  for (const { status, variantId } of reservations) {
    if (status === "restocked" && (cancelled.get(variantId) ?? 0) > 0) continue
    if (!expected.includes(status)) problems.push(`its pieces of ${variantId} are ${status}`)
  }
  const reserved = groupSum(reservations, ({ variantId }) => variantId, ({ quantity }) => quantity)
  for (const [variantId, quantity] of counted) {
    const pieces = reserved.get(variantId) ?? 0
    const left = quantity - (cancelled.get(variantId) ?? 0)
    const isRight = order.edits === 0
      ? pieces === quantity
      : isOver
      ? pieces >= left && pieces <= quantity
      : pieces - (back.get(variantId) ?? 0) === left
    if (!isRight) problems.push(`${quantity} pieces of ${variantId} were ordered and ${pieces} set aside`)
  }
  return problems
}

const moneyOf = ({ entries, order, payments, refunds }: Dossier): ReadonlyArray<string> => {
  const problems: Array<string> = []
  // what came otherwise than it was asked for is not the order's
  const own = payments.filter((payment) => !wasMismatched(payment))
  const captured = sum(own.map((payment) => payment.captured.amount))
  const refunded = sum(own.map((payment) => payment.refunded.amount))
  if (captured !== order.paid.amount) problems.push(`its payments took ${captured}, it says ${order.paid.amount}`)
  const credited = sum(refunds.flatMap(({ amount, creditedTo }) => creditedTo === undefined ? [] : [amount.amount]))
  if (refunded + credited !== order.refunded.amount) {
    problems.push(`its payments gave back ${refunded} and ${credited} were credited, it says ${order.refunded.amount}`)
  }
  if (order.paymentStatus !== OrderMoney.paymentStatus(order, order.paymentStatus === "authorized")) {
    problems.push(`it says ${order.paymentStatus} with ${order.paid.amount} paid and ${order.refunded.amount} refunded`)
  }
  const ours = new Set<string>(own.map(({ id }) => id))
  // under way, or waiting for a dispute to be won, or refused or lost with a dispute, which is left to people
  const promised = sum(
    refunds.filter(({ paymentId, state }) => state !== "succeeded" && ours.has(paymentId)).map(({ amount }) => amount.amount)
  )
  const held = OrderMoney.held(order)
  if (isFulfilled(order) && held - promised > order.total.amount) {
    problems.push(`the shop keeps ${held} for ${order.total.amount}`)
  }
  if (isFulfilled(order) && !isPromised(order) && order.paid.amount + order.open.amount < order.total.amount) problems.push("it was never paid in full")
  for (const payment of payments) {
    const given = refunds.filter(({ paymentId, state }) => paymentId === payment.id && state === "succeeded")
    const all = sum(given.map(({ amount }) => amount.amount))
    if (all > payment.captured.amount) problems.push(`${payment.id} took ${payment.captured.amount}, and ${all} went back`)
    const total = sum(given.flatMap(({ amount, creditedTo }) => creditedTo === undefined ? [amount.amount] : []))
    if (total !== payment.refunded.amount) problems.push(`${payment.id} gave back ${payment.refunded.amount}, its refunds ${total}`)
    const waiting = sum(refunds.flatMap(({ amount, paymentId, state }) => paymentId === payment.id && state === "waiting" ? [amount.amount] : []))
    const disputed = payment.disputed?.amount ?? 0
    if (waiting > disputed) problems.push(`${waiting} of ${payment.id} wait for disputes about ${disputed}`)
  }
  for (const [transaction, balance] of groupSum(entries, (entry) => entry.transaction, ({ amount }) => amount.amount)) {
    if (balance !== 0) problems.push(`the entries of ${transaction} sum to ${balance}`)
  }
  // what a gateway kept for its work, or took back until a dispute is decided, is another matter
  const collected = sum(entries.filter(({ account, transaction }) =>
    account.startsWith("gateway:") && /^(?:capture|refund|refund-failed):/.test(transaction)).map(({ amount }) => amount.amount))
  const kept = sum(payments.map((payment) => payment.captured.amount - payment.refunded.amount)) - credited
  if (collected !== kept) problems.push(`the books say that gateways hold ${collected}, the payments ${kept}`)
  return problems
}

/** What papers say of each tax: invoices count, and credit notes count against them. */
const ratesOf = (documents: ReadonlyArray<Document>) =>
  documents.reduce((all, { content, kind }) => PaperTaxes.plus(all, content.taxes, kind === "invoice" ? 1 : -1), PaperTaxes.none)

/** Whether each paper of an order adds up, and no more is credited than was ever invoiced, of any rate, nor of a line than it costs. */
const papersOf = ({ documents, order }: Dossier): ReadonlyArray<string> => {
  const problems: Array<string> = []
  const rates = new Map<string, number>()
  for (const { content: { net, parts, tax, taxes, total }, kind, number } of documents) {
    if (parts !== undefined && sum(parts.map(({ amount }) => amount.amount)) !== total.amount) {
      problems.push(`the parts of ${number} do not come to ${total.amount}`)
    }
    if (net.amount + tax.amount !== total.amount || tax.amount < 0 || net.amount < 0) {
      problems.push(`${number} says ${net.amount} and ${tax.amount} of tax are ${total.amount}`)
    }
    if (sum(taxes.map(({ amount }) => amount.amount)) !== tax.amount) problems.push(`the rates of ${number} do not come to its tax`)
    for (const { amount, name } of taxes) rates.set(name, (rates.get(name) ?? 0) + (kind === "invoice" ? amount.amount : -amount.amount))
  }
  for (const [name, amount] of rates) if (amount < 0) problems.push(`its papers credit ${-amount} of ${name} that nobody has invoiced`)
  // an edit may have taken out unpaid what a refund of no line in particular had a share of
  for (const { amount, name, ratePpm, taxable } of order.edits > 0 ? [] : ratesOf(documents)) {
    if (amount.amount < 0 || (taxable?.amount ?? 0) < 0) problems.push(`its papers credit more of ${name} at ${ratePpm} than they invoice`)
  }
  const credited = groupSum(
    documents.flatMap(({ content: { parts = [] }, kind }) => parts.map((part) => ({ ...part, sign: kind === "credit_note" ? 1 : -1 }))),
    ({ lineId }) => lineId ?? "shipping",
    ({ amount, sign }) => sign * amount.amount
  )
  for (const { id, total } of order.lines) {
    const ofLine = credited.get(id) ?? 0
    if (ofLine < 0 || ofLine > total.amount) problems.push(`its papers credit ${ofLine} of ${id}, which costs ${total.amount}`)
  }
  return problems
}

/** Whether the papers of an order, if there are any, are what the shop keeps of it, or what a live one is worth. */
const worthOf = ({ documents, order, refunds }: Dossier): ReadonlyArray<string> => {
  const first = documents.find(({ editId, kind, takesBack }) => kind === "invoice" && editId === null && takesBack === undefined)
  if (first === undefined) return documents.length === 0 ? [] : ["it has papers and no invoice"]
  const paper = sum(documents.map(({ content, kind }) => kind === "invoice" ? content.total.amount : -content.total.amount))
  const isOver = order.status === "cancelled" || order.status === "refunded"
  const expected = isOver ? OrderMoney.held(order) : order.total.amount - OrderMoney.givenBack(order)
  // what has come back to the shop is still owed, until staff take its credit note back or give it another time
  const failed = new Set<string>(refunds.flatMap(({ id, state }) => state === "failed" ? [id] : []))
  const owed = sum(documents.flatMap(({ content, kind, refundId }) =>
    failed.has(refundId ?? "") ? [kind === "invoice" ? -content.total.amount : content.total.amount] : []))
  const off = paper === 0 ? ratesOf(documents).filter(({ amount, taxable }) => amount.amount !== 0 || (taxable?.amount ?? 0) !== 0) : []
  return [
    ...paper <= expected && expected - paper <= owed ? [] : [`its papers say ${paper}, and it is worth ${expected}`],
    ...off.map(({ amount, name, ratePpm }) => `its papers come to nothing, and to ${amount.amount} of ${name} at ${ratePpm}`)
  ]
}

/** What staff and buyers who cancel pieces write as the reason of the refund, if they say none. */
const cancelledInPart = "cancelled in part"

/** Whether an order's shipping is that of its parts, and what went back of it did so once. */
const shippingOf = ({ order, refunds }: Dossier): ReadonlyArray<string> => {
  const { shipping } = order
  if (shipping === null) return []
  const problems: Array<string> = []
  const givenBack = shipping.givenBack?.amount ?? 0
  if (givenBack > shipping.total.amount) problems.push(`${givenBack} of its shipping went back, it cost ${shipping.total.amount}`)
  // what an edit moves around is another matter
  if (order.edits > 0) return problems
  const parts = shipping.parts ?? []
  const all = sum(parts.map(({ total }) => total.amount))
  if (parts.length > 0 && all !== shipping.total.amount) problems.push(`its parts ship for ${all}, together for ${shipping.total.amount}`)
  const apart = sum(parts.map(({ givenBack, total }) => givenBack === true ? total.amount : 0))
  if (parts.length > 0 && apart !== givenBack) problems.push(`parts that cost ${apart} were given back, it says ${givenBack}`)
  const left = new Map<string, number>(order.lines.map((line) => [line.id, line.quantity - line.cancelled]))
  for (const part of parts) {
    const pieces = sum(part.lineIds.map((id) => left.get(id) ?? 0))
    if (pieces === 0 && part.givenBack !== true) problems.push(`nothing is left of the part ${part.id}, and its shipping did not go back`)
    if (pieces > 0 && part.givenBack === true) problems.push(`${pieces} pieces are left of the part ${part.id}, and its shipping went back`)
  }
  const went = sum(refunds.flatMap(({ amount, reason, state }) => reason === cancelledInPart && state !== "failed" ? [amount.amount] : []))
  // each cancellation rounds for itself, and what came back before shifts that by a cent at most
  const worth = sum(order.lines.map(({ cancelled, quantity, total }) => OrderMoney.share(total.amount, cancelled, quantity) + cancelled))
  if (went > worth + givenBack) problems.push(`${went} went back for pieces worth ${worth} and shipping of ${givenBack}`)
  return problems
}

/** Whether what was paid for pieces that were cancelled went back, is about to, or waits for a dispute to be won. */
const cancelledOf = ({ order, refunds }: Dossier): ReadonlyArray<string> => {
  // an edit may take out what nobody has paid yet; spent gift cards stay paid; a refund that was refused is left to people
  const isOther = order.edits > 0 || isSoldIn(order) || refunds.some(({ state }) => state === "failed")
  if (!isFulfilled(order) || isPromised(order) || isOther) return []
  // each cancellation rounds for itself
  const least = sum(order.lines.map(({ cancelled, quantity, total }) => OrderMoney.share(total.amount, cancelled, quantity) - cancelled))
  const went = sum(refunds.map(({ amount }) => amount.amount))
  return went >= least ? [] : [`${went} went back or wait to, for cancelled pieces worth ${least}`]
}

const historyOf = ({ cartOrderId, events, order }: Dossier): ReadonlyArray<string> => {
  const problems: Array<string> = []
  const count = (type: string) => events.get(type) ?? 0
  if (count("order.placed") !== 1) problems.push(`it was announced ${count("order.placed")} times`)
  if (count("order.paid") > 1) problems.push(`it was said to be paid ${count("order.paid")} times`)
  if (isFulfilled(order) && !isPromised(order) && count("order.paid") !== 1) problems.push("nobody said that it was paid")
  if (count("order.cancelled") !== (order.status === "cancelled" ? 1 : 0)) {
    problems.push(`it is ${order.status} and was said to be cancelled ${count("order.cancelled")} times`)
  }
  if (cartOrderId !== order.id) problems.push(`its cart became ${cartOrderId}`)
  return problems
}

/** What an order still waits for, if nothing may be left open that is not properly waited for. */
const endOf = ({ order, payments, refunds }: Dossier, now: Timestamp.Timestamp): ReadonlyArray<string> => {
  const problems: Array<string> = []
  if (isUnpaid(order) && order.reservedUntil <= now) problems.push(`it is ${order.status} after its time`)
  // of what staff took in part, or what the old pieces of an exchange were worth, the buyer pays the rest
  const isPaidInPart = order.paid.amount > 0 && order.paid.amount < order.total.amount
  const isWaiting = payments.some(isOpen) || isPaidInPart || order.holds?.includes("exchange") === true
  if (order.status === "pending" && !isWaiting) problems.push("it waits for nobody")
  for (const payment of payments) {
    if (isOpen(payment) && order.status !== "pending" && order.open.amount === 0 && !isPromised(order)) problems.push(`${payment.id} is still ${payment.state}`)
    if (payment.requested !== null) problems.push(`${payment.id} was asked to ${payment.requested} and has not`)
  }
  // what is disputed, or was lost in a dispute, is not the shop's to give back
  const disputed = sum(payments.map((payment) => wasMismatched(payment) ? 0 : payment.disputed?.amount ?? 0))
  const held = OrderMoney.held(order)
  const kept = disputed === 0 ? held : Math.max(0, held - disputed)
  if (!isFulfilled(order) && order.status !== "pending" && kept !== 0) problems.push(`the shop keeps ${kept}`)
  for (const refund of refunds) if (refund.state === "pending") problems.push(`${refund.id} is still pending`)
  return problems
}

/** Gateways of the engine's own, of which no bank knows. */
const storedValue: ReadonlyArray<string> = Object.values(gatewayOf)

/** Whether the gift cards of an order are what its pieces are. */
const giftCardsOf = Effect.fnUntraced(function*(order: StoredOrder) {
  if (!isSoldIn(order)) return []
  const sold = yield* (yield* StoredValueRepository).soldIn(order.id)
  const isDue = isFulfilled(order) && order.status !== "on_hold" && order.open.amount === 0 && order.paid.amount >= order.total.amount
  return order.lines.flatMap(({ cancelled, giftCard, id, quantity, unitPrice }) => {
    const ofLine = sold.filter(({ lineId }) => lineId === id)
    if (giftCard === undefined) return ofLine.length === 0 ? [] : [`${id} is no gift card and became ${ofLine.length}`]
    // one that was taken back with its piece lives on for what came back onto it
    const active = ofLine.filter(({ status, takenFor }) => status === "active" && takenFor === null).length
    const most = order.status === "cancelled" || order.status === "refunded" ? 0 : quantity - cancelled
    return [
      ...active > most ? [`${active} gift cards can be spent of ${id}, which has ${most} pieces`] : [],
      ...isDue && most > 0 && ofLine.length < most ? [`${ofLine.length} gift cards were issued for ${most} pieces of ${id}`] : [],
      ...ofLine.some(({ initial }) => initial !== unitPrice.amount) ? [`a gift card of ${id} is not of its price`] : []
    ]
  })
})

/** What gift cards and credits hold, where the books say that the shop owes something else. */
const owedOf = Effect.gen(function*() {
  const books = yield* (yield* BooksRepository).balances({})
  const held = new Map(groupSum(
    yield* (yield* StoredValueRepository).owed,
    ({ balance, kind }) => `gateway:${gatewayOf[kind]} ${balance.currency}`,
    ({ balance }) => balance.amount
  ))
  const problems: Array<string> = []
  for (const { account, balance } of books) {
    if (!storedValue.some((gateway) => account === `gateway:${gateway}`)) continue
    const key = `${account} ${balance.currency}`
    const sum = held.get(key) ?? 0
    held.delete(key)
    if (sum + balance.amount !== 0) problems.push(`${key}: ${sum} is held, the books say ${-balance.amount}`)
  }
  for (const [key, sum] of held) if (sum !== 0) problems.push(`${key}: ${sum} is held, the books say nothing`)
  return problems
})

const bankOf = (
  { payments }: Dossier,
  records: ReadonlyMap<string, BankRecord>,
  offline: ReadonlyArray<string>
): ReadonlyArray<string> =>
  payments.filter(({ gateway }) => !offline.includes(gateway) && gateway !== OutsidePayment.name && !storedValue.includes(gateway)).flatMap((payment) => {
    const bank = records.get(payment.id) ?? { captured: 0, refunded: 0 }
    return bank.captured === payment.captured.amount && bank.refunded === payment.refunded.amount ? [] : [
      `the bank took ${bank.captured} and gave back ${bank.refunded} for ${payment.id}, the store says `
      + `${payment.captured.amount} and ${payment.refunded.amount}`
    ]
  })

/**
 * What is wrong in the current store, one sentence each; nothing if all is well.
 *
 * - Every stock level is what its ledger adds up to and what its reservations hold.
 * - The pieces of every order are where its state says, all of them.
 * - A cart became one order at most, and both say so.
 * - An order's money is that of its payments; nobody paid twice, or paid for what was not delivered, without a refund.
 * - What was paid for cancelled pieces went back, is about to, or waits for a dispute to be won; no more waits than is disputed.
 * - Shipping that went back is that of parts of which nothing is left, and went back once.
 * - Each paper adds up, no more of a tax is credited than was invoiced, at its rate, and no more of a line than it costs.
 * - With `papers`: the invoices of an order that is over, less its credit notes, are what the shop keeps of it; those of any other what it
 *   costs less what went back of that. What came back to the shop after it was credited may be missing of it.
 * - The books sum to zero, in each transaction, each order and altogether.
 * - With `settled`: each piece of a line of gift cards that is paid became one card, and none that was taken back can be spent.
 * - With `bank`: the store knows of every movement at the bank, and of no other.
 * - With `settled`: every order has come to an end or waits for somebody, within its time, no money is kept of one
 *   that is cancelled, and gift cards and credits hold what the books say that the shop owes on them. (Before that, a job may be on its
 *   way to give it back.)
 */
export const violations = Effect.fnUntraced(function*(options: InvariantOptions = {}) {
  const settled = options.settled ?? true
  const now = yield* Timestamp.now
  const problems: Array<string> = []

  for (const drift of yield* (yield* InventoryRepository).drift(100)) {
    problems.push(`the stock of ${drift.variantId} drifts: ${JSON.stringify(drift)}`)
  }
  const holdings = yield* (yield* BooksRepository).balances({})
  for (const { balance: { amount, currency }, account } of holdings) {
    if (!Number.isSafeInteger(amount)) problems.push(`${account} holds ${amount} ${currency}`)
  }
  const balances = groupSum(
    holdings,
    ({ balance }) => balance.currency,
    ({ balance }) => balance.amount
  )
  for (const [currency, balance] of balances) {
    if (balance !== 0) problems.push(`the books are off by ${balance} ${currency}`)
  }

  // what goes back onto a card is there before the books say so, as at a bank
  if (settled) problems.push(...yield* owedOf)

  const orders = yield* allOrders
  for (const [cartId, count] of groupSum(orders, ({ cartId }) => cartId, () => 1)) {
    if (count > 1) problems.push(`the cart ${cartId} became ${count} orders`)
  }
  const records = new Map(
    (options.bank === undefined ? [] : yield* options.bank).map((record) => [record.paymentId, record])
  )
  const known = new Set<string>()
  for (const order of orders) {
    const all = yield* dossier(order)
    for (const { id } of all.payments) known.add(id)
    const found = [
      ...whereabout(all, now),
      ...moneyOf(all),
      ...shippingOf(all),
      ...cancelledOf(all),
      ...papersOf(all),
      ...options.papers === true ? worthOf(all) : [],
      ...historyOf(all),
      ...settled ? yield* giftCardsOf(order) : [],
      ...settled ? endOf(all, now) : [],
      ...settled && options.bank !== undefined ? bankOf(all, records, options.offline ?? []) : []
    ]
    problems.push(...found.map((problem) => `order ${order.number} (${order.status}): ${problem}`))
  }
  for (const { captured, paymentId } of records.values()) {
    if (captured > 0 && !known.has(paymentId)) problems.push(`the bank took ${captured} for ${paymentId}, an unknown payment`)
  }
  return problems
})
