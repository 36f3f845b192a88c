import type * as Layer from "effect/Layer"
import type { StoragePorts } from "../engine/Storage.ts"

/** A storage adapter under test. */
export interface StorageHarness {
  /** Names the adapter in the test report: `"sqlite in memory"`. */
  readonly name: string
  /** A fresh, empty, migrated storage at every call, which removes what it made when its scope closes. */
  readonly storage: () => Layer.Layer<StoragePorts, unknown>
}
