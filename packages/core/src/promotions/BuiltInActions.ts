/**
 * The actions that the engine knows.
 */
import * as AmountActions from "./AmountActions.ts"
import type { AnyAction } from "./PromotionKind.ts"
import * as SetActions from "./SetActions.ts"

export const all: ReadonlyArray<AnyAction> = [...AmountActions.all, ...SetActions.all]
