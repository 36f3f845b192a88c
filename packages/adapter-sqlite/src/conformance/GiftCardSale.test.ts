import { giftCardRecallSuite } from "@stoa/core/testing/GiftCardRecallSuite"
import { giftCardSaleSuite } from "@stoa/core/testing/GiftCardSaleSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  giftCardSaleSuite(harness)
  giftCardRecallSuite(harness)
}
