/**
 * What takes off what invoices say: credit notes over what went back and over what was never paid, and the invoices that take such a
 * note back where the money has come back to the shop.
 */
import * as Effect from "effect/Effect"
import { OrderEditRepository } from "../edits/OrderEditRepository.ts"
import * as Money from "../kernel/Money.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { Order } from "../orders/Order.ts"
import * as OrderChange from "../orders/OrderChange.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import type { RefundPart } from "../payments/RefundPart.ts"
import { PaymentRepository } from "../payments/PaymentRepository.ts"
import { Stores } from "../stores/Stores.ts"
import { type Document, DocumentId } from "./Document.ts"
import { CreditNoteStands } from "./DocumentErrors.ts"
import { DocumentRepository } from "./DocumentRepository.ts"
import * as OrderContent from "./OrderContent.ts"

/** The invoice of an order, besides those of its edits. */
export const invoiceAmong = (documents: ReadonlyArray<Document>) =>
  documents.find(({ editId, kind, takesBack }) => kind === "invoice" && editId === null && takesBack === undefined)

/** How often the end of an order is looked at again. */
const mostRounds = 5

/** Whether nobody will pay any more of an order. */
const isOver = ({ status }: Order): boolean => status === "cancelled" || status === "refunded"

/** The credit notes over what went back, and over what was never paid of an order that is over, and what took them back: not those of edits. */
const creditsOf = (documents: ReadonlyArray<Document>) =>
  OrderContent.credited(documents.filter(({ editId, kind, takesBack }) =>
    editId === null && (kind === "credit_note" || takesBack !== undefined)))

/** What of credits is over what was never paid. */
const unpaidOf = (credits: ReadonlyArray<Document>): number => totalOf(credits.filter(({ refundId }) => refundId === null))

/** The document over what was never paid of an order that nothing has taken back: the last of these notes, or what took it back. */
const endOf = (credits: ReadonlyArray<Document>): Document | undefined =>
  credits.find(({ id, refundId }) => refundId === null && !credits.some(({ takesBack }) => takesBack === id))

const totalOf = (documents: ReadonlyArray<Document>): number =>
  documents.reduce((sum, { content }) => sum + content.total.amount, 0)

/** Why a document is not written after all. */
const nothingLeft = "nothing left to credit" as const

/** What it has in common with invoices. */
export interface Issuing {
  /** Tells of a document, if that is the one that was wanted and not one that was there. */
  readonly tell: (wanted: DocumentId, document: Document) => Effect.Effect<void, StorageError>
  /** The order in the language of its buyer. */
  readonly inTheirs: <O extends Order>(order: O) => Effect.Effect<O, StorageError>
}

export const make = Effect.fnUntraced(function*({ inTheirs, tell }: Issuing) {
  const repository = yield* DocumentRepository
  const orderRepository = yield* OrderRepository
  const edits = yield* OrderEditRepository
  const payments = yield* PaymentRepository
  const stores = yield* Stores
  const transactor = yield* Transactor
  const hold = OrderChange.hold(orderRepository)

  /**
   * A credit note, if the order has an invoice and `left` says that, besides those of its refunds and of what was never paid, something is
   * left to credit.
   */
  const issueCredit = Effect.fnUntraced(function*(
    order: Order,
    { id: refundId, parts = [], reason }: { readonly id: string | null; readonly reason: string; readonly parts?: ReadonlyArray<RefundPart> },
    left: (credits: ReadonlyArray<Document>) => number
  ) {
    const issued = yield* repository.ofOrder(order.id)
    const corrected = invoiceAmong(issued)
    const before = creditsOf(issued)
    if (corrected === undefined || left(before) <= 0) return false
    // an order may be over for the second time
    const end = refundId === null ? endOf(before) : undefined
    const takesBack = end?.kind === "invoice" ? end.id : null
    const told = yield* inTheirs(order)
    const store = yield* stores.current
    const id = yield* DocumentId.generate
    const issuedAt = yield* Timestamp.now
    return yield* transactor.transaction(Effect.gen(function*() {
      // its money may come back at this moment: then it did before, or waits until the note is there, which stays
      if (refundId !== null && (yield* payments.holdRefund(refundId))?.state !== "succeeded") return false
      const edited = order.edits === 0 ? [] : yield* edits.ofOrder(order.id)
      const document = yield* repository.issue({
        id,
        kind: "credit_note",
        orderId: order.id,
        refundId,
        editId: null,
        takesBack,
        issuedAt,
        content: (earlier) => {
          const credits = creditsOf(earlier)
          const amount = Money.make(Math.max(0, left(credits)), order.currency)
          return OrderContent.ofRefund(told, store, { amount, reason, parts }, credits, edited, corrected)
        }
      })
      // what was left is on another one since: this number is the next one's
      if (document.id === id && document.content.total.amount === 0) return yield* Effect.fail(nothingLeft)
      yield* tell(id, document)
      return document.id === id
    })).pipe(Effect.catchIf((error): error is typeof nothingLeft => error === nothingLeft, () => Effect.succeed(false)))
  })

  /** How much more was credited for refunds than went back of an order's price: money that came back. */
  const owed = (order: Order, credits: ReadonlyArray<Document>): number => {
    const unpaid = unpaidOf(credits)
    return totalOf(credits) - unpaid - Math.min(OrderMoney.givenBack(order), order.total.amount - unpaid)
  }

  /**
   * An invoice that takes a credit note back, over as much as `left` says of it; `undefined` if that is nothing. The order is held until
   * then: no other refund is done meanwhile that the note may stand for.
   */
  const issueTakenBack = Effect.fnUntraced(function*(
    note: Document,
    left: (order: Order, credits: ReadonlyArray<Document>) => number
  ) {
    const store = yield* stores.current
    const id = yield* DocumentId.generate
    const issuedAt = yield* Timestamp.now
    return yield* transactor.transaction(Effect.gen(function*() {
      const order = yield* Effect.catchTag(hold(note.orderId), "OrderNotFound", Effect.die)
      const told = yield* inTheirs(order)
      const document = yield* repository.issue({
        id,
        kind: "invoice",
        orderId: note.orderId,
        refundId: note.refundId,
        editId: null,
        takesBack: note.id,
        issuedAt,
        content: (earlier) => {
          const credits = creditsOf(earlier)
          const amount = Money.make(Math.max(0, left(order, credits)), order.currency)
          return OrderContent.ofTakenBack(told, store, amount, note)
        }
      })
      if (document.id === id && document.content.total.amount === 0) return yield* Effect.fail(nothingLeft)
      yield* tell(id, document)
      return document
    })).pipe(Effect.catchIf((error): error is typeof nothingLeft => error === nothingLeft, () => Effect.undefined))
  })

  /** A credit note for a refund, over as much as is left to credit of what went back of the order's price. */
  const credit = Effect.fnUntraced(function*(orderId: string, refundId: string) {
    const order = yield* orderRepository.find(orderId)
    const refund = yield* payments.findRefund(refundId)
    // its money may have come back since
    if (order === undefined || refund?.state !== "succeeded") return
    yield* issueCredit(order, refund, (credits) => {
      const unpaid = unpaidOf(credits)
      // money that came twice is on no invoice, and what is credited as never paid is not once more, where its money comes late and goes back
      const back = Math.min(OrderMoney.givenBack(order), order.total.amount - unpaid)
      return Math.min(refund.amount.amount, back - totalOf(credits) + unpaid)
    })
  })

  /**
   * The last credit note of an order that is over, of what was never paid: what edits have added to it, or all that was promised. An order
   * that goes on because the money of its refund came back is to be paid again: an invoice takes that note back. Whether one was written.
   */
  const followEnd = Effect.fnUntraced(function*(orderId: string) {
    const order = yield* orderRepository.find(orderId)
    if (order === undefined) return false
    const { paid, total } = order
    if (isOver(order)) {
      return yield* issueCredit(order, { id: null, reason: "not paid" }, (credits) =>
        // money may have come and gone back since the order was read
        total.amount - Math.max(paid.amount, totalOf(credits)))
    }
    const note = endOf(creditsOf(yield* repository.ofOrder(orderId)))
    if (note === undefined || note.kind === "invoice") return false
    return (yield* issueTakenBack(note, (now, credits) => isOver(now) ? 0 : unpaidOf(credits))) !== undefined
  })

  const close = Effect.fnUntraced(function*(orderId: string) {
    // whoever has read the order before it ended, or went on, may have written what is not so any more
    for (let round = 0; round < mostRounds && (yield* followEnd(orderId)); round++);
  })

  /** Credit notes for the refunds that there are. */
  const creditAll = Effect.fnUntraced(function*(orderId: string) {
    const credited = new Set((yield* repository.ofOrder(orderId)).map(({ refundId }) => refundId))
    for (const { id, state } of yield* payments.refunds(orderId)) {
      if (state === "succeeded" && !credited.has(id)) yield* credit(orderId, id)
    }
  })

  /** Takes a credit note of a refund that failed back; answers with what did so before. */
  const takeBack = Effect.fnUntraced(function*(note: Document) {
    const stands = (reason: CreditNoteStands["reason"]) => new CreditNoteStands({ documentId: note.id, reason })
    if (note.kind !== "credit_note" || note.refundId === null) return yield* stands("not_a_refund")
    const before = (yield* repository.ofOrder(note.orderId)).find(({ takesBack }) => takesBack === note.id)
    if (before !== undefined) return before
    if ((yield* payments.findRefund(note.refundId))?.state !== "failed") return yield* stands("not_failed")
    const written = yield* issueTakenBack(note, (order, credits) => Math.min(note.content.total.amount, owed(order, credits)))
    return written ?? (yield* stands("replaced"))
  })

  return { credit, creditAll, close, takeBack }
})
