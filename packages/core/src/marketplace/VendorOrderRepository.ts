import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { SoldPart } from "../cart/SoldPart.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import type { VendorId } from "../vendors/VendorId.ts"
import type { ListVendorOrders } from "./VendorOrder.ts"

/** Pieces of a vendor in the bundles that somebody else sells in an order. */
export interface SuppliedPart extends Omit<SoldPart, "net" | "tax" | "total" | "vendorId"> {
  /** The line of the bundle. */
  readonly lineId: string
  /** Bundles that were ordered, that were cancelled, and that are in a fulfilment. */
  readonly bundles: number
  readonly cancelled: number
  readonly fulfilled: number
}

/** What of an order one of its vendors may know, with no lines but their own. */
export interface OwnOrder extends Pick<
  StoredOrder,
  "id" | "number" | "status" | "currency" | "shippingAddress" | "lines" | "placedAt"
> {
  readonly supplied: ReadonlyArray<SuppliedPart>
}

/** What a vendor asks of storage. An order that is neither paid nor promised is none of theirs yet. */
export class VendorOrderRepository extends Context.Service<VendorOrderRepository, {
  /** The orders that have lines of a vendor, or bundles of others with parts of theirs, newest first. */
  readonly list: (
    vendorId: VendorId,
    query: ListVendorOrders
  ) => Effect.Effect<Page<OwnOrder>, StorageError | InvalidInput>
  readonly find: (vendorId: VendorId, orderId: string) => Effect.Effect<OwnOrder | undefined, StorageError>
  /** Who has lines in some orders, or parts in bundles of them; orders of the shop alone are left out. One statement. */
  readonly vendorsOf: (
    orderIds: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<VendorId>>, StorageError>
  /** Which of some variants a vendor sells. */
  readonly sells: (
    vendorId: VendorId,
    variantIds: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlySet<string>, StorageError>
}>()("@stoa/core/marketplace/VendorOrderRepository") {}
