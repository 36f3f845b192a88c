/**
 * The token of a draft's link: the draft's id with a mark (HMAC-SHA-256) that only its own key can make. The key is random and
 * kept encrypted, so nobody who reads the database alone can make a token, and another key makes every link before void.
 *
 * **Details**
 *
 * The token is not kept. Its hash is that of the order's token, so whoever could pay the draft can see its order, and pay it
 * again if the first payment fails.
 */
import * as Effect from "effect/Effect"
import { createHmac, timingSafeEqual } from "node:crypto"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { Entropy } from "../kernel/Entropy.ts"
import { Secrets } from "../kernel/Secrets.ts"
import type { DraftOrderId, StoredDraftOrder } from "./DraftOrder.ts"

const purposeOf = (id: DraftOrderId): string => `draft_orders:${id}`

const tokenOf = (key: string, storeId: string, id: DraftOrderId): string =>
  `${id}-${createHmac("sha256", Buffer.from(key, "base64url")).update(JSON.stringify([storeId, id])).digest("base64url")}`

/** The id that a token says it is of. */
export const idIn = (token: string): string => token.split("-", 1)[0] ?? ""

export const make = Effect.gen(function*() {
  const secrets = yield* Secrets
  const entropy = yield* Entropy

  const token = Effect.fnUntraced(function*({ id, linkKey }: Pick<StoredDraftOrder, "id" | "linkKey">) {
    return tokenOf(yield* secrets.decrypt(linkKey, purposeOf(id)), yield* CurrentStore, id)
  })

  return {
    /** A new key for a draft. */
    key: (id: DraftOrderId) => secrets.encrypt(Buffer.from(entropy.bytes(32)).toString("base64url"), purposeOf(id)),

    /** The token of a draft; `undefined` where its key cannot be read any more. */
    token: (draft: Pick<StoredDraftOrder, "id" | "linkKey">) =>
      Effect.catchTag(token(draft), "SecretUnreadable", () => Effect.undefined),

    /** Whether a token is the draft's, in constant time. */
    isOf: (draft: Pick<StoredDraftOrder, "id" | "linkKey">, given: string) =>
      Effect.map(Effect.exit(token(draft)), (exit) => {
        if (exit._tag === "Failure") return false
        const [expected, found] = [Buffer.from(exit.value), Buffer.from(given)]
        return expected.length === found.length && timingSafeEqual(expected, found)
      })
  }
})
