import { ExemptFromTax, ListTaxExemptions, TaxExemption } from "@stoa/core/tax/TaxExemption"
import { TaxExemptionNotFound, TaxSubjectNotFound, VatIdNotFound } from "@stoa/core/tax/TaxExemptionErrors"
import { SetVatId, VatId } from "@stoa/core/tax/VatId"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const own: Traits = { access: "customer" }
const reads: Traits = { access: "staff", permission: "customers:read" }
const writes: Traits = { access: "staff", permission: "customers:write" }

export const TaxExemptionPage = page("TaxExemptionPage", TaxExemption)

/** Who pays no tax. */
export class TaxExemptionsGroup extends HttpApiGroup.make("taxExemptions").add(
  HttpApiEndpoint.get("getOwnVatId", "/me/vat-id", { success: VatId, error: problems(VatIdNotFound) }).annotateMerge(
    operation("See one's VAT id and whether the register knows it", own)
  ),
  HttpApiEndpoint.put("setOwnVatId", "/me/vat-id", {
    payload: SetVatId,
    success: VatId,
    error: problems(TaxSubjectNotFound)
  }).annotateMerge(operation("Give one's VAT id, and have the register asked about it", own)),
  HttpApiEndpoint.delete("removeOwnVatId", "/me/vat-id", { error: problems(VatIdNotFound) }).annotateMerge(
    operation("Take one's VAT id back", own)
  ),
  HttpApiEndpoint.get("list", "/admin/tax-exemptions", { query: ListTaxExemptions, success: TaxExemptionPage }).annotateMerge(
    operation("List the customers and customer groups that pay no tax", reads)
  ),
  HttpApiEndpoint.get("get", "/admin/tax-exemptions/:id", {
    params: byId,
    success: TaxExemption,
    error: problems(TaxExemptionNotFound)
  }).annotateMerge(operation("See why a customer or a customer group pays no tax", reads)),
  HttpApiEndpoint.put("exempt", "/admin/tax-exemptions/:id", {
    params: byId,
    payload: ExemptFromTax,
    success: TaxExemption,
    error: problems(TaxSubjectNotFound)
  }).annotateMerge(operation("Charge a customer or a customer group no tax", writes)),
  HttpApiEndpoint.delete("end", "/admin/tax-exemptions/:id", {
    params: byId,
    error: problems(TaxExemptionNotFound)
  }).annotateMerge(operation("Charge a customer or a customer group tax again", writes)),
  HttpApiEndpoint.get("getVatId", "/admin/customers/:id/vat-id", {
    params: byId,
    success: VatId,
    error: problems(VatIdNotFound)
  }).annotateMerge(operation("See the VAT id of a customer", reads)),
  HttpApiEndpoint.put("setVatId", "/admin/customers/:id/vat-id", {
    params: byId,
    payload: SetVatId,
    success: VatId,
    error: problems(TaxSubjectNotFound)
  }).annotateMerge(operation("Give the VAT id of a customer, and have the register asked about it", writes)),
  HttpApiEndpoint.delete("removeVatId", "/admin/customers/:id/vat-id", {
    params: byId,
    error: problems(VatIdNotFound)
  }).annotateMerge(operation("Delete the VAT id of a customer", writes))
).middleware(Guarded).annotateMerge(OpenApi.annotations({ title: "Tax exemptions", description: "Who pays no tax, and VAT ids" })) {}
