import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as EditFigures from "../edits/EditFigures.ts"
import type { OrderEdit } from "../edits/OrderEdit.ts"
import * as Money from "../kernel/Money.ts"
import type { RefundPart } from "../payments/RefundPart.ts"
import type { Store } from "../stores/Store.ts"
import { kinds, linesOf, money, ordered, type Piece, priced } from "../testing/TaxedOrder.ts"
import type { Document, DocumentContent } from "./Document.ts"
import * as OrderContent from "./OrderContent.ts"
import * as PaperTaxes from "./PaperTaxes.ts"

const piece = fc.record({
  quantity: fc.integer({ min: 1, max: 5 }),
  unitPrice: fc.oneof(fc.nat(20), fc.nat(100_000)),
  kind: fc.constantFrom(...kinds)
})

const store = { name: "Stoa", settings: { locale: "en", legalName: null, legalAddress: null, taxId: null } } as unknown as Store

const sum = (amounts: ReadonlyArray<number>) => amounts.reduce((all, amount) => all + amount, 0)

/** The papers of an order, as they are written one after the other. */
const papersOf = (pieces: ReadonlyArray<Piece>, shipping: number, off: number, pricesIncludeTax: boolean, isDouble: boolean) => {
  let order = ordered(priced(pieces, shipping, off, pricesIncludeTax, isDouble), true)
  const edits: Array<OrderEdit> = []
  const documents: Array<Document> = []
  const write = (kind: Document["kind"], content: DocumentContent) => {
    const document = { id: `doc_${documents.length}`, kind, number: String(documents.length), content } as Document
    documents.push(document)
    return document
  }
  const invoice = write("invoice", OrderContent.ofInvoice(order, store))
  const credits = () => OrderContent.credited(documents.slice(1))
  const left = () => order.total.amount - sum(credits().map(({ content }) => content.total.amount))
  return {
    documents,
    credits,
    left,
    now: () => order,
    credit: (amount: number, parts: ReadonlyArray<RefundPart> = []) =>
      write("credit_note", OrderContent.ofRefund(order, store, { amount: money(amount), reason: "", parts }, credits(), edits, invoice)),
    takeBack: (note: Document, amount: number) => write("invoice", OrderContent.ofTakenBack(order, store, money(amount), note)),
    /** Adds goods that nobody pays, or takes pieces out, which goes back as far as it was paid. */
    edit: (change: Pick<EditFigures.Change, "removed" | "added">) => {
      const outcome = EditFigures.apply(order, { ...change, shipping: undefined, shippingAddress: null, billingAddress: null })
      order = outcome.order
      edits.push({ creditedOf: outcome.creditedOf } as unknown as OrderEdit)
      return outcome
    }
  }
}

/** What is left of each tax of an order that no note has credited. */
const taxesLeft = ({ credits, now }: ReturnType<typeof papersOf>) =>
  credits().reduce((all, { content }) => PaperTaxes.plus(all, content.taxes, -1), PaperTaxes.of(now(), now().taxes))

const isSound = ({ net, parts = [], tax, taxes, total }: DocumentContent) => {
  assert.strictEqual(net.amount + tax.amount, total.amount)
  assert.strictEqual(sum(taxes.map(({ amount }) => amount.amount)), tax.amount)
  assert.strictEqual(sum(parts.map(({ amount }) => amount.amount)), total.amount)
}

interface Step {
  readonly kind: "named" | "free" | "back"
  readonly index: number
  readonly share: number
  readonly isWhole: boolean
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom<Step["kind"]>("named", "free", "free", "back"),
    index: fc.nat(5),
    share: fc.integer({ min: 1, max: 100 }),
    isWhole: fc.boolean()
  }),
  { maxLength: 8 }
)

const shops = [
  fc.array(piece, { minLength: 1, maxLength: 4 }),
  fc.nat(2_000),
  fc.oneof(fc.constant(0), fc.nat(50_000)),
  fc.boolean(),
  fc.boolean(),
  steps
] as const

/** The last note says a cent less than nothing of what a tax was charged on, for a part of another one was taken back, and a part of it is. */
const belowNothing: [Array<Piece>, number, number, boolean, boolean, Array<Step>, Array<Piece>] = [
  [{ quantity: 1, unitPrice: 2, kind: "set" }, { quantity: 1, unitPrice: 3, kind: "standard" }],
  0,
  0,
  false,
  true,
  [
    { kind: "free", index: 0, share: 34, isWhole: false },
    { kind: "free", index: 0, share: 1, isWhole: true },
    { kind: "back", index: 0, share: 1, isWhole: true },
    { kind: "named", index: 0, share: 1, isWhole: false },
    { kind: "named", index: 0, share: 51, isWhole: false },
    { kind: "back", index: 5, share: 1, isWhole: false }
  ],
  [{ quantity: 1, unitPrice: 0, kind: "standard" }]
]

/** Writes a note, or what takes one back; `undefined` where there is nothing to write about. */
const step = (papers: ReturnType<typeof papersOf>, { index, isWhole, kind, share }: Step) => {
  const part = (amount: number) => isWhole ? amount : Math.ceil(amount * share / 100)
  if (kind === "back") {
    const open = papers.documents.filter(({ id, kind }) => kind === "credit_note" && !papers.documents.some(({ takesBack }) => takesBack === id))
    const note = open[index % Math.max(1, open.length)]
    if (note === undefined) return undefined
    const paper = papers.takeBack(note, part(note.content.total.amount))
    Object.assign(paper, { takesBack: note.id })
    return paper
  }
  const { lines } = papers.now()
  const line = lines[index % lines.length]
  const amount = Math.min(papers.left(), kind === "free" ? part(papers.left()) : part(line?.total.amount ?? 0))
  if (amount === 0) return undefined
  return papers.credit(amount, kind === "free" ? [] : [{ lineId: line?.id ?? null, amount: money(amount) }])
}

describe("credit notes of orders with several taxes", () => {
  it("credit no more of a line or of a tax than there is, and all of both in the end, to the last cent", () => {
    fc.assert(fc.property(...shops, (pieces, shipping, off, pricesIncludeTax, isDouble, all) => {
      const papers = papersOf(pieces, shipping, off, pricesIncludeTax, isDouble)
      fc.pre(papers.left() > 0)
      const whole = priced(pieces, shipping, off, pricesIncludeTax, isDouble)
      const isTaxedOnce = !isDouble && pieces.every(({ kind }) => kind !== "untaxed")
      for (const each of [...all, { kind: "free", index: 0, share: 100, isWhole: true } satisfies Step]) {
        const paper = step(papers, each)
        if (paper === undefined) continue
        const { content } = paper
        isSound(content)
        assert.isAtLeast(content.tax.amount, 0)
        assert.isAtLeast(content.net.amount, 0)
        if (isTaxedOnce && content.total.amount > 0) {
          // where a part of a note was taken back, its cents are rounded otherwise than those of its lines
          const isInParts = papers.documents.some(({ content: { corrects, total }, kind }) =>
            kind === "invoice" && corrects !== null && total.amount !== papers.documents.find(({ number }) => number === corrects)?.content.total.amount)
          const taxed = sum(content.taxes.map(({ amount, taxable }) => amount.amount + (taxable?.amount ?? 0)))
          assert.approximately(taxed, content.total.amount, isInParts ? content.taxes.length : 0)
        }
        for (const tax of taxesLeft(papers)) {
          assert.isAtLeast(tax.amount.amount, 0)
          // a city tax is charged on the same goods as the other one, and rounded apart
          assert.isAtLeast(tax.taxable?.amount ?? 0, isDouble ? -whole.lines.length * 8 : 0)
        }
        for (const { id, total } of papers.now().lines) {
          const credited = sum(papers.credits().flatMap(({ content: { parts = [] } }) => parts.map(({ amount, lineId }) => lineId === id ? amount.amount : 0)))
          assert.isAtMost(credited, total.amount)
          assert.isAtLeast(credited, 0)
        }
      }
      assert.strictEqual(papers.left(), 0)
      for (const { amount, taxable } of taxesLeft(papers)) assert.deepStrictEqual([amount.amount, taxable?.amount], [0, 0])
    }), { numRuns: 500 })
  })

  it("come to what is left of an order after it was edited, of each tax", () => {
    fc.assert(fc.property(...shops, fc.array(piece, { minLength: 1, maxLength: 2 }), (pieces, shipping, off, pricesIncludeTax, isDouble, all, added) => {
      const papers = papersOf(pieces, shipping, off, pricesIncludeTax, isDouble)
      fc.pre(papers.left() > 0)
      const [first, ...others] = all
      if (first !== undefined) step(papers, first)
      papers.edit({ removed: [], added: linesOf(priced(added, 0, 0, pricesIncludeTax, isDouble)) })
      for (const each of others) {
        const paper = step(papers, each)
        if (paper !== undefined) isSound(paper.content)
      }
      if (papers.left() > 0) isSound(papers.credit(papers.left()).content)
      for (const { amount, taxable } of taxesLeft(papers)) assert.deepStrictEqual([amount.amount, taxable?.amount], [0, 0])
    }), { numRuns: 300, examples: [belowNothing] })
  })

  const standard: Piece = { quantity: 2, unitPrice: 11_900, kind: "standard" }
  const reduced: Piece = { quantity: 1, unitPrice: 10_700, kind: "reduced" }
  const said = ({ content: { taxes } }: Pick<Document, "content">) =>
    taxes.map(({ amount, name, ratePpm, taxable }) => [name, ratePpm / 10_000, taxable?.amount, amount.amount])

  it("credit a line at its own rate, and shipping at that of shipping", () => {
    const papers = papersOf([standard, reduced], 595, 0, true, false)
    const [lamp, book] = papers.now().lines
    assert.deepStrictEqual(said(papers.documents[0] as Document), [["VAT", 7, 10_000, 700], ["VAT", 19, 20_500, 3_895]])
    assert.deepStrictEqual(said(papers.credit(10_700, [{ lineId: book?.id ?? null, amount: money(10_700) }])), [["VAT", 7, 10_000, 700]])
    assert.deepStrictEqual(said(papers.credit(11_900, [{ lineId: lamp?.id ?? null, amount: money(11_900) }])), [["VAT", 19, 10_000, 1_900]])
    assert.deepStrictEqual(said(papers.credit(595, [{ lineId: null, amount: money(595) }])), [["VAT", 19, 500, 95]])
    assert.deepStrictEqual(said(papers.credit(papers.left())), [["VAT", 19, 10_000, 1_900]])
  })

  it("credit a share of everything where nothing is said, and what takes them back says the same", () => {
    const papers = papersOf([{ ...standard, quantity: 1 }, reduced], 0, 0, true, false)
    const note = papers.credit(2_260)
    assert.deepStrictEqual(said(note), [["VAT", 19, 1_000, 190], ["VAT", 7, 1_000, 70]])
    const paper = papers.takeBack(note, 2_260)
    assert.deepStrictEqual([paper.content.total, said(paper)], [money(2_260), said(note)])
  })

  it("say no tax of goods that edits have added and nobody has paid", () => {
    const papers = papersOf([reduced], 0, 0, true, false)
    const { order } = papers.edit({ removed: [], added: linesOf(priced([standard], 0, 0, true)) })
    assert.deepStrictEqual(said(papers.credit(5_350)), [["VAT", 7, 5_000, 350]])
    // and these are taken out again
    papers.edit({ removed: [{ lineId: order.lines[1]?.id as never, quantity: 2, returned: 0 }], added: [] })
    assert.deepStrictEqual([papers.left(), said(papers.credit(papers.left()))], [5_350, [["VAT", 7, 5_000, 350]]])
  })

  it("credit no more of a line than it costs where an edit has taken out what was given back, and a part of that came back", () => {
    const papers = papersOf([{ ...standard, quantity: 1, unitPrice: 3 }, { ...standard, unitPrice: 4 }], 0, 0, false, false)
    const [bought, other] = papers.now().lines
    const note = papers.credit(papers.left())
    papers.edit({ removed: [{ lineId: bought?.id as never, quantity: 1, returned: 0 }], added: linesOf(priced([{ ...standard, quantity: 1, unitPrice: 3 }], 0, 0, false)) })
    Object.assign(papers.takeBack(note, 2), { takesBack: note.id })
    papers.credit(2, [{ lineId: bought?.id ?? null, amount: money(2) }])
    for (const line of [bought, other]) {
      const credited = sum(papers.credits().flatMap(({ content: { parts = [] } }) => parts.map(({ amount, lineId }) => lineId === line?.id ? amount.amount : 0)))
      assert.isAtMost(credited, line?.total.amount ?? 0)
    }
  })

  it("know a tax by its name and height, wherever it stands, also among papers that do not say what it was charged on", () => {
    const papers = papersOf([standard, reduced], 0, 0, true, false)
    const note = papers.credit(10_700, [{ lineId: papers.now().lines[1]?.id ?? null, amount: money(10_700) }])
    const old = { ...note.content, taxes: note.content.taxes.map(({ amount, name, ratePpm }) => ({ name, ratePpm, amount })) }
    Object.assign(note, { content: old })
    const { content } = papers.credit(papers.left())
    assert.deepStrictEqual(content.taxes.map(({ amount, ratePpm }) => [ratePpm, amount.amount]), [[70_000, 0], [190_000, 3_800]])
    assert.deepStrictEqual(Money.add(content.net, content.tax), content.total)
  })
})
