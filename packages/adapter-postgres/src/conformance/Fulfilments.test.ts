import { cancellationSuite } from "@stoa/core/testing/CancellationSuite"
import { orderEditSuite } from "@stoa/core/testing/OrderEditSuite"
import { fulfilmentSuite } from "@stoa/core/testing/FulfilmentSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

fulfilmentSuite(PostgresHarness.postgres)
cancellationSuite(PostgresHarness.postgres)
orderEditSuite(PostgresHarness.postgres)
