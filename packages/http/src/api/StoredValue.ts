import { VersionConflict } from "@stoa/core/kernel/Version"
import {
  AdjustStoreCredit,
  CreateGiftCard,
  GiftCard,
  GiftCardBalance,
  ListStoreCredit,
  ListStoredValue,
  NewGiftCard,
  StoreCreditBalance,
  UpdateGiftCard,
  ValueMovement
} from "@stoa/core/value/StoredValue"
import { CustomerUnknown, GiftCardNotFound, StoreCreditShort } from "@stoa/core/value/StoredValueErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { DoneOnce, Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "gift-cards:read" }
const writes: Traits = { access: "staff", permission: "gift-cards:write" }
const byCustomer = { customerId: Schema.String }

export const GiftCardPage = page("GiftCardPage", GiftCard)
export const ValueMovementPage = page("ValueMovementPage", ValueMovement)

/** Gift cards and store credit. */
export class StoredValueGroup extends HttpApiGroup.make("storedValue").add(
  HttpApiEndpoint.get("lookupGiftCard", "/gift-cards/:code", {
    params: { code: Schema.String },
    success: GiftCardBalance,
    error: problems(GiftCardNotFound)
  }).annotateMerge(operation("See what is on a gift card, by its code", { access: "guest", sensitive: true })),
  HttpApiEndpoint.get("listGiftCards", "/admin/gift-cards", { query: ListStoredValue, success: GiftCardPage }).annotateMerge(
    operation("List gift cards, the newest first", reads)
  ),
  HttpApiEndpoint.post("createGiftCard", "/admin/gift-cards", {
    payload: CreateGiftCard,
    success: NewGiftCard.pipe(HttpApiSchema.status(201))
  }).middleware(DoneOnce).annotateMerge(
    operation("Make a gift card; its code is shown once, or sent to the address", { ...writes, sensitive: true, doneOnce: true })
  ),
  HttpApiEndpoint.get("getGiftCard", "/admin/gift-cards/:id", {
    params: byId,
    success: GiftCard,
    error: problems(GiftCardNotFound)
  }).annotateMerge(operation("See a gift card", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("updateGiftCard", "/admin/gift-cards/:id", {
    params: byId,
    payload: UpdateGiftCard,
    success: GiftCard,
    error: problems(GiftCardNotFound, VersionConflict)
  }).annotateMerge(operation("Change the end or the note of a gift card", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("voidGiftCard", "/admin/gift-cards/:id", {
    params: byId,
    success: GiftCard,
    error: problems(GiftCardNotFound, VersionConflict)
  }).annotateMerge(operation("Take all that is left off a gift card, for good", { ...writes, conditional: true })),
  HttpApiEndpoint.get("giftCardMovements", "/admin/gift-cards/:id/movements", {
    params: byId,
    query: ListStoredValue,
    success: ValueMovementPage,
    error: problems(GiftCardNotFound)
  }).annotateMerge(operation("List what changed the balance of a gift card", reads)),
  HttpApiEndpoint.get("myStoreCredit", "/store-credit", { success: StoreCreditBalance }).annotateMerge(
    operation("See one's own store credit", { access: "customer" })
  ),
  HttpApiEndpoint.get("storeCredit", "/admin/store-credit/:customerId", {
    params: byCustomer,
    success: StoreCreditBalance,
    error: problems(CustomerUnknown)
  }).annotateMerge(operation("See the store credit of a customer", { access: "staff", permission: "store-credit:read" })),
  HttpApiEndpoint.post("adjustStoreCredit", "/admin/store-credit/:customerId/adjustments", {
    params: byCustomer,
    payload: AdjustStoreCredit,
    success: StoreCreditBalance,
    error: problems(CustomerUnknown, StoreCreditShort)
  }).middleware(Idempotent).annotateMerge(
    operation("Give a customer store credit, or take some away", {
      access: "staff",
      permission: "store-credit:write",
      idempotent: true
    })
  ),
  HttpApiEndpoint.get("storeCreditMovements", "/admin/store-credit/:customerId/movements", {
    params: byCustomer,
    query: ListStoreCredit,
    success: ValueMovementPage,
    error: problems(CustomerUnknown)
  }).annotateMerge(
    operation("List what changed the store credit of a customer", { access: "staff", permission: "store-credit:read" })
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Gift cards and store credit", description: "Value that the shop owes and that buys things" })
) {}
