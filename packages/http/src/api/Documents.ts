import { Document, ListDocuments } from "@stoa/core/documents/Document"
import { CreditNoteStands, DocumentNotFound, DocumentsUnavailable, InvoiceNotDue } from "@stoa/core/documents/DocumentErrors"
import { OrderNotFound } from "@stoa/core/orders/OrdersErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const DocumentPage = page("DocumentPage", Document)

const pdf = HttpApiSchema.StreamUint8Array({ contentType: "application/pdf" })

/** Invoices, credit notes and packing slips. */
export class DocumentsGroup extends HttpApiGroup.make("documents").add(
  HttpApiEndpoint.get("invoice", "/orders/:id/invoice", {
    params: byId,
    success: pdf,
    error: problems(OrderNotFound, InvoiceNotDue, DocumentNotFound, DocumentsUnavailable)
  }).annotateMerge(operation("The invoice of an order, written now if it has none", { access: "guest" })),
  HttpApiEndpoint.get("ofOrder", "/orders/:id/documents", {
    params: byId,
    success: DocumentPage,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("List the invoice and the credit notes of an order", { access: "guest" })),
  HttpApiEndpoint.get("file", "/documents/:id/file", {
    params: byId,
    success: pdf,
    error: problems(DocumentNotFound, DocumentsUnavailable)
  }).annotateMerge(operation("A document of one's order as a file", { access: "guest" })),
  HttpApiEndpoint.get("list", "/admin/documents", { query: ListDocuments, success: DocumentPage }).middleware(Guarded)
    .annotateMerge(operation("List documents, the last issued first", { access: "staff", permission: "orders:read" })),
  HttpApiEndpoint.get("get", "/admin/documents/:id", {
    params: byId,
    success: Document,
    error: problems(DocumentNotFound)
  }).middleware(Guarded).annotateMerge(operation("See what a document says", { access: "staff", permission: "orders:read" })),
  HttpApiEndpoint.post("takeBack", "/admin/documents/:id/take-back", {
    params: byId,
    success: Document,
    error: problems(DocumentNotFound, CreditNoteStands)
  }).middleware(Guarded).annotateMerge(
    operation("Take a credit note back whose refund failed after it was done, with an invoice", { access: "staff", permission: "orders:write" })
  ),
  HttpApiEndpoint.get("packingSlip", "/admin/orders/:id/packing-slip", {
    params: byId,
    success: pdf,
    error: problems(OrderNotFound, DocumentsUnavailable)
  }).middleware(Guarded).annotateMerge(
    operation("What an order holds and where it goes, without prices", { access: "staff", permission: "orders:read" })
  )
).annotateMerge(OpenApi.annotations({ title: "Documents", description: "Invoices, credit notes and packing slips" })) {}
