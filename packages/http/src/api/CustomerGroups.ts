import {
  AddMembers,
  CreateCustomerGroup,
  CustomerGroup,
  GroupMember,
  ListMembers,
  UpdateCustomerGroup
} from "@stoa/core/customers/CustomerGroup"
import { CustomerGroupNotFound, CustomerGroupTaken, TooManyCustomerGroups } from "@stoa/core/customers/CustomerGroupErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "customers:read" }
const writes: Traits = { access: "staff", permission: "customers:write" }

export const CustomerGroupPage = page("CustomerGroupPage", CustomerGroup)
export const GroupMemberPage = page("GroupMemberPage", GroupMember)

/** Customers whom the shop treats alike. */
export class CustomerGroupsGroup extends HttpApiGroup.make("customerGroups").add(
  HttpApiEndpoint.get("list", "/admin/customer-groups", { success: CustomerGroupPage }).annotateMerge(
    operation("List customer groups, by name", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/customer-groups", {
    payload: CreateCustomerGroup,
    success: CustomerGroup.pipe(HttpApiSchema.status(201)),
    error: problems(CustomerGroupTaken, TooManyCustomerGroups)
  }).middleware(Idempotent).annotateMerge(
    operation("Create a customer group", { ...writes, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("get", "/admin/customer-groups/:id", {
    params: byId,
    success: CustomerGroup,
    error: problems(CustomerGroupNotFound)
  }).annotateMerge(operation("See a customer group", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/customer-groups/:id", {
    params: byId,
    payload: UpdateCustomerGroup,
    success: CustomerGroup,
    error: problems(CustomerGroupNotFound, CustomerGroupTaken, VersionConflict)
  }).annotateMerge(operation("Change a customer group", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("delete", "/admin/customer-groups/:id", {
    params: byId,
    error: problems(CustomerGroupNotFound, VersionConflict)
  }).annotateMerge(operation("Delete a customer group", { ...writes, conditional: true })),
  HttpApiEndpoint.get("members", "/admin/customer-groups/:id/members", {
    params: byId,
    query: ListMembers,
    success: GroupMemberPage,
    error: problems(CustomerGroupNotFound)
  }).annotateMerge(operation("List who belongs to a customer group", reads)),
  HttpApiEndpoint.post("addMembers", "/admin/customer-groups/:id/members", {
    params: byId,
    payload: AddMembers,
    error: problems(CustomerGroupNotFound)
  }).middleware(Idempotent).annotateMerge(
    operation("Put customers into a group", { ...writes, idempotent: true })
  ),
  HttpApiEndpoint.delete("removeMember", "/admin/customer-groups/:id/members/:customerId", {
    params: { ...byId, customerId: Schema.String },
    error: problems(CustomerGroupNotFound)
  }).annotateMerge(operation("Take a customer out of a group", writes))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Customer groups (staff)", description: "Customers whom the shop treats alike" })
) {}
