import { VersionConflict } from "@stoa/core/kernel/Version"
import { LoyaltyProgram, LoyaltyStatus, RedeemPoints, SetLoyaltyProgram } from "@stoa/core/loyalty/Loyalty"
import { PointsShort } from "@stoa/core/loyalty/LoyaltyErrors"
import { StoreCreditBalance } from "@stoa/core/value/StoredValue"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

/** Points for orders. */
export class LoyaltyGroup extends HttpApiGroup.make("loyalty").add(
  HttpApiEndpoint.get("mine", "/loyalty", { success: LoyaltyStatus }).annotateMerge(
    operation("See one's own points and tier", { access: "customer" })
  ),
  HttpApiEndpoint.post("redeem", "/loyalty/redemptions", {
    payload: RedeemPoints,
    success: StoreCreditBalance,
    error: problems(PointsShort)
  }).middleware(Idempotent).annotateMerge(
    operation("Turn points into store credit", { access: "customer", idempotent: true })
  ),
  HttpApiEndpoint.get("program", "/admin/loyalty", { success: LoyaltyProgram }).annotateMerge(
    operation("See the loyalty program", { access: "staff", permission: "loyalty:read", tagged: true })
  ),
  HttpApiEndpoint.put("setProgram", "/admin/loyalty", {
    payload: SetLoyaltyProgram,
    success: LoyaltyProgram,
    error: problems(VersionConflict)
  }).annotateMerge(
    operation("Set the loyalty program", { access: "staff", permission: "loyalty:write", conditional: true, tagged: true })
  )
).middleware(Guarded).annotateMerge(OpenApi.annotations({ title: "Loyalty", description: "Points for orders" })) {}
