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

/** Nothing that draws documents is configured: see `documents` in the options of the engine. */
export class DocumentsUnavailable extends StoaError<DocumentsUnavailable>()("DocumentsUnavailable", {
  code: "documents_unavailable",
  kind: "unavailable"
}, {}) {
  override get message(): string {
    return "This shop draws no documents: it was set up without `documents`"
  }
}
