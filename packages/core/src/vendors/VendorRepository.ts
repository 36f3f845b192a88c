import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ListVendors, Vendor, VendorMember } from "./Vendor.ts"
import type { VendorTaken } from "./VendorErrors.ts"
import type { VendorId } from "./VendorId.ts"

/** What products and orders ask about vendors. */
export type KnownVendor = Pick<Vendor, "id" | "name" | "status">

/** Where vendors and their members are kept. */
export class VendorRepository extends Context.Service<VendorRepository, {
  /** By name, without regard to case and accents. */
  readonly list: (query: ListVendors) => Effect.Effect<Page<Vendor>, StorageError | InvalidInput>
  readonly find: (idOrSlug: string) => Effect.Effect<Vendor | undefined, StorageError>
  /** Those of some ids, to be shown. */
  readonly seen: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<KnownVendor>, StorageError>
  /** Those of some ids, for who writes. Until the transaction ends, none of them is suspended or active again. */
  readonly known: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<KnownVendor>, StorageError>
  /** Who has one of some names, by the name as it was asked for, and those of some ids, by the id; held as by `known`. */
  readonly named: (
    names: ReadonlyArray<string>,
    ids: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyMap<string, KnownVendor>, StorageError>
  /** Those of `slug`, `slug-2`, `slug-3` ... that are taken. */
  readonly slugsLike: (slug: string) => Effect.Effect<ReadonlySet<string>, StorageError>
  readonly insert: (vendor: Vendor) => Effect.Effect<void, StorageError | VendorTaken>
  /** Replaces a vendor that still has the version before (`version - 1`). */
  readonly replace: (vendor: Vendor) => Effect.Effect<void, StorageError | VendorTaken | VersionConflict>
  /** Makes drafts of the active products of a vendor, and remembers which; each gets a new version. */
  readonly takeOff: (id: VendorId, at: Timestamp) => Effect.Effect<void, StorageError>
  /** Makes the products active again that `takeOff` has taken off and that are drafts still. */
  readonly putBack: (id: VendorId, at: Timestamp) => Effect.Effect<void, StorageError>
  /** Products of a vendor in the order of their ids, after one. */
  readonly products: (
    vendorId: string,
    after: string,
    limit: number
  ) => Effect.Effect<
    ReadonlyArray<{
      readonly id: string
      readonly slug: string
      readonly status: "draft" | "active" | "archived"
      readonly version: number
    }>,
    StorageError
  >
  /** Whom a user works for. */
  readonly ofMember: (userId: string) => Effect.Effect<Vendor | undefined, StorageError>
  /** By when they came, at most 50. */
  readonly members: (id: VendorId) => Effect.Effect<ReadonlyArray<VendorMember>, StorageError>
  /** `false` if the user works for a vendor already. */
  readonly addMember: (member: VendorMember) => Effect.Effect<boolean, StorageError>
  /** `false` if the user does not work for the vendor. */
  readonly removeMember: (id: VendorId, userId: string) => Effect.Effect<boolean, StorageError>
  /** What is kept of a user. */
  readonly membership: (userId: string) => Effect.Effect<ReadonlyArray<VendorMember>, StorageError>
  readonly forget: (userId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/vendors/VendorRepository") {}
