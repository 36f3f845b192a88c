import {
  BooksPeriod,
  BooksRange,
  ClosePeriod,
  ExportLedger,
  ListLedgerEntries,
  ListPeriods,
  PeriodNotClosable,
  TrialBalance
} from "@stoa/core/books/BooksPeriod"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { LedgerPage } from "./AdminOrders.ts"
import { Guarded, Idempotent } from "./Edge.ts"
import { page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "payments:read" }

export const BooksPeriodPage = page("BooksPeriodPage", BooksPeriod)

/** The books: entries, balances, periods. */
export class BooksGroup extends HttpApiGroup.make("books").add(
  HttpApiEndpoint.get("entries", "/admin/ledger/entries", { query: ListLedgerEntries, success: LedgerPage }).annotateMerge(
    operation("List the entries of the books, newest first", reads)
  ),
  HttpApiEndpoint.get("export", "/admin/ledger/entries/export", {
    query: ExportLedger.fields,
    success: HttpApiSchema.StreamUint8Array({ contentType: "text/csv; charset=utf-8" })
  }).annotateMerge(operation("Export the entries of the books as CSV, newest first", reads)),
  HttpApiEndpoint.get("trialBalance", "/admin/ledger/trial-balance", {
    query: BooksRange,
    success: TrialBalance
  }).annotateMerge(operation("See debits and credits of each account in a span of time", reads)),
  HttpApiEndpoint.get("periods", "/admin/ledger/periods", { query: ListPeriods, success: BooksPeriodPage }).annotateMerge(
    operation("List closed periods of the books, the latest first", reads)
  ),
  HttpApiEndpoint.post("close", "/admin/ledger/periods", {
    payload: ClosePeriod,
    success: BooksPeriod.pipe(HttpApiSchema.status(201)),
    error: problems(PeriodNotClosable)
  }).middleware(Idempotent).annotateMerge(
    operation("Close the books until a moment, for good", { access: "staff", permission: "books:write", idempotent: true })
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Books", description: "The double-entry ledger of every movement of money" })
) {}
