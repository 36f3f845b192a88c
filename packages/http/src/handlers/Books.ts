import { Books } from "@stoa/core/books/Books"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { file } from "./Download.ts"
import { permitted } from "./Permitted.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "books",
    Effect.fnUntraced(function*(handlers) {
      const books = yield* Books
      return handlers.handleAll({
        entries: ({ query }) => books.entries(query),
        export: ({ query }) =>
          permitted("payments:read", file(books.export(query), "text/csv; charset=utf-8", { name: "ledger.csv" })),
        trialBalance: ({ query }) => books.trialBalance(query),
        periods: ({ query }) => books.periods(query),
        close: ({ payload }) => books.close(payload)
      })
    })
  )
