import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { CustomerGroup, GroupMember } from "./CustomerGroup.ts"
import type { CustomerGroupTaken } from "./CustomerGroupErrors.ts"

/** Where customer groups and their members are kept. */
export class CustomerGroupRepository extends Context.Service<CustomerGroupRepository, {
  /** By name; at most `maximumGroups`. */
  readonly list: Effect.Effect<ReadonlyArray<CustomerGroup>, StorageError>
  readonly find: (id: string) => Effect.Effect<CustomerGroup | undefined, StorageError>
  /** The groups that a customer belongs to, by name. */
  readonly of: (customerId: string) => Effect.Effect<ReadonlyArray<CustomerGroup>, StorageError>
  readonly insert: (group: CustomerGroup) => Effect.Effect<void, StorageError | CustomerGroupTaken>
  /** Replaces a group that still has the version before (`version - 1`). */
  readonly replace: (group: CustomerGroup) => Effect.Effect<void, StorageError | CustomerGroupTaken | VersionConflict>
  /** Deletes a group with its memberships. `false` if it is not there, or not at the version. */
  readonly delete: (id: string, version?: number) => Effect.Effect<boolean, StorageError>
  readonly members: (
    id: string,
    query: { readonly limit?: number; readonly after?: string }
  ) => Effect.Effect<Page<GroupMember>, StorageError | InvalidInput>
  /** Those of the ids that are users of the store. */
  readonly known: (customerIds: ReadonlyArray<string>) => Effect.Effect<ReadonlySet<string>, StorageError>
  /** Adds users to a group and answers those who did not belong to it before. */
  readonly add: (
    id: string,
    customerIds: ReadonlyArray<string>,
    at: Timestamp
  ) => Effect.Effect<ReadonlyArray<string>, StorageError>
  readonly remove: (id: string, customerId: string) => Effect.Effect<boolean, StorageError>
  /** Takes somebody out of every group. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/customers/CustomerGroupRepository") {}
