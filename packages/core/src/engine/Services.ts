/**
 * The services of an engine, and the layer that builds them on the ports of a storage adapter.
 */
import type { AuditLog } from "../audit/AuditLog.ts"
import type { Carts } from "../cart/Carts.ts"
import type { Catalog } from "../catalog/Catalog.ts"
import type { Checkout } from "../checkout/Checkout.ts"
import type { Events } from "../events/Events.ts"
import type { Inventory } from "../inventory/Inventory.ts"
import type { Jobs } from "../jobs/Jobs.ts"
import type { Orders } from "../orders/Orders.ts"
import type { Payments } from "../payments/Payments.ts"
import type { PricingRules } from "../pricing/PricingRules.ts"
import type { Shipping } from "../shipping/Shipping.ts"
import type { Stores } from "../stores/Stores.ts"
import type { Taxes } from "../tax/Taxes.ts"
import type { StoragePorts } from "./Storage.ts"

/** Every service of the engine. Plug-ins and hosts use the same. */
export type StoaServices =
  | StoragePorts
  | AuditLog
  | Carts
  | Catalog
  | Checkout
  | Events
  | Inventory
  | Jobs
  | Orders
  | Payments
  | PricingRules
  | Shipping
  | Stores
  | Taxes
