/**
 * What becomes of mails, and the addresses that are not written to any more.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import {
  ListMailDeliveries,
  ListSuppressions,
  type MailDelivery,
  type MailNews,
  saysMore,
  type Suppression,
  SuppressionId
} from "./MailDelivery.ts"
import { MailUnknown, MailWebhookRejected, SuppressionNotFound } from "./MailDeliveryErrors.ts"
import { MailBounced, MailComplained } from "./MailDeliveryEvents.ts"
import { MailDeliveryRepository } from "./MailDeliveryRepository.ts"
import { Mailer, type MailWebhook } from "./Mailer.ts"

export class MailDeliveries extends Context.Service<MailDeliveries, {
  /**
   * Takes in what whoever carries the mails tells of them. The signature is the credential. The same again changes
   * nothing, and news may come in any order.
   */
  readonly receiveWebhook: (
    request: MailWebhook
  ) => Effect.Effect<void, InvalidInput | MailWebhookRejected | MailUnknown | StorageError>
  /** The mails of which it is told what becomes of them, the newest first. Needs `notifications:read`. */
  readonly list: (
    input?: typeof ListMailDeliveries.Encoded
  ) => Effect.Effect<Page<MailDelivery>, InvalidInput | StorageError | Denied>
  /** Addresses that are not written to, the newest first. Needs `notifications:read`. */
  readonly listSuppressions: (
    input?: typeof ListSuppressions.Encoded
  ) => Effect.Effect<Page<Suppression>, InvalidInput | StorageError | Denied>
  /** Writes to an address again. Needs `notifications:write`. */
  readonly removeSuppression: (
    id: string
  ) => Effect.Effect<void, InvalidInput | SuppressionNotFound | StorageError | Denied>
}>()("@stoa/core/notifications/MailDeliveries") {}

/** For how long it is kept what became of a mail. */
const keptFor = "30 days"

/** After so long, a mail that is not known will never be: somebody else sent it. */
const becomesKnownWithin = "10 minutes"

/** What a mail server says may be long. */
const reasonLength = 500

const decodeList = Input.decoder(ListMailDeliveries)
const decodeSuppressions = Input.decoder(ListSuppressions)

const checked = Input.textParameters<MailDeliveries["Service"]>({ removeSuppression: ["id"] })

const isRequest = (request: unknown): request is MailWebhook =>
  typeof request === "object" && request !== null && "body" in request && request.body instanceof Uint8Array
  && "headers" in request && typeof request.headers === "object" && request.headers !== null

export const make = Effect.gen(function*() {
  const repository = yield* MailDeliveryRepository
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog
  const jobs = yield* Jobs
  const mailer = yield* Mailer

  const learn = Effect.fnUntraced(function*(news: MailNews) {
    const now = yield* Timestamp.now
    const known = yield* repository.findForUpdate(mailer.name, news.reference)
    if (known === undefined) {
      if (Timestamp.plus(news.at, becomesKnownWithin) > now) return yield* new MailUnknown()
      return
    }
    if (!saysMore(news.status, known.status)) return
    const reason = news.reason === null ? known.reason : news.reason.slice(0, reasonLength).toWellFormed().replaceAll("\0", "")
    yield* repository.update({ ...known, status: news.status, reason, at: news.at })
    const why = news.status === "complained" ? "complained" as const : news.status === "bounced" && news.permanent ? "bounced" as const : undefined
    if (why === undefined) return
    yield* repository.suppress({ id: yield* SuppressionId.generate, address: known.address, reason: why, createdAt: now })
    const told = { deliveryId: known.id, template: known.template }
    yield* events.publish([(why === "bounced" ? MailBounced : MailComplained).make(known.id, told)])
  })

  yield* jobs.cron({
    name: "mails.forget",
    cron: "29 * * * *",
    run: Effect.flatMap(Timestamp.now, (now) => repository.deleteBefore(Timestamp.minus(now, keptFor)))
  })

  return checked(MailDeliveries.of({
    receiveWebhook: Effect.fn("MailDeliveries.receiveWebhook")(function*(request) {
      if (!isRequest(request)) return yield* InvalidInput.at([], "Expected the body and the headers of a request", "not_a_file")
      if (mailer.readWebhook === undefined) {
        return yield* new MailWebhookRejected({ reason: `${mailer.name} sends none` })
      }
      const news = yield* mailer.readWebhook(request)
      if (news !== undefined) yield* transactor.transaction(learn(news))
    }),
    list: Effect.fn("MailDeliveries.list")(function*(input = {}) {
      yield* Permission.require("notifications:read")
      const { address, ...query } = yield* decodeList(input)
      return yield* repository.list({ ...query, ...(address === undefined ? {} : { address: address.toLowerCase() }) })
    }),
    listSuppressions: Effect.fn("MailDeliveries.listSuppressions")(function*(input = {}) {
      yield* Permission.require("notifications:read")
      const { address, ...query } = yield* decodeSuppressions(input)
      return yield* repository.suppressions({ ...query, ...(address === undefined ? {} : { address: address.toLowerCase() }) })
    }),
    removeSuppression: Effect.fn("MailDeliveries.removeSuppression")(function*(id) {
      yield* Permission.require("notifications:write")
      yield* transactor.transaction(Effect.gen(function*() {
        const removed = yield* repository.unsuppress(id)
        if (removed === undefined) return yield* new SuppressionNotFound({ suppressionId: id })
        yield* audit.record({ action: "mail_suppression.remove", subject: id, details: { reason: removed.reason } })
      }))
    })
  }))
})

export const layer: Layer.Layer<
  MailDeliveries,
  never,
  AuditLog | Events | Jobs | MailDeliveryRepository | Transactor
> = Layer.effect(MailDeliveries, make)
