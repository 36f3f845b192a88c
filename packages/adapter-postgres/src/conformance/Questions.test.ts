import { questionSuite } from "@stoa/core/testing/QuestionSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

questionSuite(PostgresHarness.postgres)
