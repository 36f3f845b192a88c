/**
 * Invoices, credit notes and packing slips.
 *
 * **Details**
 *
 * An invoice is issued when an order is paid, or when somebody first asks for it, as the store's setting `invoices` says;
 * an order that is shipped before it is paid has one, too. A credit note is issued for every refund of an order that has
 * an invoice, for those before it as soon as it is there; money that came twice is on no invoice, and what goes back of it on no credit note. What an edit adds to an order with an invoice is on an invoice of its own, and what it takes out and nobody had
 * to pay on a credit note, so that all papers together are what the order is worth. Once an order is over, what was never paid of it is on a
 * last credit note, so that they are what the shop keeps; if the money of a refund comes back and the order goes on, an invoice takes that note back. Numbers count up by one for each store, kind and year, and none is ever missing.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { OrderEditRepository } from "../edits/OrderEditRepository.ts"
import { Events } from "../events/Events.ts"
import { PreferencesRepository } from "../identity/PreferencesRepository.ts"
import * as Address from "../kernel/Address.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { Order, OrderLine } from "../orders/Order.ts"
import { OrderCancelled, OrderEdited, OrderPaid, OrderRefunded, OrderRefundFailed } from "../orders/OrderEvents.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Orders } from "../orders/Orders.ts"
import type { OrderNotFound } from "../orders/OrdersErrors.ts"
import { RefundSucceeded } from "../payments/PaymentEvents.ts"
import type { PaymentRepository } from "../payments/PaymentRepository.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { Stores } from "../stores/Stores.ts"
import * as CreditNotes from "./CreditNotes.ts"
import { type Document, DocumentId, ListDocuments } from "./Document.ts"
import { type CreditNoteStands, DocumentNotFound, DocumentsUnavailable, InvoiceNotDue } from "./DocumentErrors.ts"
import { DocumentIssued } from "./DocumentEvents.ts"
import { DocumentRenderer, type Paper } from "./DocumentRenderer.ts"
import { DocumentRepository } from "./DocumentRepository.ts"
import * as OrderContent from "./OrderContent.ts"

/** A document as it is handed over. */
export interface DocumentFile {
  readonly name: string
  readonly contentType: string
  readonly content: Uint8Array
}

export class Documents extends Context.Service<Documents, {
  /** The invoice of an order that the caller may see, issued now if it has none. */
  readonly invoice: (
    orderId: string
  ) => Effect.Effect<Document, InvalidInput | OrderNotFound | InvoiceNotDue | StorageError>
  /** The documents of an order that the caller may see, oldest first. */
  readonly ofOrder: (
    orderId: string
  ) => Effect.Effect<ReadonlyArray<Document>, InvalidInput | OrderNotFound | StorageError>
  /** All documents, the last issued first. Needs `orders:read`. */
  readonly list: (
    input?: typeof ListDocuments.Encoded
  ) => Effect.Effect<Page<Document>, InvalidInput | StorageError | Denied>
  /** A document of an order that the caller may see. */
  readonly get: (id: string) => Effect.Effect<Document, InvalidInput | DocumentNotFound | StorageError>
  /**
   * Takes a credit note back whose refund has failed after it was done, and whose money the shop keeps: with an invoice over as much of it
   * as no other refund stands in for, which is answered again if it is there. Needs `orders:write`.
   */
  readonly takeBack: (
    id: string
  ) => Effect.Effect<Document, InvalidInput | DocumentNotFound | CreditNoteStands | StorageError | Denied>
  /** A document as a file. */
  readonly file: (
    id: string
  ) => Effect.Effect<DocumentFile, InvalidInput | DocumentNotFound | DocumentsUnavailable | StorageError>
  /** What the order holds and where it goes, without prices. Needs `orders:read`. */
  readonly packingSlip: (
    orderId: string
  ) => Effect.Effect<DocumentFile, InvalidInput | OrderNotFound | DocumentsUnavailable | StorageError | Denied>
}>()("@stoa/core/documents/Documents") {}

const decodeList = Input.decoder(ListDocuments)

const checked = Input.textParameters<Documents["Service"]>({
  invoice: ["orderId"],
  ofOrder: ["orderId"],
  get: ["id"],
  takeBack: ["id"],
  file: ["id"],
  packingSlip: ["orderId"]
})

/** Whether an order is due for an invoice: there is money, or there are goods on their way. */
const isDue = (order: Order): boolean =>
  order.paid.amount > 0 || order.status === "shipped" || order.status === "delivered"
  // nothing to pay is paid
  || (order.total.amount === 0 && order.paymentStatus === "paid")

/** How many orders that are over are looked at at once. */
const endsAtOnce = 100

/** A line with the pieces that are to be sent. */
const uncancelled = (line: OrderLine): ReadonlyArray<OrderLine> =>
  line.quantity > line.cancelled ? [{ ...line, quantity: line.quantity - line.cancelled }] : []

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* DocumentRepository
  const edits = yield* OrderEditRepository
  const orders = yield* Orders
  const orderRepository = yield* OrderRepository
  const preferences = yield* PreferencesRepository
  const stores = yield* Stores
  const storeRepository = yield* StoreRepository
  const jobs = yield* Jobs
  const events = yield* Events
  const transactor = yield* Transactor
  const renderer = yield* DocumentRenderer

  /** Tells of a document that was not there before. */
  const tell = (wanted: DocumentId, document: Document) =>
    document.id === wanted
      ? events.publish([DocumentIssued.make(document.id, {
        documentId: document.id,
        kind: document.kind,
        number: document.number,
        orderId: document.orderId
      })])
      : Effect.void

  /** The order with the language that its buyer has chosen since, if they have. */
  const inTheirs = Effect.fnUntraced(function*<O extends Order>(order: O) {
    const chosen = order.customerId === null ? undefined : (yield* preferences.find(order.customerId))?.language
    return chosen === undefined || chosen === null ? order : { ...order, language: chosen }
  })

  const credits = yield* CreditNotes.make({ tell, inTheirs })

  const issueInvoice = Effect.fnUntraced(function*(order: Order) {
    const told = yield* inTheirs(order)
    const store = yield* stores.current
    const id = yield* DocumentId.generate
    const issuedAt = yield* Timestamp.now
    return yield* transactor.transaction(Effect.gen(function*() {
      const document = yield* repository.issue({
        id,
        kind: "invoice",
        orderId: order.id,
        refundId: null,
        editId: null,
        takesBack: null,
        issuedAt,
        content: () => OrderContent.ofInvoice(told, store)
      })
      yield* tell(id, document)
      return document
    })).pipe(
      Effect.tap((document) => document.id === id ? complete(order.id) : Effect.void)
    )
  })

  /** Papers of edits that came after the invoice: one for what each added, and one for what it took out and was not paid. */
  const follow = Effect.fnUntraced(function*(orderId: string) {
    const found = yield* orderRepository.find(orderId)
    if (found === undefined || found.edits === 0) return
    const order = yield* inTheirs(found)
    const issued = yield* repository.ofOrder(orderId)
    const first = CreditNotes.invoiceAmong(issued)
    if (first === undefined || (first.content.edits ?? 0) >= order.edits) return
    const later = (yield* edits.ofOrder(orderId)).filter(({ number }) => number > (first.content.edits ?? 0))
    const store = yield* stores.current
    const issuedAt = yield* Timestamp.now
    for (const edit of later) {
      const papers = [
        { kind: "invoice", amount: edit.charged, content: () => OrderContent.ofCharge(order, store, edit, first) },
        { kind: "credit_note", amount: edit.credited, content: () => OrderContent.ofCredit(order, store, edit, first) }
      ] as const
      for (const { amount, content, kind } of papers) {
        if (amount.amount === 0 || issued.some((document) => document.kind === kind && document.editId === edit.id)) continue
        const id = yield* DocumentId.generate
        yield* transactor.transaction(Effect.gen(function*() {
          yield* tell(id, yield* repository.issue({ id, kind, orderId, refundId: null, editId: edit.id, takesBack: null, issuedAt, content }))
        }))
      }
    }
  })

  const invoice = Effect.fn("Documents.invoice")(function*(orderId: string) {
    const order = yield* orders.get(orderId)
    const issued = CreditNotes.invoiceAmong(yield* repository.ofOrder(order.id))
    if (issued !== undefined) return issued
    if (!isDue(order)) return yield* new InvoiceNotDue({ orderId, status: order.status })
    return yield* issueInvoice(order)
  })

  yield* events.subscribe({
    name: "documents.invoice",
    types: [OrderPaid.type],
    // most stores have none written before somebody asks
    among: (paid) =>
      Effect.map(storeRepository.list, (all) => {
        const wanting = new Set(all.filter(({ settings }) => settings.invoices === "when_paid").map(({ id }) => id))
        return paid.filter(({ storeId }) => wanting.has(storeId))
      }),
    handle: Effect.fnUntraced(function*(event) {
      const order = yield* orderRepository.find((event.data as typeof OrderPaid.data.Type).orderId)
      if (order !== undefined && isDue(order)) yield* issueInvoice(order)
    })
  })
  yield* events.subscribe({
    name: "documents.credit-note",
    types: [RefundSucceeded.type],
    handle: (event) => {
      const { orderId, refundId } = event.data as typeof RefundSucceeded.data.Type
      // what was none of the order's money may be by now
      return Effect.andThen(credits.credit(orderId, refundId), credits.creditAll(orderId))
    }
  })

  /** What belongs to an invoice: the order may have been edited since it was read, money may have gone back before, and it may be over. */
  const complete = (orderId: string) => Effect.andThen(follow(orderId), Effect.andThen(credits.creditAll(orderId), credits.close(orderId)))

  // where whoever issued an invoice did not come so far
  yield* events.subscribe({
    name: "documents.invoice-issued",
    types: [DocumentIssued.type],
    among: (issued) =>
      Effect.succeed(issued.filter(({ data }) => (data as typeof DocumentIssued.data.Type).kind === "invoice")),
    handle: (event) => complete((event.data as typeof DocumentIssued.data.Type).orderId)
  })

  yield* events.subscribe({
    name: "documents.edits",
    types: [OrderEdited.type],
    handle: ({ subject }) => follow(subject)
  })

  yield* events.subscribe({
    name: "documents.order-over",
    types: [OrderCancelled.type, OrderRefunded.type, OrderRefundFailed.type],
    among: (published) =>
      Effect.succeed(published.filter(({ data, type }) => type !== OrderRefunded.type || (data as typeof OrderRefunded.data.Type).full)),
    handle: ({ subject }) => credits.close(subject)
  })

  // orders that ended before such notes were written, and those whose note could not be written when they did
  yield* StoreCron.register(jobs, storeRepository, {
    name: "documents.ends",
    cron: "40 4 * * *",
    run: Effect.gen(function*() {
      let after = ""
      let some: ReadonlyArray<string>
      let failure: Exit.Exit<void, StorageError> = Exit.void
      do {
        some = yield* repository.unended(after, endsAtOnce)
        for (const id of some) {
          // one that cannot be written down keeps none of the others waiting
          const exit = yield* Effect.exit(credits.close(id))
          if (Exit.isFailure(exit)) failure = exit
        }
        after = some.at(-1) ?? after
      } while (some.length === endsAtOnce)
      return yield* failure
    })
  })

  const get = Effect.fn("Documents.get")(function*(id: string) {
    const document = yield* repository.find(id)
    const unknown = new DocumentNotFound({ documentId: id })
    if (document === undefined) return yield* unknown
    // who may not see the order does not learn of its documents
    yield* Effect.catchTag(orders.get(document.orderId), "OrderNotFound", () => Effect.fail(unknown))
    return document
  })

  const takeBack = Effect.fn("Documents.takeBack")(function*(id: string) {
    yield* Permission.require("orders:write")
    return yield* credits.takeBack(yield* get(id))
  })

  const draw = Effect.fnUntraced(function*(paper: Paper, name: string) {
    if (renderer === undefined) return yield* new DocumentsUnavailable()
    const content = yield* renderer.render(paper)
    return { name: `${name}.${renderer.extension}`, contentType: renderer.contentType, content }
  })

  return watched(checked(Documents.of({
    invoice,
    get,
    takeBack,
    ofOrder: Effect.fn("Documents.ofOrder")(function*(orderId) {
      const order = yield* orders.get(orderId)
      return yield* repository.ofOrder(order.id)
    }),
    list: Effect.fn("Documents.list")(function*(input = {}) {
      yield* Permission.require("orders:read")
      return yield* repository.list(yield* decodeList(input))
    }),
    file: Effect.fn("Documents.file")(function*(id) {
      const { content, issuedAt, kind, number } = yield* get(id)
      return yield* draw({ kind, number, issuedAt, content }, number)
    }),
    packingSlip: Effect.fn("Documents.packingSlip")(function*(orderId) {
      yield* Permission.require("orders:read")
      const order = yield* orders.get(orderId)
      const content = OrderContent.ofOrder({ ...(yield* inTheirs(order)), lines: order.lines.flatMap(uncancelled) }, yield* stores.current)
      const delivered = order.shippingAddress
      return yield* draw({
        kind: "packing_slip",
        issuedAt: yield* Timestamp.now,
        content: delivered === null
          ? content
          : { ...content, buyer: { name: delivered.name, lines: Address.lines(delivered), taxId: null } }
      }, `packing-slip-${order.number}`)
    })
  })))
})

export const layer: Layer.Layer<
  Documents,
  never,
  DocumentRepository | OrderEditRepository | Orders | OrderRepository | PaymentRepository | PreferencesRepository | Stores | StoreRepository | Events | Jobs | Transactor
> = Layer.effect(Documents, make)
