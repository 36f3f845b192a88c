import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreId } from "../kernel/CurrentStore.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { ListWebhookDeliveries, ListWebhookEndpoints, WebhookDelivery, WebhookDeliveryId, WebhookEndpoint } from "./WebhookEndpoint.ts"

/** The secrets of an endpoint as they are stored, that is encrypted. */
export interface SealedSecrets {
  readonly current: string
  /** The one before, which still signs until then. */
  readonly previous: { readonly sealed: string; readonly until: Timestamp } | null
}

export interface StoredEndpoint {
  readonly endpoint: WebhookEndpoint
  readonly secrets: SealedSecrets
}

/** A delivery with what only the engine needs to know of it. */
export interface StoredDelivery {
  readonly delivery: WebhookDelivery
  /** Attempts ever. */
  readonly tried: number
  /** Attempts since it was last begun anew. */
  readonly round: number
}

/** A delivery whose next attempt is due. */
export interface DueDelivery {
  readonly storeId: StoreId
  readonly deliveryId: WebhookDeliveryId
  readonly tried: number
}

/** Where webhook endpoints and what is sent to them are kept. */
export class WebhookRepository extends Context.Service<WebhookRepository, {
  /** Adds an endpoint unless the store has `maximum`; returns whether it did. */
  readonly insert: (stored: StoredEndpoint, maximum: number) => Effect.Effect<boolean, StorageError>
  readonly find: (id: string) => Effect.Effect<StoredEndpoint | undefined, StorageError>
  readonly list: (query: ListWebhookEndpoints) => Effect.Effect<Page<WebhookEndpoint>, StorageError | InvalidInput>
  /** Writes an endpoint whose stored version is the one before; returns whether it was. */
  readonly update: (stored: StoredEndpoint) => Effect.Effect<boolean, StorageError>
  /** Removes an endpoint and its deliveries; returns whether it was there. */
  readonly remove: (id: string) => Effect.Effect<boolean, StorageError>
  /** The enabled endpoints of the current store. */
  readonly enabled: Effect.Effect<ReadonlyArray<StoredEndpoint>, StorageError>
  /** The stores, of the whole installation, that have enabled endpoints. One statement. */
  readonly listeningStores: Effect.Effect<ReadonlySet<StoreId>, StorageError>
  /** Says since when nothing reaches an endpoint, or `null`, without a new version. */
  readonly markFailing: (id: string, since: Timestamp | null) => Effect.Effect<void, StorageError>
  /** Adds deliveries but for those of an event to an endpoint that are there; returns the ids of those added. */
  readonly insertDeliveries: (deliveries: ReadonlyArray<WebhookDelivery>) => Effect.Effect<ReadonlyArray<string>, StorageError>
  readonly findDelivery: (id: string) => Effect.Effect<StoredDelivery | undefined, StorageError>
  readonly listDeliveries: (
    endpointId: string,
    query: ListWebhookDeliveries
  ) => Effect.Effect<Page<WebhookDelivery>, StorageError | InvalidInput>
  /** Writes a delivery that was tried `from` times until now; returns whether it was. */
  readonly updateDelivery: (stored: StoredDelivery, from: number) => Effect.Effect<boolean, StorageError>
  /** Deliveries of every store that were tried and are to be tried again by now, at most so many. */
  readonly due: (now: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<DueDelivery>, StorageError>
  /** The failed deliveries of an endpoint since a moment, oldest first. */
  readonly failedDeliveries: (
    endpointId: string,
    since: Timestamp,
    limit: number
  ) => Effect.Effect<ReadonlyArray<StoredDelivery>, StorageError>
  /** Throws away deliveries of every store that are not on their way and older than a moment; returns how many. */
  readonly deleteDeliveries: (before: Timestamp) => Effect.Effect<number, StorageError>
}>()("@stoa/core/webhooks/WebhookRepository") {}
