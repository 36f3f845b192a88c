import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { AddressUse, CustomerAddress } from "./CustomerAddress.ts"

/** Where the address books of customers are kept. Oldest first, wherever there are several. */
export class AddressRepository extends Context.Service<AddressRepository, {
  readonly list: (customerId: string) => Effect.Effect<ReadonlyArray<CustomerAddress>, StorageError>
  /**
   * The addresses of a customer, for the transaction to change: others who want the same wait. `undefined` where there
   * is no such account that may sign in.
   */
  readonly listForUpdate: (
    customerId: string
  ) => Effect.Effect<ReadonlyArray<CustomerAddress> | undefined, StorageError>
  readonly insert: (customerId: string, address: CustomerAddress) => Effect.Effect<void, StorageError>
  /** Writes label, address, version and time of an address that was read in this transaction. */
  readonly update: (customerId: string, address: CustomerAddress) => Effect.Effect<void, StorageError>
  readonly delete: (customerId: string, id: string) => Effect.Effect<void, StorageError>
  /** Makes an address the default, and no other. */
  readonly setDefault: (
    customerId: string,
    id: string,
    uses: ReadonlyArray<AddressUse>
  ) => Effect.Effect<void, StorageError>
  /** Deletes the whole book; says how many addresses it held. */
  readonly deleteAll: (customerId: string) => Effect.Effect<number, StorageError>
}>()("@stoa/core/addresses/AddressRepository") {}
