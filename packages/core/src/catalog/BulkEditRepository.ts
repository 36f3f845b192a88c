import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { BulkEdit, BulkEditId, ListBulkEdits } from "./BulkEdit.ts"
import type { Narrowed, OpenCollection } from "./ListFilters.ts"
import type { ProductId } from "./Product.ts"

/** What the catalog asks of storage for edits of many products. */
export class BulkEditRepository extends Context.Service<BulkEditRepository, {
  /** Products that a filter finds, up to so many, in no order. One statement. */
  readonly found: (query: Narrowed, collection: OpenCollection | undefined, limit: number) => Effect.Effect<ReadonlyArray<ProductId>, StorageError>
  /** Keeps an edit, and which products wait for it. Two statements. */
  readonly insert: (edit: BulkEdit, productIds: ReadonlyArray<ProductId>) => Effect.Effect<void, StorageError>
  /** Newest first. */
  readonly list: (query: ListBulkEdits) => Effect.Effect<Page<BulkEdit>, StorageError | InvalidInput>
  readonly find: (id: string) => Effect.Effect<BulkEdit | undefined, StorageError>
  /** The same, and nobody else goes on with it before the transaction ends. */
  readonly findForChange: (id: string) => Effect.Effect<BulkEdit | undefined, StorageError>
  /** Edits that are not finished. */
  readonly working: Effect.Effect<number, StorageError>
  /** Takes products that wait out of the line, up to so many. */
  readonly take: (id: BulkEditId, limit: number) => Effect.Effect<ReadonlyArray<ProductId>, StorageError>
  readonly replace: (edit: BulkEdit) => Effect.Effect<void, StorageError>
  /** Lets no product wait any more. */
  readonly clear: (id: BulkEditId) => Effect.Effect<void, StorageError>
}>()("@stoa/core/catalog/BulkEditRepository") {}
