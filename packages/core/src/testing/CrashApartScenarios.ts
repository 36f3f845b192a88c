/**
 * What begins with people, files and orders that a shop can have only once, so that each play needs a shop of its own.
 */
import { atTheDesk } from "./CrashDeskScenarios.ts"
import { ofPeople } from "./CrashPeopleScenarios.ts"
import { afterSale } from "./CrashReturnScenarios.ts"
import type { Scenario } from "./CrashScenario.ts"
import { withValue } from "./CrashValueScenarios.ts"

export const apart: ReadonlyArray<Scenario<unknown>> = [...afterSale, ...atTheDesk, ...withValue, ...ofPeople]
