/**
 * The operations of the REST API that the page calls, by the names that the typed client has for them. Their requests and
 * answers are typed by that client's own types, of which nothing is loaded.
 */
import type { Client } from "@stoa/http/client"

/** Method and path below the API's prefix. A test holds them to the document of the API. */
export const operations = {
  "auth.becomeFirstOwner": "POST /auth/first-owner",
  "auth.login": "POST /auth/login",
  "auth.startPasswordless": "POST /auth/passwordless/start",
  "auth.verifyPasswordless": "POST /auth/passwordless/verify",
  "auth.logout": "POST /auth/logout",
  "mfa.verify": "POST /auth/mfa/verify",
  "me.get": "GET /me",
  "me.permissions": "GET /me/permissions",
  "administration.getSettings": "GET /admin/settings",
  "administration.updateSettings": "PUT /admin/settings",
  "analytics.dashboard": "GET /admin/dashboard",
  "analytics.trends": "GET /admin/dashboard/trends",
  "analytics.topOfDashboard": "GET /admin/dashboard/top-products",
  "adminOrders.list": "GET /admin/orders",
  "adminOrders.get": "GET /admin/orders/{id}",
  "adminOrders.changeStatus": "PATCH /admin/orders/{id}/status",
  "adminOrders.notes": "GET /admin/orders/{id}/notes",
  "adminOrders.note": "POST /admin/orders/{id}/notes",
  "adminOrders.refunds": "GET /admin/orders/{id}/refunds",
  "adminOrders.refund": "POST /admin/orders/{id}/refunds",
  "orders.tracking": "GET /orders/{id}/tracking",
  "orders.cancel": "POST /orders/{id}/cancel",
  "orderEdits.preview": "POST /admin/orders/{id}/edits/preview",
  "orderEdits.create": "POST /admin/orders/{id}/edits",
  "returns.request": "POST /orders/{id}/returns",
  "returns.ofOrder": "GET /orders/{id}/returns",
  "returns.list": "GET /admin/returns",
  "returns.get": "GET /admin/returns/{id}",
  "returns.approve": "POST /admin/returns/{id}/approve",
  "returns.reject": "POST /admin/returns/{id}/reject",
  "returns.receive": "POST /admin/returns/{id}/receive",
  "returns.refund": "POST /admin/returns/{id}/refund",
  "returns.close": "POST /admin/returns/{id}/close",
  "claims.open": "POST /orders/{id}/claims",
  "claims.ofOrder": "GET /orders/{id}/claims",
  "claims.list": "GET /admin/claims",
  "claims.get": "GET /admin/claims/{id}",
  "claims.replace": "POST /admin/claims/{id}/replace",
  "claims.refund": "POST /admin/claims/{id}/refund",
  "claims.reject": "POST /admin/claims/{id}/reject",
  "fulfilments.ofOrder": "GET /orders/{id}/fulfilments",
  "fulfilments.progress": "GET /admin/orders/{id}/fulfilments/open",
  "fulfilments.create": "POST /admin/orders/{id}/fulfilments",
  "fulfilments.advance": "PATCH /admin/fulfilments/{id}",
  "adminProducts.list": "GET /admin/products",
  "adminProducts.create": "POST /admin/products",
  "adminProducts.get": "GET /admin/products/{idOrSlug}",
  "adminProducts.update": "PATCH /admin/products/{id}",
  "adminProducts.addImage": "POST /admin/products/{id}/images",
  "adminProducts.removeImage": "DELETE /admin/products/{id}/images/{imageId}",
  "adminProducts.updateVariant": "PATCH /admin/products/{id}/variants/{variantId}",
  "adminMedia.upload": "POST /admin/media",
  "inventory.list": "GET /admin/inventory",
  "inventory.adjust": "POST /admin/inventory/adjustments",
  "inventory.ledger": "GET /admin/inventory/{variantId}/ledger",
  "inventory.listLocations": "GET /admin/locations",
  "promotions.list": "GET /admin/promotions",
  "promotions.create": "POST /admin/promotions",
  "promotions.update": "PATCH /admin/promotions/{id}",
  "reviews.list": "GET /admin/reviews",
  "reviews.approve": "POST /admin/reviews/{id}/approve",
  "reviews.reject": "POST /admin/reviews/{id}/reject",
  "reviews.answer": "POST /admin/reviews/{id}/answer"
} as const

export type Operation = keyof typeof operations

type Method<K extends Operation> = K extends `${infer Group}.${infer Name}`
  ? Group extends keyof Client ? Name extends keyof Client[Group] ? Client[Group][Name] : never : never
  : never

/** What an operation is asked with: `params`, `query` and `payload`, as it has them. */
export type Request<K extends Operation> = Method<K> extends (request: infer R, ...rest: never) => unknown ? Exclude<R, undefined>
  : never

/** What an operation answers. */
export type Answer<K extends Operation> = Method<K> extends (...args: never) => Promise<infer A> ? A : never
