import { CannotGrantBeyondOwn } from "@stoa/core/identity/IdentityErrors"
import { CreateRole, KnownPermission, Role, UpdateRole } from "@stoa/core/identity/Role"
import { RoleBuiltIn, RoleInUse, RoleNotFound, RoleTaken, TooManyRoles } from "@stoa/core/identity/RolesErrors"
import { ImpersonationRefused } from "@stoa/core/kernel/Permission"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { StepUpRequired } from "@stoa/core/kernel/StepUp"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const RolePage = page("RolePage", Role)
export const KnownPermissionPage = page("KnownPermissionPage", KnownPermission)

const byName = { name: Schema.String }

/** Roles, and what they allow. */
export class RolesGroup extends HttpApiGroup.make("roles").add(
  HttpApiEndpoint.get("list", "/admin/roles", { success: RolePage }).annotateMerge(
    operation("List roles, the built-in ones first", { access: "staff", permission: "roles:read" })
  ),
  HttpApiEndpoint.get("permissions", "/admin/permissions", { success: KnownPermissionPage }).annotateMerge(
    operation("List every permission that a role or a key can hold", { access: "staff", permission: "roles:read" })
  ),
  HttpApiEndpoint.get("get", "/admin/roles/:name", {
    params: byName,
    success: Role,
    error: problems(RoleNotFound)
  }).annotateMerge(operation("See a role", { access: "staff", permission: "roles:read", tagged: true })),
  HttpApiEndpoint.post("create", "/admin/roles", {
    payload: CreateRole,
    success: Role.pipe(HttpApiSchema.status(201)),
    error: problems(RoleTaken, TooManyRoles, CannotGrantBeyondOwn, ImpersonationRefused, StepUpRequired)
  }).middleware(Idempotent).annotateMerge(
    operation("Create a role of the store's own", {
      access: "staff",
      permission: "roles:write",
      idempotent: true,
      tagged: true
    })
  ),
  HttpApiEndpoint.patch("update", "/admin/roles/:name", {
    params: byName,
    payload: UpdateRole,
    success: Role,
    error: problems(RoleNotFound, RoleBuiltIn, CannotGrantBeyondOwn, ImpersonationRefused, StepUpRequired, VersionConflict)
  }).annotateMerge(
    operation("Change a role; it holds at once for everybody who has it", {
      access: "staff",
      permission: "roles:write",
      tagged: true,
      conditional: true
    })
  ),
  HttpApiEndpoint.delete("delete", "/admin/roles/:name", {
    params: byName,
    error: problems(RoleNotFound, RoleBuiltIn, RoleInUse, CannotGrantBeyondOwn, ImpersonationRefused, StepUpRequired)
  }).annotateMerge(operation("Delete a role that nobody has", { access: "staff", permission: "roles:write" }))
).middleware(Guarded).annotateMerge(OpenApi.annotations({ title: "Roles", description: "Roles, and what they allow" })) {}
