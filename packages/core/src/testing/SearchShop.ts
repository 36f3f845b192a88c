import * as Layer from "effect/Layer"
import type { StoragePorts } from "../engine/Storage.ts"
import * as JobRegistry from "../jobs/JobRegistry.ts"
import * as SearchFeed from "../search/SearchFeed.ts"
import { SearchIndex } from "../search/SearchIndex.ts"
import * as SearchLog from "../search/SearchLog.ts"
import * as Search from "../search/Search.ts"
import { shop } from "./CatalogFixture.ts"

/** The catalog with its search, in the database or by an engine outside of it. Every call builds another. */
export const searching = <More = never>(storage: Layer.Layer<StoragePorts | More, unknown>, index?: SearchIndex) =>
  Layer.mergeAll(Search.layer, SearchFeed.layer).pipe(
    Layer.provide(SearchLog.layer),
    Layer.provideMerge(JobRegistry.layer),
    Layer.provideMerge(shop(storage)),
    Layer.provideMerge(Layer.succeed(SearchIndex, index))
  )
