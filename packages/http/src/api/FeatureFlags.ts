import { AskFlags, CreateFeatureFlag, FeatureFlag, FlagAnswers, UpdateFeatureFlag } from "@stoa/core/flags/FeatureFlag"
import { FlagNotFound, FlagTaken, TooManyFlags } from "@stoa/core/flags/FlagErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "settings:read" }
const writes: Traits = { access: "staff", permission: "settings:write" }
const byKey = { key: Schema.String }

export const FeatureFlagPage = page("FeatureFlagPage", FeatureFlag)

/** Switches for parts of the shop that not everybody sees yet. */
export class FeatureFlagsGroup extends HttpApiGroup.make("featureFlags").add(
  HttpApiEndpoint.get("exposed", "/flags", { query: AskFlags, success: FlagAnswers }).annotateMerge(
    operation("See which parts of the shop are switched on for who asks", { access: "guest" })
  ),
  HttpApiEndpoint.get("list", "/admin/feature-flags", { success: FeatureFlagPage }).middleware(Guarded).annotateMerge(
    operation("List feature flags, by key", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/feature-flags", {
    payload: CreateFeatureFlag,
    success: FeatureFlag.pipe(HttpApiSchema.status(201)),
    error: problems(FlagTaken, TooManyFlags)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Create a feature flag; off and for nobody if nothing else is said", { ...writes, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("get", "/admin/feature-flags/:key", {
    params: byKey,
    success: FeatureFlag,
    error: problems(FlagNotFound)
  }).middleware(Guarded).annotateMerge(operation("See a feature flag", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/feature-flags/:key", {
    params: byKey,
    payload: UpdateFeatureFlag,
    success: FeatureFlag,
    error: problems(FlagNotFound, VersionConflict)
  }).middleware(Guarded).annotateMerge(
    operation("Change a feature flag; what is left out stays", { ...writes, conditional: true, tagged: true })
  ),
  HttpApiEndpoint.delete("delete", "/admin/feature-flags/:key", {
    params: byKey,
    error: problems(FlagNotFound, VersionConflict)
  }).middleware(Guarded).annotateMerge(operation("Delete a feature flag, which is off then", { ...writes, conditional: true }))
).annotateMerge(
  OpenApi.annotations({ title: "Feature flags", description: "Switches for parts of the shop that not everybody sees yet" })
) {}
