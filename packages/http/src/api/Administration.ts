import { AuditEntry, ListAudit } from "@stoa/core/audit/AuditEntry"
import { ApiKey, CreateApiKey, ListApiKeys, ListUsers, NewApiKey, User } from "@stoa/core/identity/Account"
import { ApiKeyNotFound, CannotGrantBeyondOwn, UserNotFound } from "@stoa/core/identity/IdentityErrors"
import { DeadJob, JobCounts, JobNotFound, ListDeadJobs } from "@stoa/core/jobs/DeadJob"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { Store, UpdateStore } from "@stoa/core/stores/Store"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const UserPage = page("UserPage", User)
export const ApiKeyPage = page("ApiKeyPage", ApiKey)
export const AuditPage = page("AuditPage", AuditEntry)
export const DeadJobPage = page("DeadJobPage", DeadJob)

/** Whether a user may sign in. */
export const UpdateUser = Schema.Struct({ status: User.fields.status }).annotate({ identifier: "UpdateUser" })

/** Users, keys of programs, the audit log, settings, background work. */
export class AdministrationGroup extends HttpApiGroup.make("administration").add(
  HttpApiEndpoint.get("listUsers", "/admin/users", { query: ListUsers, success: UserPage }).annotateMerge(
    operation("List users, newest first", { access: "staff", permission: "customers:read" })
  ),
  HttpApiEndpoint.get("getUser", "/admin/users/:id", {
    params: byId,
    success: User,
    error: problems(UserNotFound)
  }).annotateMerge(operation("See a user", { access: "staff", permission: "customers:read", tagged: true })),
  HttpApiEndpoint.patch("updateUser", "/admin/users/:id", {
    params: byId,
    payload: UpdateUser,
    success: User,
    error: problems(UserNotFound, VersionConflict)
  }).annotateMerge(
    operation("Suspend a user, or let them sign in again", {
      access: "staff",
      permission: "customers:write",
      conditional: true,
      tagged: true
    })
  ),
  HttpApiEndpoint.get("listApiKeys", "/admin/api-keys", { query: ListApiKeys, success: ApiKeyPage }).annotateMerge(
    operation("List API keys, newest first", { access: "staff", permission: "api-keys:write" })
  ),
  HttpApiEndpoint.post("createApiKey", "/admin/api-keys", {
    payload: CreateApiKey,
    success: NewApiKey.pipe(HttpApiSchema.status(201)),
    error: problems(CannotGrantBeyondOwn)
  }).annotateMerge(
    operation("Create an API key; its secret is shown once", {
      access: "staff",
      permission: "api-keys:write",
      sensitive: true
    })
  ),
  HttpApiEndpoint.delete("revokeApiKey", "/admin/api-keys/:id", {
    params: byId,
    success: ApiKey,
    error: problems(ApiKeyNotFound)
  }).annotateMerge(operation("Make an API key worthless", { access: "staff", permission: "api-keys:write" })),
  HttpApiEndpoint.get("listAudit", "/admin/audit-logs", { query: ListAudit, success: AuditPage }).annotateMerge(
    operation("List privileged actions, newest first", { access: "staff", permission: "audit:read" })
  ),
  HttpApiEndpoint.get("getSettings", "/admin/settings", { success: Store }).annotateMerge(
    operation("See the store and its settings", { access: "staff", permission: "settings:read", tagged: true })
  ),
  HttpApiEndpoint.put("updateSettings", "/admin/settings", {
    payload: UpdateStore,
    success: Store,
    error: problems(VersionConflict)
  }).annotateMerge(
    operation("Change the store's name or settings; what is left out stays", {
      access: "staff",
      permission: "settings:write",
      conditional: true,
      tagged: true
    })
  ),
  HttpApiEndpoint.get("jobs", "/admin/jobs", { success: JobCounts }).annotateMerge(
    operation("Count background work", { access: "staff", permission: "jobs:read" })
  ),
  HttpApiEndpoint.get("deadJobs", "/admin/jobs/dead", { query: ListDeadJobs, success: DeadJobPage }).annotateMerge(
    operation("List work that was given up, newest first", { access: "staff", permission: "jobs:read" })
  ),
  HttpApiEndpoint.post("redriveJob", "/admin/jobs/:id/redrive", {
    params: byId,
    success: HttpApiSchema.Accepted,
    error: problems(JobNotFound)
  }).middleware(Idempotent).annotateMerge(
    operation("Start work that was given up again", { access: "staff", permission: "jobs:write", idempotent: true })
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({
    title: "Administration",
    description: "Users, keys of programs, the audit log, settings, background work"
  })
) {}
