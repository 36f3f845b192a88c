import { simulationSuite } from "@stoa/core/testing/SimulationSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

simulationSuite(PostgresHarness.simulated, "postgres")
