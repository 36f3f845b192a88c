/**
 * What inventory must do on every storage.
 *
 * ```ts
 * inventorySuite({ name: "my database", storage: () => MyStorage.layer })
 * ```
 */
import { locationSuite } from "./LocationSuite.ts"
import { reservationSuite } from "./ReservationSuite.ts"
import { stockLaws } from "./StockLaws.ts"
import { stockLevelSuite } from "./StockLevelSuite.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export const inventorySuite = (harness: StorageHarness): void => {
  reservationSuite(harness)
  stockLevelSuite(harness)
  locationSuite(harness)
  stockLaws(harness)
}
