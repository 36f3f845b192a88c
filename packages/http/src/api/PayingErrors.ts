/**
 * What paying can fail with, wherever it begins: at checkout, by the link of a draft, or anew after a payment failed.
 */
import { PurchaseRefused } from "@stoa/core/fraud/FraudErrors"
import { InsufficientStock } from "@stoa/core/inventory/InventoryErrors"
import { ImpersonationRefused } from "@stoa/core/kernel/Permission"
import { VersionConflict } from "@stoa/core/kernel/Version"
import {
  AmountUnsupported,
  CurrencyUnsupported,
  GatewayNotFound,
  NoGatewayAvailable,
  PaymentMethodUnknown
} from "@stoa/core/payments/PaymentsErrors"
import { SavedMethodNotFound, SavingUnsupported, TooManySavedMethods } from "@stoa/core/payments/SavedMethodErrors"
import { PromotionUsedUp } from "@stoa/core/promotions/PromotionErrors"
import { GiftCardNotFound, GiftCardUnusable, StoredValueSpent } from "@stoa/core/value/StoredValueErrors"

/** Through a gateway. */
export const paying = [
  InsufficientStock,
  GatewayNotFound,
  CurrencyUnsupported,
  AmountUnsupported,
  PaymentMethodUnknown,
  NoGatewayAvailable,
  SavedMethodNotFound,
  SavingUnsupported,
  TooManySavedMethods,
  ImpersonationRefused,
  PurchaseRefused,
  VersionConflict
] as const

/** With an order that is placed in the same step, which stored value may pay. */
export const ordering = [PromotionUsedUp, GiftCardNotFound, GiftCardUnusable, StoredValueSpent, ...paying] as const
