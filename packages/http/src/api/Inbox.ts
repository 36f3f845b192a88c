import { InboxMessage, ListInbox, UnreadCount } from "@stoa/core/notifications/InboxMessage"
import { InboxMessageNotFound } from "@stoa/core/notifications/InboxErrors"
import { PushSubscriptionNotFound } from "@stoa/core/notifications/PushErrors"
import { PushKey, PushSubscription, SubscribeToPushes } from "@stoa/core/notifications/PushSubscription"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const mine: Traits = { access: "customer" }
const shared: Traits = { access: "staff", permission: "notifications:read" }

export const InboxPage = page("InboxPage", InboxMessage)
export const PushSubscriptionPage = page("PushSubscriptionPage", PushSubscription)

/** What somebody was told, to be read where they are signed in. */
export class InboxGroup extends HttpApiGroup.make("inbox").add(
  HttpApiEndpoint.get("listMine", "/notifications", { query: ListInbox, success: InboxPage }).annotateMerge(
    operation("List what one was told, the newest first", mine)
  ),
  HttpApiEndpoint.get("unreadMine", "/notifications/unread", { success: UnreadCount }).annotateMerge(
    operation("Count what one has not read", mine)
  ),
  HttpApiEndpoint.post("readAllMine", "/notifications/read-all").middleware(Idempotent).annotateMerge(
    operation("Mark all as read", { ...mine, idempotent: true })
  ),
  HttpApiEndpoint.post("readMine", "/notifications/:id/read", {
    params: byId,
    success: InboxMessage,
    error: problems(InboxMessageNotFound)
  }).middleware(Idempotent).annotateMerge(operation("Mark one as read", { ...mine, idempotent: true })),
  HttpApiEndpoint.get("pushKey", "/notifications/push-key", { success: PushKey }).annotateMerge(
    operation("What browsers subscribe to pushes with", { access: "guest", shared: true })
  ),
  HttpApiEndpoint.get("listPushSubscriptions", "/notifications/push-subscriptions", { success: PushSubscriptionPage })
    .annotateMerge(operation("List one's browsers that are pushed to", mine)),
  HttpApiEndpoint.post("subscribeToPushes", "/notifications/push-subscriptions", {
    payload: SubscribeToPushes,
    success: PushSubscription.pipe(HttpApiSchema.status(201))
  }).middleware(Idempotent).annotateMerge(
    operation("Have a browser pushed to", { ...mine, idempotent: true, sensitive: true })
  ),
  HttpApiEndpoint.delete("unsubscribeFromPushes", "/notifications/push-subscriptions/:id", {
    params: byId,
    error: problems(PushSubscriptionNotFound)
  }).annotateMerge(operation("Have a browser pushed to no more", mine)),
  HttpApiEndpoint.get("listShop", "/admin/inbox", { query: ListInbox, success: InboxPage }).annotateMerge(
    operation("List what those who work for the shop were told, the newest first", shared)
  ),
  HttpApiEndpoint.get("unreadShop", "/admin/inbox/unread", { success: UnreadCount }).annotateMerge(
    operation("Count what nobody of the shop has read", shared)
  ),
  HttpApiEndpoint.post("readAllShop", "/admin/inbox/read-all").middleware(Idempotent).annotateMerge(
    operation("Mark all of the shop's inbox as read", { ...shared, idempotent: true })
  ),
  HttpApiEndpoint.post("readShop", "/admin/inbox/:id/read", {
    params: byId,
    success: InboxMessage,
    error: problems(InboxMessageNotFound)
  }).middleware(Idempotent).annotateMerge(operation("Mark one of the shop's inbox as read", { ...shared, idempotent: true }))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Inbox", description: "Messages for those who are signed in" })
) {}
