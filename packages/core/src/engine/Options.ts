/**
 * What an engine is made from.
 */
import type * as Duration from "effect/Duration"
import type * as Redacted from "effect/Redacted"
import type { DomainEvent } from "../events/DomainEvent.ts"
import type { PaymentGateway } from "../payments/PaymentGateway.ts"
import type { CreateStore } from "../stores/Store.ts"
import type { Plugin } from "./Plugin.ts"
import type { Storage } from "./Storage.ts"

/** How background work is done. */
export interface WorkerOptions {
  /** Jobs worked off at the same time; 8 if not given. */
  readonly concurrency?: number
  /** How often this process looks for work that others queued; one second if not given. */
  readonly pollInterval?: Duration.Input
}

export interface StoaOptions<
  Native,
  Migrations,
  Plugins extends ReadonlyArray<Plugin<never, Native, Migrations>>
> {
  /** Where everything is kept: `sqlite({ filename: "shop.db" })`. */
  readonly storage: Storage<Native, Migrations>
  /** The store that calls are about; created when the database is new. `main`, in US dollars, if not given. */
  readonly store?: Partial<typeof CreateStore.Encoded>
  /** How money comes in. The sandbox gateway alone if not given. */
  readonly gateways?: ReadonlyArray<PaymentGateway>
  readonly plugins?: Plugins
  /** What to do when events happen, by their type: `{ "order.paid": async (event) => ... }`. Told at least once. */
  readonly on?: Readonly<Record<string, (event: DomainEvent) => Promise<void> | void>>
  /** `false`: this process leaves background work to others, or to `jobs.drain()`. */
  readonly workers?: boolean | WorkerOptions
  /** Encrypts what must be read back but not be read by others (signing keys). At least 32 characters. */
  readonly secret?: string | Redacted.Redacted
}
