import { VersionConflict } from "@stoa/core/kernel/Version"
import {
  ListReferrals,
  Referral,
  ReferralProgram,
  ReferralStatus,
  ReferredFriend,
  SetReferralProgram,
  UseReferralCode
} from "@stoa/core/referrals/Referral"
import { ReferralCodeUnknown, ReferralRefused } from "@stoa/core/referrals/ReferralErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded } from "./Edge.ts"
import { page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "loyalty:read" }

export const ReferralPage = page("ReferralPage", Referral)

/** Codes that customers give to friends, and what both get for it. */
export class ReferralsGroup extends HttpApiGroup.make("referrals").add(
  HttpApiEndpoint.get("mine", "/referrals", { success: ReferralStatus }).annotateMerge(
    operation("See one's own code, and what has come of it", { access: "customer" })
  ),
  HttpApiEndpoint.post("use", "/referrals", {
    payload: UseReferralCode,
    success: ReferredFriend,
    error: problems(ReferralCodeUnknown, ReferralRefused)
  }).annotateMerge(
    // codes are short enough to be guessed by who may try without end
    operation("Say by whose code one came", { access: "customer", sensitive: true })
  ),
  HttpApiEndpoint.get("list", "/admin/referrals", { query: ListReferrals, success: ReferralPage }).annotateMerge(
    operation("List referrals, the newest first", reads)
  ),
  HttpApiEndpoint.get("program", "/admin/referrals/program", { success: ReferralProgram }).annotateMerge(
    operation("See what referrals bring", { ...reads, tagged: true })
  ),
  HttpApiEndpoint.put("setProgram", "/admin/referrals/program", {
    payload: SetReferralProgram,
    success: ReferralProgram,
    error: problems(VersionConflict)
  }).annotateMerge(
    operation("Set what referrals bring", { access: "staff", permission: "loyalty:write", conditional: true, tagged: true })
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Referrals", description: "Friends of customers, and what both get for it" })
) {}
