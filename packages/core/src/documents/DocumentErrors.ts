import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

export class DocumentNotFound extends StoaError<DocumentNotFound>()("DocumentNotFound", {
  code: "document_not_found",
  kind: "not_found"
}, { documentId: Schema.String }) {
  override get message(): string {
    return `There is no document ${this.documentId}`
  }
}

/** An invoice is written once the order is paid, or once its goods are on their way. */
export class InvoiceNotDue extends StoaError<InvoiceNotDue>()("InvoiceNotDue", {
  code: "invoice_not_due",
  kind: "conflict"
}, { orderId: Schema.String, status: Schema.String }) {
  override get message(): string {
    return `The order ${this.orderId} is ${this.status}; its invoice is written once it is paid or shipped`
  }
}

/**
 * Only a credit note over a refund whose money came back is taken back, as far as no other refund stands in for that one: `not_a_refund`,
 * `not_failed` or `replaced`.
 */
export class CreditNoteStands extends StoaError<CreditNoteStands>()("CreditNoteStands", {
  code: "credit_note_stands",
  kind: "conflict"
}, { documentId: Schema.String, reason: Schema.Literals(["not_a_refund", "not_failed", "replaced"]) }) {
  override get message(): string {
    switch (this.reason) {
      case "not_a_refund":
        return `${this.documentId} is no credit note of a refund`
      case "not_failed":
        return `The money of the refund of ${this.documentId} has not come back`
      case "replaced":
        return `Other refunds stand in for all that ${this.documentId} credits`
    }
  }
}

/** Nothing that draws documents is configured: see `documents` in the options of the engine. */
export class DocumentsUnavailable extends StoaError<DocumentsUnavailable>()("DocumentsUnavailable", {
  code: "documents_unavailable",
  kind: "unavailable"
}, {}) {
  override get message(): string {
    return "This shop draws no documents: it was set up without `documents`"
  }
}
