/**
 * Papers of an order: invoices and credit notes, numbered without a gap and frozen when they are issued.
 */
import * as Schema from "effect/Schema"
import * as Currency from "../kernel/Currency.ts"
import * as Id from "../kernel/Id.ts"
import { Money } from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { RefundPart } from "../payments/RefundPart.ts"

export const DocumentId = Id.define("doc", "DocumentId")
export type DocumentId = typeof DocumentId.Type

export const DocumentKind = Schema.Literals(["invoice", "credit_note"])
export type DocumentKind = typeof DocumentKind.Type

/** A name with the lines of its address. */
const Party = Schema.Struct({
  name: Schema.String,
  lines: Schema.Array(Schema.String),
  /** The number under which the tax office knows it. */
  taxId: Schema.NullOr(Schema.String)
})

/** What a document says. Nothing that changes later changes it. */
export const DocumentContent = Schema.Struct({
  /** The language that it is written in. */
  locale: Schema.String,
  currency: Currency.Currency,
  seller: Party,
  buyer: Party,
  orderNumber: Schema.Int,
  orderedAt: Timestamp,
  pricesIncludeTax: Schema.Boolean,
  lines: Schema.Array(Schema.Struct({
    title: Schema.String,
    detail: Schema.NullOr(Schema.String),
    quantity: Schema.Int,
    unitPrice: Money,
    discount: Money,
    /** As it is shown: with tax if prices contain it. */
    amount: Money
  })),
  shipping: Schema.NullOr(Schema.Struct({
    name: Schema.String,
    amount: Money,
    /** Where goods ship apart: what the amount is made of. */
    parts: Schema.optionalKey(Schema.Array(Schema.Struct({ name: Schema.String, amount: Money })))
  })),
  /** Each rate of a country, once, with its tax. */
  taxes: Schema.Array(Schema.Struct({
    name: Schema.String,
    ratePpm: Schema.Int,
    amount: Money,
    /**
     * What it was charged on, without tax. Left out of documents from before it was kept, and where the order is as old and says too little
     * of it.
     */
    taxable: Schema.optionalKey(Money),
    /** The country whose tax it is: that of the rate, or the one where the order goes. */
    country: Schema.optionalKey(Schema.String)
  })),
  net: Money,
  tax: Money,
  total: Money,
  /** Of an invoice: how many edits of its order it contains; papers of later ones follow it. */
  edits: Schema.optionalKey(Schema.Int),
  /** Of a credit note: the number of the invoice that it corrects. Of an invoice that takes a credit note back: the number of that. */
  corrects: Schema.NullOr(Schema.String),
  /** Of a credit note, and of what takes one back: what of the total is of which line or of shipping. Together they are the total. */
  parts: Schema.optionalKey(Schema.Array(RefundPart)),
  reason: Schema.NullOr(Schema.String)
})
export interface DocumentContent extends Schema.Schema.Type<typeof DocumentContent> {}

export const Document = Schema.Struct({
  id: DocumentId,
  kind: DocumentKind,
  /** `INV-2026-000001`: kind, year (UTC) and a number that counts up by one in each store. */
  number: Schema.String,
  orderId: Schema.String,
  /** Of a credit note: the refund that it is of, unless an edit took something out that was not paid, or an order was over before all of it was. */
  refundId: Schema.NullOr(Schema.String),
  /** The edit of the order that it is of, where it follows an earlier invoice. */
  editId: Schema.NullOr(Schema.String),
  /**
   * The document that it takes back, which stays as it is: of an invoice the credit note that is not owed any more, of the last credit
   * note of an order that is over once more the invoice that had taken the one before back. Left out if it takes none back.
   */
  takesBack: Schema.optionalKey(DocumentId),
  content: DocumentContent,
  issuedAt: Timestamp
}).annotate({ identifier: "Document" })
export interface Document extends Schema.Schema.Type<typeof Document> {}

/** What to list, the last issued first. */
export const ListDocuments = Schema.Struct({
  ...Page.PageRequest,
  kind: Schema.optionalKey(DocumentKind),
  orderId: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(100))),
  issuedFrom: Schema.optionalKey(Timestamp),
  issuedTo: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "ListDocuments" })
export interface ListDocuments extends Schema.Schema.Type<typeof ListDocuments> {}

const prefixes: Readonly<Record<DocumentKind, string>> = { invoice: "INV", credit_note: "CN" }

/** The number of a document in words. */
export const numberOf = (kind: DocumentKind, year: number, count: number): string =>
  `${prefixes[kind]}-${year}-${String(count).padStart(6, "0")}`
