import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import type { VendorId } from "../vendors/VendorId.ts"
import type { ListVendorOrders } from "./VendorOrder.ts"

/** What of an order one of its vendors may know, with no lines but their own. */
export type OwnOrder = Pick<
  StoredOrder,
  "id" | "number" | "status" | "currency" | "shippingAddress" | "lines" | "placedAt"
>

/** What a vendor asks of storage. An order that is neither paid nor promised is none of theirs yet. */
export class VendorOrderRepository extends Context.Service<VendorOrderRepository, {
  /** The orders that have lines of a vendor, newest first. */
  readonly list: (
    vendorId: VendorId,
    query: ListVendorOrders
  ) => Effect.Effect<Page<OwnOrder>, StorageError | InvalidInput>
  readonly find: (vendorId: VendorId, orderId: string) => Effect.Effect<OwnOrder | undefined, StorageError>
  /** Which of some variants a vendor sells. */
  readonly sells: (
    vendorId: VendorId,
    variantIds: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlySet<string>, StorageError>
}>()("@stoa/core/marketplace/VendorOrderRepository") {}
