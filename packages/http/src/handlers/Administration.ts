import { AuditLog } from "@stoa/core/audit/AuditLog"
import { Accounts } from "@stoa/core/identity/Accounts"
import { ApiKeys } from "@stoa/core/identity/ApiKeys"
import { Jobs } from "@stoa/core/jobs/Jobs"
import { Stores } from "@stoa/core/stores/Stores"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"
import { permitted } from "./Permitted.ts"

export const layer = (api: StoaApi) =>
  HttpApiBuilder.group(
    api,
    "administration",
    Effect.fnUntraced(function*(handlers) {
      const accounts = yield* Accounts
      const keys = yield* ApiKeys
      const audit = yield* AuditLog
      const jobs = yield* Jobs
      const stores = yield* Stores
      return handlers.handleAll({
        listUsers: ({ query }) => accounts.list(query),
        getUser: ({ params }) => versioned(accounts.get(params.id)),
        updateUser: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting({}), (version) =>
            payload.status === "suspended"
              ? accounts.suspend(params.id, version)
              : accounts.reinstate(params.id, version))),
        listApiKeys: ({ query }) => keys.list(query),
        createApiKey: ({ payload }) => keys.create(payload),
        revokeApiKey: ({ params }) => keys.revoke(params.id),
        listAudit: ({ query }) => audit.list(query),
        getSettings: () => permitted("settings:read", versioned(stores.current)),
        updateSettings: ({ payload }) => versioned(Effect.flatMap(expecting(payload), stores.update)),
        jobs: () => jobs.counts,
        deadJobs: ({ query }) => jobs.dead(query),
        redriveJob: ({ params }) => jobs.redrive(params.id)
      })
    })
  )
