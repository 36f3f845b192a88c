import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { ListMailDeliveries, ListSuppressions, MailDelivery, Suppression } from "./MailDelivery.ts"

/** Where it is kept what became of mails, and which addresses take none. Addresses are in lower case. */
export class MailDeliveryRepository extends Context.Service<MailDeliveryRepository, {
  /** Adds a mail, unless one of the same sender and reference is there. */
  readonly insert: (delivery: MailDelivery, userId: string | null) => Effect.Effect<void, StorageError>
  /** A mail by what its sender calls it, locked until the transaction ends. */
  readonly findForUpdate: (sender: string, reference: string) => Effect.Effect<MailDelivery | undefined, StorageError>
  readonly update: (delivery: MailDelivery) => Effect.Effect<void, StorageError>
  readonly list: (query: typeof ListMailDeliveries.Type) => Effect.Effect<Page<MailDelivery>, StorageError | InvalidInput>
  readonly suppression: (address: string) => Effect.Effect<Suppression | undefined, StorageError>
  /** Adds an address, unless it is there. */
  readonly suppress: (suppression: Suppression) => Effect.Effect<void, StorageError>
  readonly suppressions: (
    query: typeof ListSuppressions.Type
  ) => Effect.Effect<Page<Suppression>, StorageError | InvalidInput>
  /** Takes an address off the list, and answers with it. */
  readonly unsuppress: (id: string) => Effect.Effect<Suppression | undefined, StorageError>
  /** Throws away what became of the mails to a person. */
  readonly forget: (userId: string) => Effect.Effect<void, StorageError>
  /** Throws away up to 10,000 mails of every store that were sent before a moment. */
  readonly deleteBefore: (before: Timestamp) => Effect.Effect<void, StorageError>
}>()("@stoa/core/notifications/MailDeliveryRepository") {}
