import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { Attribute, AttributeId, ListAttributes } from "./Attribute.ts"
import type { Expected } from "./AttributeSet.ts"
import type { AttributeCodeTaken } from "./CatalogErrors.ts"
import type { CategoryId } from "./Category.ts"
import type { ProductId } from "./Product.ts"

/** What the catalog asks of storage for attributes. */
export class AttributeRepository extends Context.Service<AttributeRepository, {
  /** By position, then by code; `shown`: only those that buyers see. */
  readonly list: (query: ListAttributes, shown: boolean) => Effect.Effect<Page<Attribute>, StorageError | InvalidInput>
  /** By its id or code. */
  readonly find: (idOrCode: string) => Effect.Effect<Attribute | undefined, StorageError>
  /** Those of some codes. One statement. */
  readonly known: (codes: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Attribute>, StorageError>
  /**
   * Those of some codes, and with `required` all that something new must say. They do not change until the transaction ends, so
   * what was checked by them stays true. One statement.
   */
  readonly held: (
    codes: ReadonlyArray<string>,
    required: boolean
  ) => Effect.Effect<ReadonlyMap<string, Attribute>, StorageError>
  /** How many there are, up to a limit, so that a store does not get more than it can show. */
  readonly count: Effect.Effect<number, StorageError>
  readonly insert: (attribute: Attribute) => Effect.Effect<void, StorageError | AttributeCodeTaken>
  /** Replaces an attribute that still has the version before (`version - 1`). */
  readonly replace: (attribute: Attribute) => Effect.Effect<void, StorageError | VersionConflict>
  /** Gives what products have chosen the places that these choices have now, for lists that are sorted by it. One statement. */
  readonly place: (
    id: AttributeId,
    places: ReadonlyArray<{ readonly code: string; readonly place: number }>
  ) => Effect.Effect<void, StorageError>
  /**
   * What the products of some categories, by their ids or slugs, are to say: by the sets of these, and of those above them, which come first. One
   * statement.
   */
  readonly expected: (categories: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Expected>, StorageError>
  /** Puts a set in place of that of a category; answers the codes that no attribute has. The transaction must then roll back. */
  readonly assign: (
    category: CategoryId,
    set: ReadonlyArray<{ readonly attribute: string; readonly required: boolean }>
  ) => Effect.Effect<ReadonlyArray<string>, StorageError>
  /** Products that are on sale and lack what is required, by ascending id after one; `category`: those in it or below it. One statement. */
  readonly lacking: (
    category: CategoryId | undefined,
    after: string,
    limit: number
  ) => Effect.Effect<ReadonlyArray<ProductId>, StorageError>
  /** The first of some choices that a product or a variant has made. */
  readonly chosen: (id: AttributeId, codes: ReadonlyArray<string>) => Effect.Effect<string | undefined, StorageError>
  /** How many products say something by it, or variants of theirs, counted up to a limit. */
  readonly describedBy: (id: AttributeId, limit: number) => Effect.Effect<number, StorageError>
  /**
   * Deletes an attribute with all its values, which gives the products that had one a new version. `false` if it is not there, or
   * not at the version; the transaction must then roll back.
   */
  readonly delete: (id: AttributeId, at: Timestamp, version?: number) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/catalog/AttributeRepository") {}
