import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { ListTaxExemptions, TaxExemption } from "./TaxExemption.ts"
import type { VatId } from "./VatId.ts"

/** Where it is kept who pays no tax. */
export class TaxExemptionRepository extends Context.Service<TaxExemptionRepository, {
  readonly exemption: (subjectId: string) => Effect.Effect<TaxExemption | undefined, StorageError>
  /** By the id of the subject. */
  readonly list: (query: ListTaxExemptions) => Effect.Effect<Page<TaxExemption>, InvalidInput | StorageError>
  /** Writes or replaces an exemption; `false` where the store has no such customer or group. */
  readonly exempt: (exemption: TaxExemption) => Effect.Effect<boolean, StorageError>
  readonly end: (subjectId: string) => Effect.Effect<boolean, StorageError>
  readonly vatId: (customerId: string) => Effect.Effect<VatId | undefined, StorageError>
  /** Writes or replaces a VAT id; `false` where the store has no such customer. */
  readonly setVatId: (vatId: VatId) => Effect.Effect<boolean, StorageError>
  /** Writes what the register said, if the customer still has this number. */
  readonly answered: (vatId: VatId) => Effect.Effect<boolean, StorageError>
  readonly removeVatId: (customerId: string) => Effect.Effect<boolean, StorageError>
  /** VAT ids about which the register has said nothing since a moment, those that were touched longest ago first. */
  readonly unansweredSince: (before: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<VatId>, StorageError>
  /** Deletes what is kept of a customer. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/tax/TaxExemptionRepository") {}
