import { AddressReport } from "@stoa/core/addresses/AddressCheck"
import { AddressBookFull, AddressNotFound } from "@stoa/core/addresses/AddressErrors"
import {
  CreateAddress,
  CustomerAddress,
  SetDefaultAddress,
  UpdateAddress,
  ValidateAddress
} from "@stoa/core/addresses/CustomerAddress"
import { StepUpRequired } from "@stoa/core/kernel/StepUp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const AddressPage = page("AddressPage", CustomerAddress)

/** One's own address book. */
export class AddressesGroup extends HttpApiGroup.make("addresses").add(
  HttpApiEndpoint.get("list", "/addresses", { success: AddressPage }).annotateMerge(
    operation("List one's addresses, oldest first", { access: "customer" })
  ),
  HttpApiEndpoint.post("create", "/addresses", {
    payload: CreateAddress,
    success: CustomerAddress.pipe(HttpApiSchema.status(201)),
    error: problems(AddressBookFull)
  }).middleware(Idempotent).annotateMerge(
    operation("Keep an address", { access: "customer", idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.post("validate", "/addresses/validate", {
    payload: ValidateAddress,
    success: AddressReport
  }).annotateMerge(operation("Check an address without keeping it", { access: "guest" })),
  HttpApiEndpoint.get("get", "/addresses/:id", {
    params: byId,
    success: CustomerAddress,
    error: problems(AddressNotFound)
  }).annotateMerge(operation("See one of one's addresses", { access: "customer", tagged: true })),
  HttpApiEndpoint.patch("update", "/addresses/:id", {
    params: byId,
    payload: UpdateAddress,
    success: CustomerAddress,
    error: problems(AddressNotFound, StepUpRequired, VersionConflict)
  }).annotateMerge(
    operation("Change one of one's addresses", { access: "customer", tagged: true, conditional: true })
  ),
  HttpApiEndpoint.delete("delete", "/addresses/:id", {
    params: byId,
    error: problems(AddressNotFound, StepUpRequired)
  }).annotateMerge(operation("Delete one of one's addresses", { access: "customer" })),
  HttpApiEndpoint.post("setDefault", "/addresses/:id/default", {
    params: byId,
    payload: SetDefaultAddress,
    success: CustomerAddress,
    error: problems(AddressNotFound, StepUpRequired)
  }).middleware(Idempotent).annotateMerge(
    operation("Make an address the default for shipping, billing or both", {
      access: "customer",
      idempotent: true,
      tagged: true
    })
  )
).annotateMerge(OpenApi.annotations({ title: "Addresses", description: "One's own address book" })) {}
