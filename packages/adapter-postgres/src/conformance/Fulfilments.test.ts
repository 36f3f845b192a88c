import { cancellationSuite } from "@stoa/core/testing/CancellationSuite"
import { fulfilmentSuite } from "@stoa/core/testing/FulfilmentSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

fulfilmentSuite(PostgresHarness.postgres)
cancellationSuite(PostgresHarness.postgres)
