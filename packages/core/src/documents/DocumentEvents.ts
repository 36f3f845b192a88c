import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { DocumentKind } from "./Document.ts"

/** An invoice or a credit note has its number. */
export const DocumentIssued = DomainEvent.define(
  "document.issued",
  Schema.Struct({ documentId: Schema.String, kind: DocumentKind, number: Schema.String, orderId: Schema.String })
)
