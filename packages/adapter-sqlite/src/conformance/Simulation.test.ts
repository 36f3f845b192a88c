import { simulationSuite } from "@stoa/core/testing/SimulationSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

simulationSuite(SqliteHarness.simulated, "sqlite")
