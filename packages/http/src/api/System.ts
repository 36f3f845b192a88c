import { PublicKeys } from "@stoa/core/identity/Account"
import { JobCounts } from "@stoa/core/jobs/DeadJob"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded } from "./Edge.ts"
import { NotReady } from "./HttpErrors.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const Health = Schema.Struct({ status: Schema.Literal("ok") }).annotate({ identifier: "Health" })

/** One thing that the shop stands on. */
export const HealthCheck = Schema.Struct({
  name: Schema.String,
  status: Schema.Literals(["ok", "failed", "timeout"]),
  /** How long it took to answer, in milliseconds. */
  millis: Schema.Int
}).annotate({ identifier: "HealthCheck" })

export const HealthReport = Schema.Struct({
  status: Schema.Literals(["ok", "degraded"]),
  /** Since when this process serves, in seconds. */
  uptimeSeconds: Schema.Int,
  checks: Schema.Array(HealthCheck),
  gateways: Schema.Array(Schema.String),
  jobs: Schema.NullOr(JobCounts)
}).annotate({ identifier: "HealthReport" })

/** What operators and machines ask. Outside of the prefix. */
export class SystemGroup extends HttpApiGroup.make("system").add(
  HttpApiEndpoint.get("health", "/health", { success: Health }).annotateMerge(
    operation("Whether the process answers", { access: "none" })
  ),
  HttpApiEndpoint.get("live", "/health/live", { success: Health }).annotateMerge(
    operation("Whether the process answers", { access: "none" })
  ),
  HttpApiEndpoint.get("ready", "/health/ready", { success: Health, error: problems(NotReady) }).annotateMerge(
    operation("Whether the shop takes requests now", { access: "none" })
  ),
  HttpApiEndpoint.get("detailed", "/health/detailed", { success: HealthReport }).middleware(Guarded).annotateMerge(
    operation("How everything is that the shop stands on", { access: "staff", permission: "health:read" })
  ),
  HttpApiEndpoint.get("metrics", "/metrics", {
    success: Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/plain; version=0.0.4; charset=utf-8" }))
  }).middleware(Guarded).annotateMerge(operation("Metrics in the text format of Prometheus", { access: "guest" })),
  HttpApiEndpoint.get("keys", "/.well-known/jwks.json", { success: PublicKeys }).annotateMerge(
    operation("The public keys of access tokens (RFC 7517)", { access: "none", shared: true })
  )
).annotateMerge(OpenApi.annotations({ title: "System", description: "What operators and machines ask" })) {}
