import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { SearchDictionary } from "./Dictionary.ts"

/** Where the dictionary of a store is kept, one document. The next search after a change goes by it, on every process. */
export class SearchDictionaryRepository extends Context.Service<SearchDictionaryRepository, {
  /** The dictionary of the store, of version 0 if it has none. One statement. */
  readonly read: Effect.Effect<SearchDictionary, StorageError>
  /** Keeps a dictionary if the one that is there has the version before; `false` if it has another. */
  readonly write: (dictionary: SearchDictionary) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/search/SearchDictionaryRepository") {}
