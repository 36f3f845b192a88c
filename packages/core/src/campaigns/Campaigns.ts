/**
 * Messages that staff send by hand to many people at once.
 *
 * **Details**
 *
 * A campaign is written down for its readers page by page, each page in a transaction with the place where the next one
 * begins, so a process that dies leaves nobody out and writes to nobody twice. Each message is then one that people can do
 * without, like any other: by consent, with a link to unsubscribe, in no quiet hours, and within the limits of the day.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Segments from "../analytics/Segments.ts"
import { AuditLog } from "../audit/AuditLog.ts"
import { CustomerGroupRepository } from "../customers/CustomerGroupRepository.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { Marketing } from "../marketing/Marketing.ts"
import { NotificationTemplates } from "../notifications/NotificationTemplates.ts"
import { TemplateNotFound } from "../notifications/TemplateErrors.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { Stores } from "../stores/Stores.ts"
import {
  AnnounceCampaign,
  type Campaign,
  type CampaignAudience,
  CampaignId,
  type CampaignProgress,
  type CampaignReach,
  type CampaignStatus,
  CreateCampaign,
  ListCampaigns,
  SendCampaign,
  type StoredCampaign,
  UpdateCampaign
} from "./Campaign.ts"
import { CampaignNotAllowed, CampaignNotFound } from "./CampaignErrors.ts"
import { CampaignCancelled, CampaignFinished, CampaignStarted } from "./CampaignEvents.ts"
import { CampaignRepository } from "./CampaignRepository.ts"

export class Campaigns extends Context.Service<Campaigns, {
  /** All campaigns, the newest first. Needs `notifications:read`. */
  readonly list: (
    input?: typeof ListCampaigns.Encoded
  ) => Effect.Effect<Page<Campaign>, InvalidInput | StorageError | Denied>
  /** A campaign by its id. Needs `notifications:read`. */
  readonly get: (id: string) => Effect.Effect<Campaign, InvalidInput | CampaignNotFound | StorageError | Denied>
  /** A draft, of mails if no channel is named. Needs `notifications:write`. */
  readonly create: (
    input: typeof CreateCampaign.Encoded
  ) => Effect.Effect<Campaign, InvalidInput | StorageError | Denied>
  /** Changes a draft. Needs `notifications:write`. */
  readonly update: (
    id: string,
    input: typeof UpdateCampaign.Encoded
  ) => Effect.Effect<
    Campaign,
    InvalidInput | CampaignNotFound | CampaignNotAllowed | VersionConflict | StorageError | Denied
  >
  /** Deletes a draft. Needs `notifications:write`. */
  readonly delete: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | CampaignNotFound | CampaignNotAllowed | VersionConflict | StorageError | Denied>
  /**
   * How many people it would be written to now. Fewer may get it: those who want no news on the channel are left out when it
   * is decided on their message. Needs `notifications:read`.
   */
  readonly reach: (
    id: string
  ) => Effect.Effect<typeof CampaignReach.Type, InvalidInput | CampaignNotFound | StorageError | Denied>
  /**
   * Begins to send a draft, now or later. `TemplateNotFound`: there is no template of its name in the store's language. Needs
   * `notifications:write`.
   */
  readonly send: (
    id: string,
    input?: typeof SendCampaign.Encoded
  ) => Effect.Effect<
    Campaign,
    InvalidInput | CampaignNotFound | CampaignNotAllowed | TemplateNotFound | VersionConflict | StorageError | Denied
  >
  /** `create` and `send` in one: all of it happens, or nothing. Needs `notifications:write`. */
  readonly announce: (
    input: typeof AnnounceCampaign.Encoded
  ) => Effect.Effect<Campaign, InvalidInput | TemplateNotFound | StorageError | Denied>
  /** Sends what has not left no more. Again: nothing happens. Needs `notifications:write`. */
  readonly cancel: (
    id: string
  ) => Effect.Effect<Campaign, InvalidInput | CampaignNotFound | CampaignNotAllowed | StorageError | Denied>
  /** How far it is. Needs `notifications:read`. */
  readonly progress: (
    id: string
  ) => Effect.Effect<CampaignProgress, InvalidInput | CampaignNotFound | StorageError | Denied>
}>()("@stoa/core/campaigns/Campaigns") {}

const decodeCreate = Input.decoder(CreateCampaign)
const decodeUpdate = Input.decoder(UpdateCampaign)
const decodeAnnounce = Input.decoder(AnnounceCampaign)
const decodeSend = Input.decoder(SendCampaign)
const decodeList = Input.decoder(ListCampaigns)
const isId = Schema.is(CampaignId)

/** How many messages are written down in one transaction. */
const pageSize = 200

/** How many campaigns are looked after at once. */
const atOnce = 100

const jobName = "campaigns.write"

const shown = ({ complete: _complete, cursor: _cursor, outcome: _outcome, ...campaign }: StoredCampaign): Campaign => campaign

const checked = Input.textParameters<Campaigns["Service"]>({
  get: ["id"],
  update: ["id"],
  delete: ["id"],
  reach: ["id"],
  send: ["id"],
  cancel: ["id"],
  progress: ["id"]
})

export const make = Effect.gen(function*() {
  const repository = yield* CampaignRepository
  const groups = yield* CustomerGroupRepository
  const templates = yield* NotificationTemplates
  const marketing = yield* Marketing
  const stores = yield* Stores
  const storeRepository = yield* StoreRepository
  const { transaction } = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog
  const jobs = yield* Jobs

  const notFound = (id: string) => new CampaignNotFound({ campaignId: id })

  const find = Effect.fnUntraced(function*(id: string) {
    return (isId(id) ? yield* repository.find(id) : undefined) ?? (yield* notFound(id))
  })

  /** Holds a campaign that is as far as is allowed. */
  const hold = Effect.fnUntraced(function*(id: string, allowed: ReadonlyArray<CampaignStatus>) {
    const campaign = (isId(id) ? yield* repository.hold(id) : undefined) ?? (yield* notFound(id))
    if (!allowed.includes(campaign.status)) {
      return yield* new CampaignNotAllowed({ campaignId: campaign.id, status: campaign.status, allowed })
    }
    return campaign
  })

  const holdDraft = Effect.fnUntraced(function*(id: string, version: number | undefined) {
    const campaign = yield* hold(id, ["draft"])
    if (version !== undefined && version !== campaign.version) {
      return yield* new VersionConflict({ id: campaign.id, expected: version })
    }
    return campaign
  })

  const change = Effect.fnUntraced(function*(campaign: StoredCampaign, by: Partial<StoredCampaign>) {
    const changed = { ...campaign, ...by, version: campaign.version + 1, updatedAt: yield* Timestamp.now }
    yield* repository.replace(changed)
    return changed
  })

  const record = (action: string, { id, name }: Campaign) =>
    audit.record({ action: `campaign.${action}`, subject: id, details: { name } })

  const known = Effect.fnUntraced(function*({ groups: named = [] }: CampaignAudience) {
    const all = named.length === 0 ? [] : (yield* groups.list).map(({ id }) => id as string)
    const faults = named.flatMap((id, index) =>
      all.includes(id) ? [] : [{ path: ["audience", "groups", index], message: "is no customer group of this store", code: "unknown" }]
    )
    if (faults.length > 0) return yield* new InvalidInput({ faults })
  })

  const queryOf = ({ audience, channel }: Campaign) =>
    Effect.map(Timestamp.now, (now) => ({ audience, channel, bounds: Segments.bounds(now) }))

  const about = ({ channel, name }: Campaign) => ({ name, channel })

  /** Writes the next page down as soon as this transaction is done. */
  const goOn = ({ cursor, id }: StoredCampaign) =>
    jobs.enqueue({ name: jobName, id: `${jobName}:${id}:${cursor}`, payload: { id } })

  const start = Effect.fnUntraced(function*(campaign: StoredCampaign) {
    const started = yield* change(campaign, { status: "sending", startedAt: yield* Timestamp.now })
    yield* events.publish([CampaignStarted.make(started.id, about(started))])
    yield* goOn(started)
    return started
  })

  const draft = Effect.fnUntraced(function*(
    { audience = {}, channel = "email", data = {}, link = null, name, template }: typeof CreateCampaign.Type
  ) {
    yield* known(audience)
    const now = yield* Timestamp.now
    const campaign: StoredCampaign = {
      id: yield* CampaignId.generate,
      name,
      channel,
      template,
      data,
      link,
      audience,
      status: "draft",
      sendAt: null,
      startedAt: null,
      finishedAt: null,
      version: 1,
      createdAt: now,
      createdBy: Actor.describe(yield* Actor.CurrentActor),
      updatedAt: now,
      cursor: "",
      complete: false,
      outcome: null
    }
    yield* repository.insert(campaign)
    yield* record("create", campaign)
    return campaign
  })

  /** Begins a draft, now or at its time. */
  const begin = Effect.fnUntraced(function*(campaign: StoredCampaign, sendAt: Timestamp.Timestamp | undefined) {
    const { settings: { locale } } = yield* stores.current
    if ((yield* templates.find(campaign.template, locale, locale)) === undefined) {
      return yield* new TemplateNotFound({ name: campaign.template, language: locale })
    }
    yield* record("send", campaign)
    return shown(
      sendAt !== undefined && sendAt > (yield* Timestamp.now)
        ? yield* change(campaign, { status: "scheduled", sendAt })
        : yield* start(campaign)
    )
  })

  const writePage = Effect.fnUntraced(function*(id: string) {
    const campaign = yield* repository.hold(id)
    if (campaign === undefined || campaign.status !== "sending" || campaign.complete) return
    const { channel, data, link, template } = campaign
    const readers = yield* repository.readers(yield* queryOf(campaign), campaign.cursor, pageSize)
    yield* marketing.queue(readers.map((reader) => ({
      recipient: { channel, address: channel === "email" ? reader.email : reader.id },
      userId: reader.id,
      inbox: reader.id,
      kind: "news",
      requested: false,
      template,
      link,
      campaignId: campaign.id,
      id: `campaign:${campaign.id}:${reader.id}`,
      data
    })))
    const complete = readers.length < pageSize
    const changed = { ...campaign, complete, cursor: readers.at(-1)?.id ?? campaign.cursor, updatedAt: yield* Timestamp.now }
    yield* repository.replace(changed)
    if (!complete) yield* goOn(changed)
  })

  yield* jobs.handle({
    name: jobName,
    payload: Schema.Struct({ id: Schema.String }),
    timeLimit: "1 minute",
    run: ({ id }) => transaction(writePage(id))
  })

  /** Begins one whose time has come, ends one of which nothing waits, and goes on with one whose job was given up. */
  const lookAfter = Effect.fnUntraced(function*(id: CampaignId, now: Timestamp.Timestamp) {
    const campaign = yield* repository.hold(id)
    if (campaign === undefined) return
    if (campaign.status === "scheduled" && campaign.sendAt !== null && campaign.sendAt <= now) {
      yield* start(campaign)
      return
    }
    if (campaign.status !== "sending") return
    if (!campaign.complete) {
      if (campaign.updatedAt < Timestamp.minus(now, "10 minutes")) yield* writePage(id)
      return
    }
    const outcome = { complete: true, ...yield* repository.progress(id) }
    if (outcome.waiting > 0) {
      // the others have their turn before it
      yield* repository.replace({ ...campaign, updatedAt: now })
      return
    }
    const { dropped, released } = outcome
    const sent = yield* change(campaign, { status: "sent", finishedAt: now, outcome })
    yield* events.publish([CampaignFinished.make(id, { ...about(sent), released, dropped })])
  })

  yield* StoreCron.register(jobs, storeRepository, {
    name: "campaigns.due",
    cron: "* * * * *",
    run: Effect.gen(function*() {
      const now = yield* Timestamp.now
      for (const id of yield* repository.due(now, atOnce)) yield* transaction(lookAfter(id, now))
    })
  })

  return checked(Campaigns.of({
    list: Effect.fn("Campaigns.list")(function*(input = {}) {
      yield* Permission.require("notifications:read")
      return yield* repository.list(yield* decodeList(input))
    }),
    get: Effect.fn("Campaigns.get")(function*(id) {
      yield* Permission.require("notifications:read")
      return shown(yield* find(id))
    }),
    create: Effect.fn("Campaigns.create")(function*(input) {
      yield* Permission.require("notifications:write")
      const words = yield* decodeCreate(input)
      return yield* transaction(Effect.map(draft(words), shown))
    }),
    update: Effect.fn("Campaigns.update")(function*(id, input) {
      yield* Permission.require("notifications:write")
      const { version, ...changes } = yield* decodeUpdate(input)
      return yield* transaction(Effect.gen(function*() {
        const campaign = yield* holdDraft(id, version)
        yield* known(changes.audience ?? {})
        const changed = yield* change(campaign, changes)
        yield* record("update", changed)
        return shown(changed)
      }))
    }),
    delete: Effect.fn("Campaigns.delete")(function*(id, options = {}) {
      yield* Permission.require("notifications:write")
      const { version } = yield* decodeAtVersion(options)
      yield* transaction(Effect.gen(function*() {
        const campaign = yield* holdDraft(id, version)
        yield* repository.delete(campaign.id)
        yield* record("delete", campaign)
      }))
    }),
    reach: Effect.fn("Campaigns.reach")(function*(id) {
      yield* Permission.require("notifications:read")
      return { people: yield* repository.countReaders(yield* queryOf(yield* find(id))) }
    }),
    send: Effect.fn("Campaigns.send")(function*(id, input = {}) {
      yield* Permission.require("notifications:write")
      const { sendAt, version } = yield* decodeSend(input)
      return yield* transaction(Effect.flatMap(holdDraft(id, version), (campaign) => begin(campaign, sendAt)))
    }),
    announce: Effect.fn("Campaigns.announce")(function*(input) {
      yield* Permission.require("notifications:write")
      const { sendAt, ...words } = yield* decodeAnnounce(input)
      return yield* transaction(Effect.flatMap(draft(words), (campaign) => begin(campaign, sendAt)))
    }),
    cancel: Effect.fn("Campaigns.cancel")(function*(id) {
      yield* Permission.require("notifications:write")
      return yield* transaction(Effect.gen(function*() {
        const campaign = yield* hold(id, ["scheduled", "sending", "cancelled"])
        if (campaign.status === "cancelled") return shown(campaign)
        const now = yield* Timestamp.now
        yield* repository.drop(campaign.id, now)
        const outcome = { complete: campaign.complete, ...yield* repository.progress(campaign.id) }
        const cancelled = yield* change(campaign, { status: "cancelled", finishedAt: now, outcome })
        yield* events.publish([CampaignCancelled.make(cancelled.id, about(cancelled))])
        yield* record("cancel", cancelled)
        return shown(cancelled)
      }))
    }),
    progress: Effect.fn("Campaigns.progress")(function*(id) {
      yield* Permission.require("notifications:read")
      const campaign = yield* find(id)
      return campaign.outcome ?? { complete: campaign.complete, ...yield* repository.progress(campaign.id) }
    })
  }))
})

export const layer: Layer.Layer<
  Campaigns,
  never,
  | AuditLog
  | CampaignRepository
  | CustomerGroupRepository
  | Events
  | Jobs
  | Marketing
  | NotificationTemplates
  | StoreRepository
  | Stores
  | Transactor
> = Layer.effect(Campaigns, make)
