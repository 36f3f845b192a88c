/**
 * Reviews of products: who may write them, what is read before it is shown, and what others think of them.
 *
 * **Details**
 *
 * A review is screened before anything is written, outside of a transaction. What changes whether it counts (showing,
 * hiding, other stars, deleting) holds the row of the review and counts in the same transaction.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import * as ActiveProduct from "../catalog/ActiveProduct.ts"
import type { ProductNotFound } from "../catalog/CatalogErrors.ts"
import * as ProductImages from "../catalog/ProductImages.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import type { NewEvent } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import * as Permission from "../kernel/Permission.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { MediaId } from "../media/Media.ts"
import * as MediaKeys from "../media/MediaKeys.ts"
import { MediaRepository } from "../media/MediaRepository.ts"
import { defaultBaseUrl, MediaSettings } from "../media/MediaSettings.ts"
import { Stores } from "../stores/Stores.ts"
import {
  AnswerReview,
  CreateReview,
  FlagReview,
  ListModeratedReviews,
  ListOwnReviews,
  ListReviews,
  machine,
  type ModeratedReview,
  type ReviewInQueue,
  type ProductRating,
  RejectReview,
  type Review,
  type ReviewFlag,
  ReviewId,
  type ReviewStatus,
  shown,
  UpdateReview,
  VoteReview
} from "./Review.ts"
import { OwnReview, ReviewByBuyersOnly, type ReviewExists, ReviewNotFound } from "./ReviewErrors.ts"
import { ReviewAnswered, ReviewDeleted, ReviewStatusChanged, ReviewWritten } from "./ReviewEvents.ts"
import { ReviewRepository } from "./ReviewRepository.ts"
import { type ReviewDraft, ReviewScreening, ReviewVerdict, suspicions } from "./ReviewScreening.ts"

/** The published reviews of a product, and all of them in figures. */
export interface ProductReviews extends Page<Review> {
  readonly rating: ProductRating
}

/** What staff's changes of a review can fail with. */
export type ModerationError =
  | InvalidInput
  | ReviewNotFound
  | VersionConflict
  | StorageError
  | Permission.Denied

export class Reviews extends Context.Service<Reviews, {
  /**
   * Writes the caller's review of an active product, for who has signed in. `status` of the answer says whether it is shown
   * or waits for a person.
   */
  readonly create: (input: typeof CreateReview.Encoded) => Effect.Effect<
    Review,
    | InvalidInput
    | ProductNotFound
    | ReviewExists
    | ReviewByBuyersOnly
    | StorageError
    | Permission.Unauthenticated
    | Permission.ImpersonationRefused
  >
  /** Changes a review of the caller's own. */
  readonly update: (id: string, input: typeof UpdateReview.Encoded) => Effect.Effect<
    Review,
    | InvalidInput
    | ReviewNotFound
    | VersionConflict
    | StorageError
    | Permission.Unauthenticated
    | Permission.ImpersonationRefused
  >
  /** Deletes a review of the caller's own; staff with `reviews:write` any. */
  readonly delete: (
    id: string
  ) => Effect.Effect<void, InvalidInput | ReviewNotFound | StorageError | Permission.Unauthenticated>
  /** The published reviews of an active product, by its id or slug, and its figures. */
  readonly ofProduct: (
    idOrSlug: string,
    input?: typeof ListReviews.Encoded
  ) => Effect.Effect<ProductReviews, InvalidInput | ProductNotFound | StorageError>
  /** The caller's own reviews, the newest first, whatever their status. */
  readonly mine: (
    input?: typeof ListOwnReviews.Encoded
  ) => Effect.Effect<Page<Review>, InvalidInput | StorageError | Permission.Unauthenticated>
  /** Says whether a published review of somebody else helped. Once for a customer; saying it again changes nothing. */
  readonly vote: (id: string, input: typeof VoteReview.Encoded) => Effect.Effect<
    Review,
    InvalidInput | ReviewNotFound | OwnReview | StorageError | Permission.Unauthenticated | Permission.ImpersonationRefused
  >
  /**
   * Reports a published review of somebody else. Once for a customer; saying it again changes nothing. When as many have
   * done so as the store's setting says, it waits for a person.
   */
  readonly flag: (id: string, input: typeof FlagReview.Encoded) => Effect.Effect<
    void,
    InvalidInput | ReviewNotFound | OwnReview | StorageError | Permission.Unauthenticated | Permission.ImpersonationRefused
  >
  /** All reviews, the oldest first. Needs `reviews:read`. */
  readonly list: (
    input?: typeof ListModeratedReviews.Encoded
  ) => Effect.Effect<Page<ReviewInQueue>, InvalidInput | StorageError | Permission.Denied>
  /** Any review. Needs `reviews:read`. */
  readonly get: (
    id: string
  ) => Effect.Effect<ReviewInQueue, InvalidInput | ReviewNotFound | StorageError | Permission.Denied>
  /** The newest reports of a review, up to 100. Needs `reviews:read`. */
  readonly flags: (
    id: string
  ) => Effect.Effect<ReadonlyArray<ReviewFlag>, InvalidInput | ReviewNotFound | StorageError | Permission.Denied>
  /** Shows a review, and takes the reports so far as answered. Needs `reviews:write`. */
  readonly approve: (
    id: string,
    input?: typeof AtVersion.Encoded
  ) => Effect.Effect<ModeratedReview, ModerationError | StateMachine.IllegalTransition>
  /** Hides a review. Needs `reviews:write`. */
  readonly reject: (
    id: string,
    input?: typeof RejectReview.Encoded
  ) => Effect.Effect<ModeratedReview, ModerationError | StateMachine.IllegalTransition>
  /** Answers a review in the shop's name. Needs `reviews:write`. */
  readonly answer: (id: string, input: typeof AnswerReview.Encoded) => Effect.Effect<ModeratedReview, ModerationError>
}>()("@stoa/core/reviews/Reviews") {}

const decodeCreate = Input.decoder(CreateReview)
const decodeUpdate = Input.decoder(UpdateReview)
const decodeVote = Input.decoder(VoteReview)
const decodeFlag = Input.decoder(FlagReview)
const decodeList = Input.decoder(ListReviews)
const decodeMine = Input.decoder(ListOwnReviews)
const isMediaId = Schema.is(MediaId)

const decodeModerated = Input.decoder(ListModeratedReviews)
const decodeReject = Input.decoder(RejectReview)
const decodeAnswer = Input.decoder(AnswerReview)

const checked = Input.textParameters<Reviews["Service"]>({
  update: ["id"],
  delete: ["id"],
  ofProduct: ["idOrSlug"],
  vote: ["id"],
  flag: ["id"],
  get: ["id"],
  flags: ["id"],
  approve: ["id"],
  reject: ["id"],
  answer: ["id"]
})

const decodeVerdict = Schema.decodeUnknownEffect(ReviewVerdict)

/** Why the service outside said nothing, in no words of its own. */
const kindOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  if (Schema.isSchemaError(error)) return "no verdict"
  if (Cause.isTimeoutError(error)) return "not in time"
  return Cause.hasDies(cause) ? "defect" : "failure"
}

/** Why a review waits that enough people have reported. */
const reported = "reported"

/** The caller, who must have signed in. */
const reader = Permission.customer("Sign in first")

/** The caller, who must have signed in and not act as somebody else. */
const writer = Effect.tap(reader, () => Permission.inPerson)

const about = ({ customerId, productId, rating }: ModeratedReview) => ({ productId, customerId, rating })

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* ReviewRepository
  const products = yield* ProductRepository
  const users = yield* UserRepository
  const media = yield* MediaRepository
  const baseUrl = (yield* MediaSettings)?.baseUrl ?? defaultBaseUrl
  const stores = yield* Stores
  const events = yield* Events
  const audit = yield* AuditLog
  const { transaction } = yield* Transactor
  const { screen, timeout = "2 seconds" } = yield* ReviewScreening

  const settings = Effect.map(stores.current, (store) => store.settings.reviews)

  const find = Effect.fnUntraced(function*(id: string) {
    return (yield* repository.find(id)) ?? (yield* new ReviewNotFound({ reviewId: id }))
  })

  /** Reviews with what their pictures show: public files of the shop, which buyers may see. One statement for all, if any has some. */
  const withImages = Effect.fnUntraced(function*(reviews: ReadonlyArray<ModeratedReview>) {
    const fileOf = (picture: string) => isMediaId(picture) ? picture : MediaKeys.idOf(picture)
    const wanted = new Set(reviews.flatMap(({ pictures }) => pictures.flatMap((picture) => fileOf(picture) ?? [])))
    const found = wanted.size === 0 ? [] : yield* media.findMany([...wanted])
    const images = new Map(
      found.filter(({ visibility, width }) => visibility === "public" && width !== null).map((file) => [file.id, ProductImages.ofMedia(baseUrl, file)])
    )
    return reviews.map((review): ReviewInQueue => ({
      ...review,
      images: review.pictures.flatMap((picture) => {
        const file = fileOf(picture)
        return file === undefined ? [] : images.get(file) ?? []
      })
    }))
  })

  /** A review that nobody else writes until the transaction ends. */
  const hold = Effect.fnUntraced(function*(id: string, may: (review: ModeratedReview) => boolean = () => true) {
    const review = yield* repository.findForUpdate(id)
    return review !== undefined && may(review) ? review : yield* new ReviewNotFound({ reviewId: id })
  })

  const atVersion = ({ id, version }: ModeratedReview, expected: number | undefined) =>
    expected === undefined || expected === version ? Effect.void : Effect.fail(new VersionConflict({ id, expected }))

  /** What an outside service finds; a person decides where it says nothing. */
  const screenOutside = (draft: ReviewDraft) =>
    screen === undefined
      ? Effect.succeed({ verdict: "publish" as const, reasons: [] })
      : Effect.suspend(() => screen(draft)).pipe(
        Effect.flatMap(decodeVerdict),
        Effect.timeout(timeout),
        Effect.catchCause((cause) =>
          // the cause may quote the review, so only its kind is logged
          Effect.as(Effect.logWarning("A review could not be screened; a person reads it", kindOf(cause)), {
            verdict: "hold" as const,
            reasons: ["not_screened"]
          })
        )
      )

  /** Whether a review is shown as it is, and what was found. */
  const judge = Effect.fnUntraced(function*(draft: ReviewDraft) {
    const rules = yield* settings
    if (rules.moderation === "none") return { status: "published" as ReviewStatus, reasons: [] }
    const own = suspicions(draft, rules)
    const outside = yield* screenOutside(draft)
    const reasons = [...own, ...outside.reasons]
    if (outside.verdict === "reject") return { status: "rejected" as ReviewStatus, reasons }
    const waits = rules.moderation === "all" || own.length > 0 || outside.verdict === "hold"
    return { status: (waits ? "pending" : "published") as ReviewStatus, reasons }
  })

  const firstName = Effect.fnUntraced(function*(customerId: string) {
    return (yield* users.find(customerId))?.name?.trim().split(/\s+/)[0]?.slice(0, 50) || null
  })

  /** Writes a change of a locked review, in the current transaction, and tells of it. */
  const write = Effect.fnUntraced(function*(
    before: ModeratedReview,
    patch: Partial<ModeratedReview>,
    by: (typeof ReviewStatusChanged.data.Type)["by"]
  ) {
    const after: ModeratedReview = {
      ...before,
      ...patch,
      version: before.version + 1,
      updatedAt: yield* Timestamp.now
    }
    yield* repository.update(before, after)
    if (before.status !== after.status) {
      yield* events.publish([ReviewStatusChanged.make(after.id, {
        ...about(after),
        from: before.status,
        to: after.status,
        by
      })])
    }
    return after
  })

  /** What staff decide on a review, in a transaction and with a trace in the audit log. */
  const moderate = <E>(
    id: string,
    version: number | undefined,
    action: "approve" | "reject" | "answer",
    decide: (before: ModeratedReview) => Effect.Effect<Partial<ModeratedReview>, E>,
    told: (after: ModeratedReview) => ReadonlyArray<NewEvent> = () => []
  ) =>
    transaction(Effect.gen(function*() {
      const before = yield* hold(id)
      yield* atVersion(before, version)
      const after = yield* write(before, yield* decide(before), "staff")
      yield* events.publish(told(after))
      yield* audit.record({
        action: `review.${action}`,
        subject: id,
        details: { productId: after.productId, from: before.status, to: after.status }
      })
      return after
    }))

  return watched(checked(Reviews.of({
    create: Effect.fn("Reviews.create")(function*(input) {
      const customerId = yield* writer
      const { product, rating, text = "", title = null, pictures = [], ...named } = yield* decodeCreate(input)
      const productId = yield* ActiveProduct.find(products, product)
      const verifiedPurchase = yield* repository.bought(customerId, productId)
      const { writers } = yield* settings
      if (writers === "buyers" && !verifiedPurchase) return yield* new ReviewByBuyersOnly({ productId })
      const authorName = named.authorName === undefined ? yield* firstName(customerId) : named.authorName
      const draft = { productId, customerId, authorName, rating, title, text, pictures, verifiedPurchase }
      const { reasons, status } = yield* judge(draft)
      const now = yield* Timestamp.now
      const review: ModeratedReview = {
        ...draft,
        id: yield* ReviewId.generate,
        status,
        helpful: 0,
        unhelpful: 0,
        answer: null,
        flags: 0,
        reasons,
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      yield* transaction(Effect.gen(function*() {
        yield* repository.insert(review)
        yield* events.publish([ReviewWritten.make(review.id, { ...about(review), status })])
      }))
      return shown(review)
    }),

    update: Effect.fn("Reviews.update")(function*(id, input) {
      const customerId = yield* writer
      const { version, ...changes } = yield* decodeUpdate(input)
      const seen = yield* find(id)
      if (seen.customerId !== customerId) return yield* new ReviewNotFound({ reviewId: id })
      const { authorName, pictures, productId, rating, text, title, verifiedPurchase } = { ...seen, ...changes }
      const judged = yield* judge({ productId, customerId, authorName, rating, title, text, pictures, verifiedPurchase })
      // what a person has hidden, or many have reported, a person reads again
      const waits = seen.status === "rejected" || seen.reasons.includes(reported)
      const after = yield* transaction(Effect.gen(function*() {
        const before = yield* hold(id)
        yield* atVersion(before, version ?? seen.version)
        return yield* write(before, {
          ...changes,
          reasons: waits ? [...new Set([...seen.reasons, ...judged.reasons])] : judged.reasons,
          status: waits && judged.status === "published" ? "pending" : judged.status
        }, "edit")
      }))
      return shown(after)
    }),

    delete: Effect.fn("Reviews.delete")(function*(id) {
      const isStaff = yield* Permission.check("reviews:write")
      const customerId = isStaff ? undefined : yield* reader
      yield* transaction(Effect.gen(function*() {
        const review = yield* hold(id, (review) => isStaff || review.customerId === customerId)
        yield* repository.delete(review)
        yield* events.publish([ReviewDeleted.make(id, about(review))])
        if (isStaff) yield* audit.record({ action: "review.delete", subject: id, details: { productId: review.productId } })
      }))
    }),

    ofProduct: Effect.fn("Reviews.ofProduct")(function*(idOrSlug, input = {}) {
      const query = yield* decodeList(input)
      const productId = yield* ActiveProduct.find(products, idOrSlug)
      const { items, nextCursor } = yield* repository.ofProduct(productId, query)
      return { rating: yield* repository.rating(productId), items: items.map(shown), nextCursor }
    }),

    mine: Effect.fn("Reviews.mine")(function*(input = {}) {
      const { items, nextCursor } = yield* repository.ofCustomer(yield* reader, yield* decodeMine(input))
      return { items: items.map(shown), nextCursor }
    }),

    vote: Effect.fn("Reviews.vote")(function*(id, input) {
      const customerId = yield* writer
      const { helpful } = yield* decodeVote(input)
      return yield* transaction(Effect.gen(function*() {
        const review = yield* hold(id, ({ status }) => status === "published")
        if (review.customerId === customerId) return yield* new OwnReview({ reviewId: id })
        return shown({ ...review, ...yield* repository.vote(review, customerId, helpful) })
      }))
    }),

    flag: Effect.fn("Reviews.flag")(function*(id, input) {
      const customerId = yield* writer
      const { note = null, reason } = yield* decodeFlag(input)
      const { flagsToHold } = yield* settings
      yield* transaction(Effect.gen(function*() {
        const before = yield* hold(id, ({ status }) => status === "published")
        if (before.customerId === customerId) return yield* new OwnReview({ reviewId: id })
        if (!(yield* repository.flag(id, { customerId, reason, note, at: yield* Timestamp.now }))) return
        const flags = before.flags + 1
        const isTooMany = flags >= flagsToHold
        yield* write(before, isTooMany ? { flags, status: "pending", reasons: [...before.reasons, reported] } : { flags }, "flags")
      })).pipe(Effect.catchTag("VersionConflict", Effect.die))
    }),

    list: Effect.fn("Reviews.list")(function*(input = {}) {
      yield* Permission.require("reviews:read")
      const { items, nextCursor } = yield* repository.list(yield* decodeModerated(input))
      return { items: yield* withImages(items), nextCursor }
    }),

    get: Effect.fn("Reviews.get")(function*(id) {
      yield* Permission.require("reviews:read")
      const review = yield* find(id)
      const [shown] = yield* withImages([review])
      return shown ?? { ...review, images: [] }
    }),

    flags: Effect.fn("Reviews.flags")(function*(id) {
      yield* Permission.require("reviews:read")
      return yield* repository.flags((yield* find(id)).id)
    }),

    approve: Effect.fn("Reviews.approve")(function*(id, input = {}) {
      yield* Permission.require("reviews:write")
      const { version } = yield* decodeAtVersion(input)
      return yield* moderate(id, version, "approve", ({ status }) =>
        Effect.map(StateMachine.transition(machine, status, "approve"), (status) => ({ status, flags: 0, reasons: [] })))
    }),

    reject: Effect.fn("Reviews.reject")(function*(id, input = {}) {
      yield* Permission.require("reviews:write")
      const { reason, version } = yield* decodeReject(input)
      return yield* moderate(id, version, "reject", ({ reasons, status }) =>
        Effect.map(StateMachine.transition(machine, status, "reject"), (status) => ({
          status,
          reasons: reason === undefined ? reasons : [...reasons, reason]
        })))
    }),

    answer: Effect.fn("Reviews.answer")(function*(id, input) {
      yield* Permission.require("reviews:write")
      const { text, version } = yield* decodeAnswer(input)
      const at = yield* Timestamp.now
      return yield* moderate(
        id,
        version,
        "answer",
        () => Effect.succeed({ answer: text === null ? null : { text, at } }),
        (after) => text === null ? [] : [ReviewAnswered.make(id, about(after))]
      )
    })
  })))
})

export const layer: Layer.Layer<
  Reviews,
  never,
  AuditLog | Events | MediaRepository | ProductRepository | ReviewRepository | Stores | Transactor | UserRepository
> = Layer.effect(Reviews, make)

