import { AuditChain } from "@stoa/core/auditing/AuditChain"
import { AuditLog } from "@stoa/core/audit/AuditLog"
import type { User } from "@stoa/core/identity/Account"
import { Accounts } from "@stoa/core/identity/Accounts"
import { ApiKeys } from "@stoa/core/identity/ApiKeys"
import { Privacy } from "@stoa/core/identity/Privacy"
import type { Impersonate } from "@stoa/core/identity/UserInput"
import { Users } from "@stoa/core/identity/Users"
import { Jobs } from "@stoa/core/jobs/Jobs"
import { Stores } from "@stoa/core/stores/Stores"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"
import { file } from "./Download.ts"
import { permitted } from "./Permitted.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "administration",
    Effect.fnUntraced(function*(handlers) {
      const accounts = yield* Accounts
      const users = yield* Users
      const privacy = yield* Privacy
      const keys = yield* ApiKeys
      const audit = yield* AuditLog
      const chain = yield* AuditChain
      const jobs = yield* Jobs
      const stores = yield* Stores
      const assign = (id: string, payload: { readonly roles: ReadonlyArray<string>; readonly version?: number }) =>
        Effect.flatMap(expecting(payload), (changes) => users.assignRoles(id, changes))
      const admit = (id: string, { status }: Pick<User, "status">) =>
        Effect.flatMap(
          expecting({}),
          (version) => status === "suspended" ? accounts.suspend(id, version) : accounts.reinstate(id, version)
        )
      // signing keys that cannot be read are the operator's mistake, and callers need not know of it
      const impersonate = (id: string, payload: typeof Impersonate.Type) =>
        Effect.catchTag(users.impersonate(id, payload), "SecretUnreadable", Effect.die)
      return handlers.handleAll({
        listUsers: ({ query }) => accounts.list(query),
        getUser: ({ params }) => versioned(accounts.get(params.id)),
        updateUser: ({ params, payload }) =>
          versioned(Effect.gen(function*() {
            return "roles" in payload ? yield* assign(params.id, payload) : yield* admit(params.id, payload)
          })),
        endSessions: ({ params }) => accounts.endSessions(params.id),
        eraseUser: ({ params }) => privacy.erase(params.id),
        createUser: ({ payload }) => versioned(users.create(payload)),
        impersonate: ({ params, payload }) => impersonate(params.id, payload),
        listApiKeys: ({ query }) => keys.list(query),
        createApiKey: ({ payload }) => keys.create(payload),
        revokeApiKey: ({ params }) => keys.revoke(params.id),
        listAudit: ({ query }) => audit.list(query),
        exportAudit: ({ query }) =>
          permitted("audit:read", file(chain.export(query), "application/x-ndjson", { name: "audit.ndjson" })),
        verifyAudit: () => chain.verify,
        getSettings: () => permitted("settings:read", versioned(stores.current)),
        updateSettings: ({ payload }) => versioned(Effect.flatMap(expecting(payload), stores.update)),
        listSettings: () => stores.settings,
        settingsHistory: ({ query }) => stores.history(query),
        putSettingBack: ({ params }) => versioned(Effect.flatMap(expecting({}), (version) => stores.putBack(params.id, version))),
        jobs: () => jobs.counts,
        deadJobs: ({ query }) => jobs.dead(query),
        redriveJob: ({ params }) => jobs.redrive(params.id),
        discardJob: ({ params }) => jobs.discard(params.id)
      })
    })
  )
