/**
 * Invoices and credit notes, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { Analytics } from "../analytics/Analytics.ts"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Catalog } from "../catalog/Catalog.ts"
import type { Document } from "../documents/Document.ts"
import { DocumentRenderer } from "../documents/DocumentRenderer.ts"
import { Documents } from "../documents/Documents.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Language from "../kernel/Language.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Stores } from "../stores/Stores.ts"
import { Returns } from "../returns/Returns.ts"
import { Taxes } from "../tax/Taxes.ts"
import { inState, ordered } from "./OrderFixture.ts"
import * as Invariants from "./Invariants.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

/** Draws a document as its number and total. */
const plain: DocumentRenderer = {
  contentType: "text/plain",
  extension: "txt",
  render: (paper) => Effect.succeed(new TextEncoder().encode(`${paper.kind} ${paper.content.total.amount}`))
}

const numbers = (documents: ReadonlyArray<Document>) => documents.map(({ number }) => number).toSorted()

export const documentsSuite = (harness: StorageHarness): void => {
  const test = (
    name: string,
    body: Effect.Effect<unknown, unknown, Shop.ShopServices>,
    renderer: DocumentRenderer | undefined = plain
  ) =>
    it.effect(name, () =>
      Effect.andThen(Shop.ships, body).pipe(
        Effect.provide(Shop.layer(harness.storage()).pipe(Layer.provide(Layer.succeed(DocumentRenderer, renderer))))
      ))

  describe(`documents, on ${harness.name}`, () => {
    test(
      "a paid order has one invoice, with the figures that were paid and the seller as the store says it",
      Effect.gen(function*() {
        yield* system(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 100_000 })))
        yield* system(Effect.flatMap(Stores, (stores) =>
          stores.update({ settings: { legalName: "Stoa Ltd", legalAddress: Shop.address, taxId: "US-1" } })))
        yield* TestClock.setTime(Date.parse("2026-11-21T08:00:00.000Z"))
        const documents = yield* Documents
        const { id, order, token } = yield* ordered()
        const buyer = Actor.as(Actor.guest({ orderToken: token }))
        const invoice = yield* buyer(documents.invoice(id))
        assert.deepInclude(invoice, { kind: "invoice", number: "INV-2026-000001", orderId: id, refundId: null })
        const { content } = invoice
        // a product with one variant is named once
        assert.deepStrictEqual(content.lines.map(({ detail, title }) => [title, detail]), [["Walnut board", null]])
        assert.deepStrictEqual(content.seller, {
          name: "Stoa Ltd",
          lines: ["12 Analytical Row", "97201 Portland", "OR", "US"],
          taxId: "US-1"
        })
        assert.strictEqual(content.buyer.name, "Ada Lovelace")
        assert.deepStrictEqual([content.total, content.tax], [order.total, order.tax])
        assert.strictEqual(content.net.amount + content.tax.amount, content.total.amount)
        assert.strictEqual(content.taxes.reduce((sum, { amount }) => sum + amount.amount, 0), order.tax.amount)
        // what the shop is called later changes nothing
        yield* system(Effect.flatMap(Stores, (stores) => stores.update({ settings: { legalName: "Other" } })))
        assert.deepStrictEqual(yield* buyer(documents.invoice(id)), invoice)
        const file = yield* buyer(documents.file(invoice.id))
        assert.deepStrictEqual(
          [file.name, file.contentType, new TextDecoder().decode(file.content)],
          ["INV-2026-000001.txt", "text/plain", `invoice ${order.total.amount}`]
        )
      })
    )

    test(
      "is in the language in which its buyer bought, in the manner of the store where that is a kind of it",
      Effect.gen(function*() {
        const documents = yield* Documents
        const { variantId } = yield* Shop.product({ stock: 10 })
        const localeIn = (language: string) =>
          Effect.gen(function*() {
            const { order } = yield* Language.speaking(language)(Shop.place(yield* Shop.guest([variantId, 1])))
            return (yield* system(documents.invoice(order.id))).content.locale
          })
        assert.strictEqual(yield* localeIn("fr"), "fr")
        yield* system(Effect.flatMap(Stores, (stores) => stores.update({ settings: { locale: "de-AT" } })))
        assert.strictEqual(yield* localeIn("de"), "de-AT")
        assert.strictEqual(yield* localeIn("de-CH"), "de-CH")
      })
    )

    test(
      "an order that nobody has paid has none, and others do not learn of an order by its documents",
      Effect.gen(function*() {
        const documents = yield* Documents
        const { id: unpaid } = yield* inState("pending")
        assert.strictEqual((yield* Effect.flip(system(documents.invoice(unpaid))))._tag, "InvoiceNotDue")
        const { id } = yield* ordered()
        const invoice = yield* system(documents.invoice(id))
        const stranger = Actor.as(Actor.guest())
        assert.strictEqual((yield* Effect.flip(stranger(documents.invoice(id))))._tag, "OrderNotFound")
        assert.strictEqual((yield* Effect.flip(stranger(documents.file(invoice.id))))._tag, "DocumentNotFound")
        assert.strictEqual((yield* Effect.flip(stranger(documents.list())))._tag, "Unauthenticated")
        const clerk = Actor.as(Actor.staff("user_1", ["catalog:read"]))
        assert.strictEqual((yield* Effect.flip(clerk(documents.packingSlip(id))))._tag, "Forbidden")
        const other = yield* system(Effect.flatMap(Stores, (stores) => stores.create({ code: "other", name: "Other", currency: "USD" })))
        assert.deepStrictEqual((yield* within(other.id)(system(documents.list()))).items, [])
        assert.strictEqual((yield* Effect.flip(within(other.id)(system(documents.get(invoice.id)))))._tag, "DocumentNotFound")
      })
    )

    test(
      "numbers have no gap and no double, however many are written at once and whatever is rolled back",
      Effect.gen(function*() {
        const documents = yield* Documents
        const transactor = yield* Transactor
        const orders = yield* Effect.forEach(Array.from({ length: 12 }), () => ordered())
        const takenBack = (id: string) =>
          transactor.transaction(Effect.andThen(documents.invoice(id), Effect.fail("taken back" as const)))
        // asked for twice, it is one
        const attempts = orders.flatMap(({ id }) => [documents.invoice(id), takenBack(id), documents.invoice(id)])
        yield* system(Effect.forEach(attempts, (attempt) => Effect.exit(attempt), { concurrency: "unbounded" }))
        const { items } = yield* system(documents.list({ limit: 100 }))
        assert.deepStrictEqual(
          numbers(items),
          Array.from({ length: 12 }, (_, index) => `INV-1970-${String(index + 1).padStart(6, "0")}`)
        )
        assert.strictEqual(new Set(items.map(({ orderId }) => orderId)).size, 12)
      })
    )

    test(
      "each year begins again with one",
      Effect.gen(function*() {
        const documents = yield* Documents
        const years: Array<string> = []
        for (const at of ["2026-12-31T23:59:59.000Z", "2027-01-01T00:00:00.000Z"]) {
          yield* TestClock.setTime(Date.parse(at))
          years.push((yield* system(documents.invoice((yield* ordered()).id))).number)
        }
        assert.deepStrictEqual(years, ["INV-2026-000001", "INV-2027-000001"])
      })
    )

    test(
      "each refund of an order with an invoice has a credit note, and together they are the invoice to the last cent",
      Effect.gen(function*() {
        yield* system(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 77_500 })))
        const documents = yield* Documents
        const payments = yield* Payments
        const { id, order } = yield* ordered()
        const invoice = yield* system(documents.invoice(id))
        for (const amount of [1, 333, 1_000]) {
          yield* system(payments.refund(id, { amount: Shop.usd(amount), reason: "a scratch" }))
        }
        yield* system(payments.refund(id, { reason: "" }))
        yield* drain
        const credits = (yield* system(documents.ofOrder(id))).filter(({ kind }) => kind === "credit_note")
        assert.deepStrictEqual(numbers(credits), ["CN-1970-000001", "CN-1970-000002", "CN-1970-000003", "CN-1970-000004"])
        const sum = (of: (document: Document) => number) => credits.reduce((sum, each) => sum + of(each), 0)
        assert.strictEqual(sum(({ content }) => content.total.amount), order.total.amount)
        assert.strictEqual(sum(({ content }) => content.tax.amount), order.tax.amount)
        for (const { content } of credits) {
          assert.strictEqual(content.corrects, invoice.number)
          assert.isAtLeast(content.tax.amount, 0)
          assert.strictEqual(content.net.amount + content.tax.amount, content.total.amount)
        }
      })
    )

    test(
      "a credit note credits what its refund is for, at the rates of that, and a share of everything where nobody says for what",
      Effect.gen(function*() {
        for (const [taxClass, ratePpm] of [["standard", 190_000], ["books", 70_000]] as const) {
          yield* system(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "VAT", taxClass, ratePpm, country: "US" })))
        }
        const documents = yield* Documents
        const payments = yield* Payments
        const returns = yield* Returns
        const goods = [["Lamp", 2_000, 2, "standard"], ["Book", 1_000, 3, "books"], ["Pen", 333, 1, "books"]] as const
        const pieces = yield* Effect.forEach(goods, ([title, price, quantity, taxClass]) =>
          system(Effect.flatMap(Catalog, (catalog) => catalog.createProduct({ title, taxClass, variants: [{ price: Shop.usd(price), stock: 10 }] }))).pipe(
            Effect.map(({ variants }): Shop.Pieces => [variants[0]?.id ?? "", quantity])
          ))
        const { order } = yield* Shop.place(yield* Shop.guest(...pieces))
        const lineOf = (title: string) => order.lines.find((line) => line.title === title) ?? assert.fail(title)
        const said = (document: Document | undefined) =>
          document?.content.taxes.map(({ amount, country, ratePpm, taxable }) => [country, ratePpm, taxable?.amount, amount.amount])
            .toSorted(([, a], [, b]) => Number(a) - Number(b))
        const invoice = yield* system(documents.invoice(order.id))
        assert.deepStrictEqual(said(invoice), [["US", 70_000, 3_333, 233], ["US", 190_000, 4_500, 855]])
        const noteAfter = Effect.fnUntraced(function*(refund: Effect.Effect<unknown, unknown, Shop.ShopServices>) {
          // ids of the same moment have no order
          yield* TestClock.adjust("1 second")
          yield* system(refund)
          yield* drain
          const note = (yield* system(documents.ofOrder(order.id))).at(-1)
          return [note?.content.total.amount, note?.content.lines.map(({ amount, title }) => [title, amount.amount]), said(note)]
        })

        const cancellations = yield* Cancellations
        assert.deepStrictEqual(yield* noteAfter(cancellations.cancel(order.id, { lines: [{ lineId: lineOf("Pen").id, quantity: 1 }] })), [
          356, [["Pen", 333]], [["US", 70_000, 333, 23]]
        ])
        for (const event of ["ship", "deliver"] as const) yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
        const lineId = lineOf("Book").id
        const { id } = yield* system(returns.request(order.id, { lines: [{ lineId, quantity: 2, reason: "changed_mind" }] }))
        yield* system(returns.approve(id))
        yield* system(returns.receive(id, { lines: [{ lineId, restock: 2, scrap: 0 }] }))
        assert.deepStrictEqual(yield* noteAfter(returns.refund(id)), [2_140, [["Book", 2_000]], [["US", 70_000, 2_000, 140]]])
        const parts = [{ lineId: null, amount: Shop.usd(595) }, { lineId: lineOf("Lamp").id, amount: Shop.usd(119) }]
        assert.deepStrictEqual(yield* noteAfter(payments.refund(order.id, { reason: "", parts })), [714, [["Lamp", 100]], [["US", 190_000, 600, 114]]])
        // what is left costs 4641 at the one rate and 1070 at the other one
        assert.deepStrictEqual(yield* noteAfter(payments.refund(order.id, { amount: Shop.usd(571), reason: "" })), [
          571, [[`#${order.number}`, 490]], [["US", 70_000, 100, 7], ["US", 190_000, 390, 74]]
        ])
        const wrong = yield* Effect.flip(system(payments.refund(order.id, { amount: Shop.usd(1), reason: "", parts: [...parts, ...parts] })))
        assert.deepStrictEqual(
          wrong._tag === "InvalidInput" ? wrong.faults.map(({ code, path }) => [code, path.join(".")]) : wrong,
          [["duplicate", "parts.2.lineId"], ["duplicate", "parts.3.lineId"], ["too_much", "parts"]]
        )
        // together they are more than an amount can be
        const huge = parts.map(({ lineId }) => ({ lineId, amount: Shop.usd(Number.MAX_SAFE_INTEGER) }))
        const uncounted = yield* Effect.flip(system(payments.refund(order.id, { reason: "", parts: huge })))
        assert.deepStrictEqual(
          uncounted._tag === "InvalidInput" ? uncounted.faults.map(({ code, path }) => [code, path.join(".")]) : uncounted,
          [["too_much", "parts"]]
        )
        // an accountant finds all of it in the figures, to the last cent
        const analytics = yield* Analytics
        const all = yield* system(documents.ofOrder(order.id))
        const taxesOf = (kind: Document["kind"], ratePpm: number) =>
          all.filter((each) => each.kind === kind).flatMap(({ content }) => content.taxes.filter((tax) => tax.ratePpm === ratePpm))
        const sum = (kind: Document["kind"], ratePpm: number): ReadonlyArray<number> => [
          taxesOf(kind, ratePpm).reduce((all, { taxable }) => all + (taxable?.amount ?? 0), 0),
          taxesOf(kind, ratePpm).reduce((all, { amount }) => all + amount.amount, 0)
        ]
        const figures = (yield* system(analytics.invoicedTaxes({ from: "1970-01-01", to: "1970-01-02" }))).whole.figures
        assert.deepStrictEqual(
          figures.map((each) => [each.country, each.ratePpm, each.invoices, each.creditNotes]),
          [["US", 70_000, 1, 3], ["US", 190_000, 1, 2]]
        )
        assert.deepStrictEqual(
          figures.map((each) => [each.invoicedTaxable, each.invoicedTax, each.creditedTaxable, each.creditedTax].map((money) => money?.amount)),
          [70_000, 190_000].map((ratePpm) => sum("invoice", ratePpm).concat(sum("credit_note", ratePpm)))
        )
        yield* noteAfter(payments.refund(order.id, { reason: "" }))
        const after = (yield* system(analytics.invoicedTaxes({ from: "1970-01-01", to: "1970-01-02" }))).whole.figures
        assert.deepStrictEqual(after.map(({ tax, taxable }) => [taxable?.amount, tax.amount]), [[0, 0], [0, 0]])
        assert.deepStrictEqual(yield* Invariants.violations({ papers: true }), [])
      })
    )

    test(
      "an order without an invoice has no credit note, and gets those for what went back before once it has one",
      Effect.gen(function*() {
        const documents = yield* Documents
        const { id } = yield* ordered()
        const back = (amount: number) =>
          system(Effect.flatMap(Payments, (payments) => payments.refund(id, { amount: Shop.usd(amount), reason: "late" })))
        yield* back(300)
        yield* back(200)
        yield* drain
        assert.deepStrictEqual(yield* system(documents.ofOrder(id)), [])
        const { number } = yield* system(documents.invoice(id))
        yield* drain
        const papers = yield* system(documents.ofOrder(id))
        assert.sameMembers(
          papers.map(({ content, kind }) => `${kind} ${kind === "invoice" ? "" : `${content.total.amount} of ${content.corrects}`}`),
          ["invoice ", `credit_note 300 of ${number}`, `credit_note 200 of ${number}`]
        )
      })
    )

    test(
      "a store that wants it so has an invoice for every order that is paid, and for none other",
      Effect.gen(function*() {
        yield* system(Effect.flatMap(Stores, (stores) => stores.update({ settings: { invoices: "when_paid" } })))
        const { id } = yield* ordered()
        yield* inState("failed")
        yield* drain
        const { items } = yield* system(Effect.flatMap(Documents, (documents) => documents.list()))
        assert.deepStrictEqual(items.map(({ orderId }) => orderId), [id])
        const timeline = yield* system(Effect.flatMap(Orders, (orders) => orders.get(id)))
        assert.strictEqual(timeline.status, "paid")
      })
    )

    it.effect("a store that writes them by itself sends each by mail, once", () => {
      const mailbox = Mailbox.make()
      return Effect.gen(function*() {
        yield* Shop.ships
        const documents = yield* Documents
        const { id, order } = yield* ordered()
        yield* drain
        yield* system(Effect.flatMap(Payments, (payments) => payments.refund(id, { amount: Shop.usd(500), reason: "late" })))
        yield* drain
        yield* drain
        const sent = mailbox.mails.filter(({ attachments }) => attachments !== undefined)
        assert.deepStrictEqual(
          sent.map(({ attachments, subject, to }) => [to, subject, attachments?.map(({ name }) => name)]),
          [
            ["ada@example.com", "Invoice INV-1970-000001 of Main store", ["INV-1970-000001.txt"]],
            ["ada@example.com", "Credit note CN-1970-000001 of Main store", ["CN-1970-000001.txt"]]
          ]
        )
        assert.strictEqual(new TextDecoder().decode(sent[0]?.attachments?.[0]?.content), `invoice ${order.total.amount}`)
        assert.lengthOf(yield* system(documents.ofOrder(id)), 2)
      }).pipe(Effect.provide(
        Shop.layer(harness.storage(), { store: { settings: { invoices: "when_paid" } } }).pipe(
          Layer.provide(Mailbox.layer(mailbox)),
          Layer.provide(Layer.succeed(DocumentRenderer, plain))
        )
      ))
    })

    test(
      "documents are listed the last first, by kind and time, page by page",
      Effect.gen(function*() {
        const documents = yield* Documents
        const all: Array<string> = []
        for (let day = 1; day <= 5; day++) {
          yield* TestClock.setTime(Date.parse(`2026-11-0${day}T12:00:00.000Z`))
          all.unshift((yield* system(documents.invoice((yield* ordered()).id))).id)
        }
        const seen: Array<string> = []
        for (let after: string | null | undefined; after !== null;) {
          const page = yield* system(documents.list({ limit: 2, ...(after === undefined ? {} : { after }) }))
          seen.push(...page.items.map(({ id }) => id))
          after = page.nextCursor
        }
        assert.deepStrictEqual(seen, all)
        const some = yield* system(
          documents.list({ issuedFrom: "2026-11-02T00:00:00.000Z", issuedTo: "2026-11-04T00:00:00.000Z", kind: "invoice" })
        )
        assert.deepStrictEqual(some.items.map(({ id }) => id), all.slice(2, 4))
        assert.deepStrictEqual((yield* system(documents.list({ kind: "credit_note" }))).items, [])
      })
    )

    it.effect("a shop that draws no documents still numbers them", () =>
      Effect.gen(function*() {
        yield* Shop.ships
        const documents = yield* Documents
        const { id } = yield* ordered()
        const invoice = yield* system(documents.invoice(id))
        assert.strictEqual((yield* Effect.flip(system(documents.file(invoice.id))))._tag, "DocumentsUnavailable")
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
}
