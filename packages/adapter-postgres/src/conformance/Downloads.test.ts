import { downloadSuite } from "@stoa/core/testing/DownloadSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

downloadSuite(PostgresHarness.postgres)
