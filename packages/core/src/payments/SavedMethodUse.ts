/**
 * Which saved means a payment is made with, or whom its means is to be kept for: always the calling customer's own.
 */
import * as Effect from "effect/Effect"
import { CurrentActor } from "../kernel/Actor.ts"
import { InvalidInput } from "../kernel/Input.ts"
import { type ImpersonationRefused, inPerson } from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { PaymentMethod } from "./Payment.ts"
import { maximumSavedMethods } from "./SavedMethod.ts"
import { SavedMethodNotFound, type SavingUnsupported, TooManySavedMethods } from "./SavedMethodErrors.ts"
import { SavedMethodRepository, type StoredSavedMethod } from "./SavedMethodRepository.ts"

/** Why a saved means cannot be used or made. */
export type Refused = InvalidInput | SavedMethodNotFound | SavingUnsupported | TooManySavedMethods | ImpersonationRefused

export interface SavedMethodUse {
  /** What is said of saved means. Asks nothing of storage where nothing is. */
  readonly wanted: (method: PaymentMethod) => Effect.Effect<{
    readonly saved: StoredSavedMethod | undefined
    readonly keepsFor: string | null
  }, Exclude<Refused, SavingUnsupported> | StorageError>
  /** What a gateway is to pay with; `undefined` if it was removed meanwhile. */
  readonly token: (id: string, gateway: string) => Effect.Effect<string | undefined, StorageError>
}

const nothing = { saved: undefined, keepsFor: null }

export const make = Effect.gen(function*() {
  const methods = yield* SavedMethodRepository

  const wanted: SavedMethodUse["wanted"] = Effect.fnUntraced(
    function*({ gateway, method, saveMethod = false, savedMethodId }) {
      if (savedMethodId === undefined && !saveMethod) return nothing
      const actor = yield* CurrentActor
      if (savedMethodId !== undefined) {
        if (method !== undefined || saveMethod) {
          return yield* InvalidInput.at(["savedMethodId"], "cannot go with `method` or `saveMethod`", "contradiction")
        }
        const saved = yield* methods.find(savedMethodId)
        const isMine = actor._tag === "customer" && saved?.customerId === actor.customerId && saved.status === "active"
        if (saved === undefined || !isMine || (gateway !== undefined && gateway !== saved.gateway)) {
          return yield* new SavedMethodNotFound({ savedMethod: savedMethodId })
        }
        yield* inPerson
        return { saved, keepsFor: null }
      }
      if (actor._tag !== "customer") {
        return yield* InvalidInput.at(["saveMethod"], "is for customers who are signed in", "not_allowed")
      }
      yield* inPerson
      const kept = (yield* methods.ofCustomer(actor.customerId)).filter(({ status }) => status === "active")
      return kept.length >= maximumSavedMethods
        ? yield* new TooManySavedMethods({ maximum: maximumSavedMethods })
        : { saved: undefined, keepsFor: actor.customerId }
    }
  )

  const token: SavedMethodUse["token"] = Effect.fnUntraced(function*(id, gateway) {
    const saved = yield* methods.find(id)
    return saved?.status === "active" && saved.gateway === gateway ? saved.token ?? undefined : undefined
  })

  return { wanted, token } satisfies SavedMethodUse
})
