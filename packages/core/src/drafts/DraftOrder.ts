/**
 * A draft order: what staff have put together for a buyer, priced and ready to be paid. It becomes one order at most.
 *
 * **Details**
 *
 * Its figures are those of its last change, whatever happens to the catalog afterwards: what the buyer was sent is what they
 * pay. Every change by staff prices all of it anew, as of then.
 */
import * as Schema from "effect/Schema"
import { HandDiscount, HandPrice } from "../cart/ByHand.ts"
import { type CartId, CartLineId } from "../cart/Cart.ts"
import { ProductId, ProductImage, TaxClass, VariantId } from "../catalog/Product.ts"
import { PlaceOrder } from "../checkout/CheckoutInput.ts"
import { Address } from "../kernel/Address.ts"
import * as Currency from "../kernel/Currency.ts"
import { Email } from "../kernel/Email.ts"
import * as Id from "../kernel/Id.ts"
import { LanguageTag } from "../kernel/Language.ts"
import { Money } from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { OrderTag } from "../orders/Order.ts"
import { PricedCart } from "../pricing/Pricing.ts"
import { Price } from "../promotions/AmountActions.ts"
import { CouponCode } from "../promotions/CouponCode.ts"
import { ShippingMethodId } from "../shipping/ShippingMethod.ts"
import { ShippingChoices } from "../shipping/ShippingParts.ts"

export const DraftOrderId = Id.define("drf", "DraftOrderId")
export type DraftOrderId = typeof DraftOrderId.Type

/**
 * Open: nobody was told of it. Sent: its buyer was. Expired: its time is over; a change by staff that gives it more time opens it
 * again. Ordered: it has become an order.
 */
export const DraftOrderStatus = Schema.Literals(["open", "sent", "expired", "ordered"])
export type DraftOrderStatus = typeof DraftOrderStatus.Type

/** Goods or work that the catalog does not have. Its stock is not counted. */
export const CustomItem = Schema.Struct({
  title: name(200),
  price: Price,
  /** `standard` if it is left out. */
  taxClass: Schema.optionalKey(TaxClass),
  /** Taxed unless this says otherwise. */
  taxable: Schema.optionalKey(Schema.Boolean),
  /** Not shipped unless this says otherwise. */
  requiresShipping: Schema.optionalKey(Schema.Boolean),
  weightGrams: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000_000 }))),
  sku: Schema.optionalKey(Schema.NullOr(name(100)))
}).annotate({ identifier: "CustomItem" })
export interface CustomItem extends Schema.Schema.Type<typeof CustomItem> {}

const quantity = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

/** A line as staff write it: pieces of a variant, or of something that the catalog does not have. */
export const WriteDraftLine = Schema.Struct({
  variantId: Schema.optionalKey(VariantId),
  custom: Schema.optionalKey(CustomItem),
  quantity,
  /** Another price for one piece than the catalog's and the price lists'. */
  price: Schema.optionalKey(Schema.NullOr(HandPrice)),
  /** What is taken off the line by hand, before promotions. */
  discount: Schema.optionalKey(Schema.NullOr(HandDiscount))
}).check(
  Schema.makeFilter(({ custom, price, variantId }) =>
    (variantId === undefined) === (custom === undefined)
      ? { path: ["variantId"], issue: "Expected a variant or a custom item, and not both" }
      : custom === undefined || price === undefined || price === null
        || { path: ["price"], issue: "is for variants: a custom item says its price itself" }
  )
).annotate({ identifier: "WriteDraftLine" })
export interface WriteDraftLine extends Schema.Schema.Type<typeof WriteDraftLine> {}

/** How the goods get there: a method of the shop, one for each part of what ships apart, or at a price of one's own. */
export const DraftShipping = Schema.Union([
  Schema.Struct({ methodId: ShippingMethodId }),
  Schema.Struct({ choices: ShippingChoices.check(Schema.isMinLength(1)) }),
  Schema.Struct({ name: name(200), price: Price, taxClass: Schema.optionalKey(TaxClass) })
]).annotate({ identifier: "DraftShipping" })
export type DraftShipping = typeof DraftShipping.Type

const lines = Schema.Array(WriteDraftLine).check(Schema.isMaxLength(200))
const codes = Schema.Array(CouponCode).check(Schema.isMaxLength(10))
const tags = Schema.Array(OrderTag).check(Schema.isMaxLength(20))

/** A new draft. What is left out of addresses and e-mail is that of the customer's account. */
export const CreateDraftOrder = Schema.Struct({
  customerId: Schema.optionalKey(Schema.NullOr(text(100))),
  email: Schema.optionalKey(Schema.NullOr(Email)),
  /**
   * One that the store sells in; its own if it is left out. Prices, ways of shipping and promotions are those of it, and nothing is
   * converted: amounts by hand are of it as well.
   */
  currency: Schema.optionalKey(Currency.Currency),
  /** In which its buyer is written to, by its tag; that of the store if it is left out or `null`. */
  language: Schema.optionalKey(Schema.NullOr(LanguageTag)),
  lines: Schema.optionalKey(lines),
  shippingAddress: Schema.optionalKey(Schema.NullOr(Address)),
  billingAddress: Schema.optionalKey(Schema.NullOr(Address)),
  shipping: Schema.optionalKey(Schema.NullOr(DraftShipping)),
  /** Codes of promotions. */
  codes: Schema.optionalKey(codes),
  /** What is taken off all lines by hand, after promotions. */
  discount: Schema.optionalKey(Schema.NullOr(HandDiscount)),
  /** What stands on the order. Its buyer sees it. */
  note: Schema.optionalKey(Schema.NullOr(text(2_000))),
  /** The tags that its order will have. */
  tags: Schema.optionalKey(tags),
  /** Until when it can be paid: 14 days from now if it is left out, at most 180. */
  expiresAt: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "CreateDraftOrder" })
export interface CreateDraftOrder extends Schema.Schema.Type<typeof CreateDraftOrder> {}

/**
 * Changes to a draft, which is priced anew whatever they are; `lines`, `codes` and `tags` replace all that there were. Another currency
 * lets go of the shop's way of shipping, as in a cart.
 */
export const UpdateDraftOrder = Schema.Struct({
  ...CreateDraftOrder.fields,
  /** The version that the change is based on. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateDraftOrder" })
export interface UpdateDraftOrder extends Schema.Schema.Type<typeof UpdateDraftOrder> {}

/** Holds the pieces of a draft for its buyer, for so many minutes from now. */
export const ReserveDraftOrder = Schema.Struct({
  minutes: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 43_200 })),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "ReserveDraftOrder" })

/** Makes the order of a draft without its buyer. */
export const CompleteDraftOrder = Schema.Struct({
  /**
   * `outside`: the money has come past every gateway, such as in cash or to the shop's account. `later`: it is still to be paid,
   * and its pieces are held for that long.
   */
  payment: Schema.Literals(["outside", "later"]),
  /** By what the money is known outside, such as the number of a receipt. */
  reference: Schema.optionalKey(name(200)),
  /** How long the buyer has to pay `later`, in days; 7 if it is left out. */
  payWithinDays: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 90 }))),
  expectedTotal: Schema.optionalKey(Money),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "CompleteDraftOrder" })

/** Writes to the buyer of a draft, with a link to pay it. */
export const SendDraftOrder = Schema.Struct({
  /** What the mail says besides. */
  message: Schema.optionalKey(text(2_000)),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "SendDraftOrder" })

/** What a link to a draft holds behind its `#`. */
const token = text(200)

export const ShowDraftOffer = Schema.Struct({ token }).annotate({ identifier: "ShowDraftOffer" })

/** What its buyer may say of where a draft goes. */
export const DraftAddressField = Schema.Literals(["shippingAddress", "billingAddress"])
export type DraftAddressField = typeof DraftAddressField.Type

/** Where a draft goes, as its buyer says it by the link. The invoice goes where the goods go, unless it is said otherwise. */
export const AddressDraftOffer = Schema.Struct({
  token,
  shippingAddress: Schema.optionalKey(Address),
  billingAddress: Schema.optionalKey(Address)
}).annotate({ identifier: "AddressDraftOffer" })

/** Orders and pays a draft, by its link. */
export const PayDraftOffer = Schema.Struct({
  token,
  /** Not needed where gift cards and credit pay for all of it. */
  payment: PlaceOrder.fields.payment,
  giftCards: PlaceOrder.fields.giftCards,
  storeCredit: PlaceOrder.fields.storeCredit,
  /** The total that the buyer was shown. If staff have changed it since, nothing is ordered. */
  expectedTotal: Schema.optionalKey(Money)
}).annotate({ identifier: "PayDraftOffer" })

/** A line with what it is of, as it was when the draft was priced. */
export const DraftLine = Schema.Struct({
  id: CartLineId,
  /** Of a custom item it is an id that the catalog does not know. */
  variantId: VariantId,
  productId: ProductId,
  title: Schema.String,
  variantTitle: Schema.String,
  sku: Schema.NullOr(Schema.String),
  image: Schema.NullOr(ProductImage),
  requiresShipping: Schema.Boolean,
  finalSale: Schema.Boolean,
  quantity: Schema.Int,
  custom: Schema.NullOr(CustomItem),
  price: Schema.NullOr(HandPrice),
  discount: Schema.NullOr(HandDiscount)
}).annotate({ identifier: "DraftLine" })
export interface DraftLine extends Schema.Schema.Type<typeof DraftLine> {}

/** What staff must know of a draft that was priced. */
export const DraftNotice = Schema.Union([
  /** Fewer pieces can be bought than the line has, besides those that are held for the draft. */
  Schema.TaggedStruct("short_of_stock", { lineId: CartLineId, available: Schema.Int }),
  /** Not for sale any more. The line is not part of the price, and the draft cannot be sent or ordered. */
  Schema.TaggedStruct("unavailable", { lineId: CartLineId }),
  /** A code does nothing. */
  Schema.TaggedStruct("coupon_not_applied", { code: Schema.String, reason: Schema.String, message: Schema.String })
])
export type DraftNotice = typeof DraftNotice.Type

export const DraftOrder = Schema.Struct({
  id: DraftOrderId,
  status: DraftOrderStatus,
  customerId: Schema.NullOr(Schema.String),
  email: Schema.NullOr(Schema.String),
  /** In which its buyer is written to; that of the store if it is left out or `null`. */
  language: Schema.optionalKey(Schema.NullOr(Schema.String)),
  currency: Currency.Currency,
  lines: Schema.Array(DraftLine),
  shippingAddress: Schema.NullOr(Address),
  billingAddress: Schema.NullOr(Address),
  shipping: Schema.NullOr(DraftShipping),
  codes: Schema.Array(Schema.String),
  discount: Schema.NullOr(HandDiscount),
  note: Schema.NullOr(Schema.String),
  tags: Schema.Array(Schema.String),
  /** What it costs, with its trace. One line for each line that can be bought. */
  pricing: PricedCart,
  total: Money,
  /** Since when it costs that. */
  pricedAt: Timestamp,
  /** What an order of it still needs: `"lines"`, `"email"`, `"shippingAddress"`, `"shipping"`. */
  missing: Schema.Array(Schema.String),
  notices: Schema.Array(DraftNotice),
  expiresAt: Timestamp,
  /** Until when its pieces are held; `null` where they are not. */
  reservedUntil: Schema.NullOr(Timestamp),
  sentAt: Schema.NullOr(Timestamp),
  /** The order that it has become. */
  orderId: Schema.NullOr(Schema.String),
  /** Who began it, such as `"staff:usr_1"`. */
  createdBy: Schema.String,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "DraftOrder" })
export interface DraftOrder extends Schema.Schema.Type<typeof DraftOrder> {}

/** A draft as its buyer sees it. */
export const DraftOffer = Schema.Struct({
  id: DraftOrderId,
  status: DraftOrderStatus,
  email: Schema.NullOr(Schema.String),
  lines: Schema.Array(DraftLine),
  shippingAddress: Schema.NullOr(Address),
  billingAddress: Schema.NullOr(Address),
  note: Schema.NullOr(Schema.String),
  pricing: PricedCart,
  total: Money,
  expiresAt: Timestamp,
  /** Until when its pieces are held; they may be sold to others where they are not. */
  reservedUntil: Schema.NullOr(Timestamp),
  /** The order that it has become, which the token of the link shows and pays, too. */
  orderId: Schema.NullOr(Schema.String),
  /** What an order of it still needs. The buyer can say the addresses that `canSay` names, and staff the rest. */
  missing: Schema.Array(Schema.String),
  /** The addresses that the shop has not said, which the buyer gives and mends. */
  canSay: Schema.Array(DraftAddressField),
  /** By what it can be paid. */
  gateways: Schema.Array(Schema.String)
}).annotate({ identifier: "DraftOffer" })
export interface DraftOffer extends Schema.Schema.Type<typeof DraftOffer> {}

/** A draft as a list shows it. */
export const DraftOrderSummary = Schema.Struct({
  id: DraftOrderId,
  status: DraftOrderStatus,
  customerId: Schema.NullOr(Schema.String),
  email: Schema.NullOr(Schema.String),
  total: Money,
  expiresAt: Timestamp,
  orderId: Schema.NullOr(Schema.String),
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "DraftOrderSummary" })
export interface DraftOrderSummary extends Schema.Schema.Type<typeof DraftOrderSummary> {}

/** Which drafts to list, newest first. */
export const ListDraftOrders = Schema.Struct({
  ...Page.PageRequest,
  status: Schema.optionalKey(DraftOrderStatus),
  customerId: Schema.optionalKey(text(100)),
  email: Schema.optionalKey(text(320))
}).annotate({ identifier: "ListDraftOrders" })
export interface ListDraftOrders extends Schema.Schema.Type<typeof ListDraftOrders> {}

/** A draft with what nobody outside sees. */
export interface StoredDraftOrder extends DraftOrder {
  /** The cart that its order is made of. It is there once the order is. */
  readonly cartId: CartId
  /** The key that its link is signed with, encrypted. */
  readonly linkKey: string
  /** Whether its buyer comes for the goods. */
  readonly isPickedUp: boolean
  /** The addresses that its buyer has given; none, if it is left out. */
  readonly byBuyer?: ReadonlyArray<DraftAddressField>
}

/** The addresses that the buyer of a draft may say: those that the shop has not. */
export const sayable = (draft: Pick<StoredDraftOrder, "billingAddress" | "byBuyer" | "shippingAddress" | "status">) =>
  draft.status === "ordered"
    ? []
    : DraftAddressField.literals.filter((field) => draft[field] === null || draft.byBuyer?.includes(field) === true)

/** What events say of a draft. */
export const about = ({ customerId, id, total }: Pick<StoredDraftOrder, "customerId" | "id" | "total">) =>
  ({ draftOrderId: id, customerId, total: { ...total } })
