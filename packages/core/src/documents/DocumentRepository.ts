import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Document, DocumentContent, DocumentId, DocumentKind, ListDocuments } from "./Document.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"

/** A document that is about to be issued. */
export interface DocumentToIssue {
  readonly id: DocumentId
  readonly kind: DocumentKind
  readonly orderId: string
  readonly refundId: string | null
  readonly editId: string | null
  /** The document that it takes back; `null` if it takes none back. */
  readonly takesBack: DocumentId | null
  readonly issuedAt: Timestamp
  /** What it says, made of the documents that the order has by then. */
  readonly content: (issued: ReadonlyArray<Document>) => DocumentContent
}

/** Where documents are kept. */
export class DocumentRepository extends Context.Service<DocumentRepository, {
  /**
   * Writes a document under the next number of its kind and year, or answers with the one that the order, the refund or the
   * edit has: of an order an invoice and, where it was over before all of it was paid, a credit note; and of each document that is taken back what takes it back. In the current transaction, until whose end others wait: what is rolled back leaves no gap.
   */
  readonly issue: (document: DocumentToIssue) => Effect.Effect<Document, StorageError>
  /**
   * Orders that are over, have an invoice, were not paid in full and have no credit note over what was never paid: by id, after one of
   * them. Of some of them nothing is left to credit.
   */
  readonly unended: (after: string, limit: number) => Effect.Effect<ReadonlyArray<string>, StorageError>
  readonly find: (id: string) => Effect.Effect<Document | undefined, StorageError>
  /** The documents of an order, oldest first. */
  readonly ofOrder: (orderId: string) => Effect.Effect<ReadonlyArray<Document>, StorageError>
  readonly list: (query: ListDocuments) => Effect.Effect<Page<Document>, StorageError | InvalidInput>
}>()("@stoa/core/documents/DocumentRepository") {}
