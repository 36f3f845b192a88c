import { giftCardRecallSuite } from "@stoa/core/testing/GiftCardRecallSuite"
import { giftCardSaleSuite } from "@stoa/core/testing/GiftCardSaleSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

giftCardSaleSuite(PostgresHarness.postgres)
giftCardRecallSuite(PostgresHarness.postgres)
