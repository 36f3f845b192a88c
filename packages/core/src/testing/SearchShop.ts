import * as Layer from "effect/Layer"
import type { StoragePorts } from "../engine/Storage.ts"
import * as JobRegistry from "../jobs/JobRegistry.ts"
import * as SearchLog from "../search/SearchLog.ts"
import * as Search from "../search/Search.ts"
import { shop } from "./CatalogFixture.ts"

/** The catalog with its search. Every call builds another. */
export const searching = <More = never>(storage: Layer.Layer<StoragePorts | More, unknown>) =>
  Search.layer.pipe(
    Layer.provide(SearchLog.layer),
    Layer.provideMerge(JobRegistry.layer),
    Layer.provideMerge(shop(storage))
  )
