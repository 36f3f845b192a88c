import * as Effect from "effect/Effect"
import * as MemorySearchIndex from "./MemorySearchIndex.ts"
import { searchIndexConformance } from "./SearchIndexConformance.ts"

searchIndexConformance({ name: "in memory", open: () => Effect.sync(() => MemorySearchIndex.make().index) })
