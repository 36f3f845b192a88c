import { AuditEntryView, ListAudit } from "@stoa/core/audit/AuditEntry"
import { AuditVerification } from "@stoa/core/audit/AuditSeal"
import { ApiKey, CreateApiKey, ListApiKeys, ListUsers, NewApiKey, User } from "@stoa/core/identity/Account"
import { ApiKeyNotFound, CannotGrantBeyondOwn, EmailTaken, UserNotFound } from "@stoa/core/identity/IdentityErrors"
import { ErasureBlocked } from "@stoa/core/identity/Privacy"
import { LastOwner, RoleNotFound } from "@stoa/core/identity/RolesErrors"
import { CreateUser, Impersonate, Impersonation } from "@stoa/core/identity/UserInput"
import { DeadJob, JobCounts, JobNotFound, ListDeadJobs } from "@stoa/core/jobs/DeadJob"
import { ImpersonationRefused } from "@stoa/core/kernel/Permission"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { ListSettingChanges, Setting, SettingChange } from "@stoa/core/stores/SettingChange"
import { Store, UpdateStore } from "@stoa/core/stores/Store"
import { SettingChangeNotFound } from "@stoa/core/stores/StoresErrors"
import { StepUpRequired } from "@stoa/core/kernel/StepUp"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { DoneOnce, Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const UserPage = page("UserPage", User)
export const ApiKeyPage = page("ApiKeyPage", ApiKey)
export const AuditPage = page("AuditPage", AuditEntryView)
export const SettingChangePage = page("SettingChangePage", SettingChange)
export const DeadJobPage = page("DeadJobPage", DeadJob)

/** Whether a user may sign in, or which roles they have. */
export const UpdateUser = Schema.Union([
  Schema.Struct({ status: User.fields.status }),
  Schema.Struct({ roles: Schema.Array(Schema.String) })
]).annotate({ identifier: "UpdateUser" })

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
    error: problems(UserNotFound, RoleNotFound, CannotGrantBeyondOwn, LastOwner, ImpersonationRefused, StepUpRequired, VersionConflict)
  }).annotateMerge(
    operation("Suspend a user, let them sign in again, or give them roles; the latter needs `users:write`", {
      access: "staff",
      permission: "customers:write",
      conditional: true,
      tagged: true
    })
  ),
  HttpApiEndpoint.delete("endSessions", "/admin/users/:id/sessions", {
    params: byId,
    error: problems(UserNotFound, RoleNotFound, CannotGrantBeyondOwn, ImpersonationRefused)
  }).annotateMerge(
    operation("End every session of a user, who may sign in again", { access: "staff", permission: "customers:write" })
  ),
  HttpApiEndpoint.delete("eraseUser", "/admin/users/:id", {
    params: byId,
    error: problems(UserNotFound, RoleNotFound, CannotGrantBeyondOwn, LastOwner, ErasureBlocked, ImpersonationRefused, StepUpRequired)
  }).annotateMerge(
    operation("Forget a user: the account goes, and orders keep only their figures", {
      access: "staff",
      permission: "customers:write"
    })
  ),
  HttpApiEndpoint.post("createUser", "/admin/users", {
    payload: CreateUser,
    success: User.pipe(HttpApiSchema.status(201)),
    error: problems(EmailTaken, RoleNotFound, CannotGrantBeyondOwn, ImpersonationRefused, StepUpRequired)
  }).middleware(Idempotent).annotateMerge(
    operation("Make an account without a password", {
      access: "staff",
      permission: "customers:write",
      idempotent: true,
      tagged: true
    })
  ),
  HttpApiEndpoint.post("impersonate", "/admin/users/:id/impersonate", {
    params: byId,
    payload: Impersonate,
    success: Impersonation.pipe(HttpApiSchema.status(201)),
    error: problems(UserNotFound, RoleNotFound, CannotGrantBeyondOwn, ImpersonationRefused, StepUpRequired)
  }).annotateMerge(
    operation("Act as a user for a quarter of an hour", {
      access: "staff",
      permission: "users:impersonate",
      sensitive: true
    })
  ),
  HttpApiEndpoint.get("listApiKeys", "/admin/api-keys", { query: ListApiKeys, success: ApiKeyPage }).annotateMerge(
    operation("List API keys, newest first", { access: "staff", permission: "api-keys:write" })
  ),
  HttpApiEndpoint.post("createApiKey", "/admin/api-keys", {
    payload: CreateApiKey,
    success: NewApiKey.pipe(HttpApiSchema.status(201)),
    error: problems(CannotGrantBeyondOwn, ImpersonationRefused, StepUpRequired)
  }).middleware(DoneOnce).annotateMerge(
    operation("Create an API key; its secret is shown once", {
      access: "staff",
      permission: "api-keys:write",
      sensitive: true,
      doneOnce: true
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
  HttpApiEndpoint.get("exportAudit", "/admin/audit-logs/export", {
    query: ListAudit,
    success: HttpApiSchema.StreamUint8Array({ contentType: "application/x-ndjson" })
  }).annotateMerge(
    operation("Export privileged actions as lines of JSON, newest first", { access: "staff", permission: "audit:read" })
  ),
  HttpApiEndpoint.get("verifyAudit", "/admin/audit-logs/verification", { success: AuditVerification }).annotateMerge(
    operation("Check that nobody has changed the audit log", { access: "staff", permission: "audit:read" })
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
  HttpApiEndpoint.get("listSettings", "/admin/settings/kinds", { success: Schema.Array(Setting) }).annotateMerge(
    operation("See what each setting takes, its default and its value", { access: "staff", permission: "settings:read" })
  ),
  HttpApiEndpoint.get("settingsHistory", "/admin/settings/history", {
    query: ListSettingChanges,
    success: SettingChangePage
  }).annotateMerge(
    operation("List who changed which setting from what to what, newest first", { access: "staff", permission: "settings:read" })
  ),
  HttpApiEndpoint.post("putSettingBack", "/admin/settings/history/:id/put-back", {
    params: byId,
    success: Store,
    error: problems(SettingChangeNotFound, VersionConflict)
  }).annotateMerge(
    operation("Make a setting what it was before a change", {
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
  ),
  HttpApiEndpoint.delete("discardJob", "/admin/jobs/:id", { params: byId, error: problems(JobNotFound) }).annotateMerge(
    operation("Forget work that was given up, for good", { access: "staff", permission: "jobs:write" })
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({
    title: "Administration",
    description: "Users, keys of programs, the audit log, settings, background work"
  })
) {}
