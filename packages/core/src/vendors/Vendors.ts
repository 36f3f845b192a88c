/**
 * The vendors of the shop, and who works for them.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { UserNotFound } from "../identity/IdentityErrors.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as RichText from "../kernel/RichText.ts"
import * as Slug from "../kernel/Slug.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import {
  AddVendorMember,
  CreateVendor,
  ListVendors,
  maximumMembers,
  UpdateVendor,
  type Vendor,
  type VendorMember,
  type VendorPage,
  maximumDescription
} from "./Vendor.ts"
import { VendorMemberRefused, VendorNotFound, type VendorTaken } from "./VendorErrors.ts"
import * as VendorEvents from "./VendorEvents.ts"
import { VendorId } from "./VendorId.ts"
import { VendorRepository } from "./VendorRepository.ts"

export class Vendors extends Context.Service<Vendors, {
  /** All vendors, by name. Needs `vendors:read`. */
  readonly list: (
    input?: typeof ListVendors.Encoded
  ) => Effect.Effect<Page<Vendor>, InvalidInput | StorageError | Denied>
  /** A vendor by id or slug. Needs `vendors:read`. */
  readonly get: (idOrSlug: string) => Effect.Effect<Vendor, InvalidInput | VendorNotFound | StorageError | Denied>
  /** An active vendor by id or slug, as buyers see it. For everybody. */
  readonly show: (idOrSlug: string) => Effect.Effect<VendorPage, InvalidInput | VendorNotFound | StorageError>
  /** Needs `vendors:write`. A slug that is made from the name gets a number if it is taken. */
  readonly create: (
    input: typeof CreateVendor.Encoded
  ) => Effect.Effect<Vendor, InvalidInput | VendorTaken | StorageError | Denied>
  /** Needs `vendors:write`. Lines of orders keep the vendor that they were sold by, whatever becomes of it. */
  readonly update: (
    id: string,
    input: typeof UpdateVendor.Encoded
  ) => Effect.Effect<Vendor, InvalidInput | VendorNotFound | VendorTaken | VersionConflict | StorageError | Denied>
  /** Who works for a vendor. Needs `vendors:read`. */
  readonly members: (
    id: string
  ) => Effect.Effect<ReadonlyArray<VendorMember>, InvalidInput | VendorNotFound | StorageError | Denied>
  /**
   * Lets a user work for a vendor, and for no other one. What they may do is said by their roles, of which `vendor` is made
   * for it. Again: nothing happens. Needs `vendors:write`.
   */
  readonly addMember: (
    id: string,
    input: typeof AddVendorMember.Encoded
  ) => Effect.Effect<
    VendorMember,
    InvalidInput | VendorNotFound | UserNotFound | VendorMemberRefused | StorageError | Denied
  >
  /** Holds at once. Needs `vendors:write`. */
  readonly removeMember: (
    id: string,
    userId: string
  ) => Effect.Effect<void, InvalidInput | VendorNotFound | UserNotFound | StorageError | Denied>
}>()("@stoa/core/vendors/Vendors") {}

const decodeList = Input.decoder(ListVendors)
const decodeCreate = RichText.cleaning(Input.decoder(CreateVendor), maximumDescription)
const decodeUpdate = RichText.cleaning(Input.decoder(UpdateVendor), maximumDescription)
const decodeMember = Input.decoder(AddVendorMember)

const isKey = Schema.is(Schema.Union([VendorId, Slug.Slug]))

const checked = Input.textParameters<Vendors["Service"]>({
  get: ["idOrSlug"],
  show: ["idOrSlug"],
  update: ["id"],
  members: ["id"],
  addMember: ["id"],
  removeMember: ["id", "userId"]
})

/** A slug that is made up may be taken by somebody else at the same moment. */
const retries = 3

export const make = Effect.gen(function*() {
  const repository = yield* VendorRepository
  const users = yield* UserRepository
  const { transaction } = yield* Transactor
  const audit = yield* AuditLog
  const events = yield* Events

  const find = Effect.fnUntraced(function*(idOrSlug: string) {
    const vendor = isKey(idOrSlug) ? yield* repository.find(idOrSlug) : undefined
    return vendor ?? (yield* new VendorNotFound({ vendor: idOrSlug }))
  })

  const summary = ({ slug, version }: Vendor) => ({ slug, version })

  const told = (before: Vendor, after: Vendor) => {
    if (before.status === after.status) return VendorEvents.VendorUpdated.make(after.id, summary(after))
    return after.status === "suspended"
      ? VendorEvents.VendorSuspended.make(after.id, summary(after))
      : VendorEvents.VendorReinstated.make(after.id, summary(after))
  }

  return checked(Vendors.of({
    list: Effect.fn("Vendors.list")(function*(input = {}) {
      yield* Permission.require("vendors:read")
      return yield* repository.list(yield* decodeList(input))
    }),

    get: Effect.fn("Vendors.get")(function*(idOrSlug) {
      yield* Permission.require("vendors:read")
      return yield* find(idOrSlug)
    }),

    show: Effect.fn("Vendors.show")(function*(idOrSlug) {
      const { description, id, name, slug, status } = yield* find(idOrSlug)
      if (status !== "active") return yield* new VendorNotFound({ vendor: idOrSlug })
      return { id, name, slug, description }
    }),

    create: Effect.fn("Vendors.create")(function*(input) {
      yield* Permission.require("vendors:write")
      const { description = "", email = null, name, slug } = yield* decodeCreate(input)
      const made = Slug.fromText(name)
      return yield* transaction(Effect.gen(function*() {
        const now = yield* Timestamp.now
        const vendor: Vendor = {
          id: yield* VendorId.generate,
          name: name.trim(),
          slug: slug ?? Slug.unused(made, yield* repository.slugsLike(made)),
          description,
          email,
          status: "active",
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        yield* repository.insert(vendor)
        yield* events.publish([VendorEvents.VendorCreated.make(vendor.id, summary(vendor))])
        yield* audit.record({ action: "vendor.create", subject: vendor.id, details: { slug: vendor.slug } })
        return vendor
      })).pipe(Effect.retry({ times: retries, while: (error) => error._tag === "VendorTaken" && slug === undefined }))
    }),

    update: Effect.fn("Vendors.update")(function*(id, input) {
      yield* Permission.require("vendors:write")
      const { version, ...fields } = yield* decodeUpdate(input)
      return yield* transaction(Effect.gen(function*() {
        const vendor = yield* find(id)
        if (version !== undefined && version !== vendor.version) {
          return yield* new VersionConflict({ id: vendor.id, expected: version })
        }
        const now = yield* Timestamp.now
        const changed: Vendor = {
          ...vendor,
          ...fields,
          name: fields.name?.trim() ?? vendor.name,
          version: vendor.version + 1,
          updatedAt: now
        }
        // first, as it waits for those who are putting something of the vendor on sale
        yield* repository.replace(changed)
        if (changed.status !== vendor.status) {
          yield* changed.status === "suspended" ? repository.takeOff(vendor.id, now) : repository.putBack(vendor.id, now)
        }
        yield* events.publish([told(vendor, changed)])
        yield* audit.record({
          action: "vendor.update",
          subject: changed.id,
          details: { version: changed.version, fields: Object.keys(fields), status: changed.status }
        })
        return changed
      }))
    }),

    members: Effect.fn("Vendors.members")(function*(id) {
      yield* Permission.require("vendors:read")
      return yield* repository.members((yield* find(id)).id)
    }),

    addMember: Effect.fn("Vendors.addMember")(function*(id, input) {
      yield* Permission.require("vendors:write")
      const { userId } = yield* decodeMember(input)
      return yield* transaction(Effect.gen(function*() {
        const vendor = yield* find(id)
        // held, so that of two vendors that add somebody at once one sees the other
        const user = yield* users.findForUpdate(userId)
        if (user === undefined) return yield* new UserNotFound({ userId })
        const members = yield* repository.members(vendor.id)
        const there = members.find((member) => member.userId === user.id)
        if (there !== undefined) return there
        if (members.length >= maximumMembers) return yield* new VendorMemberRefused({ userId, reason: "too_many" })
        const member: VendorMember = { userId: user.id, vendorId: vendor.id, since: yield* Timestamp.now }
        if (!(yield* repository.addMember(member))) {
          return yield* new VendorMemberRefused({ userId, reason: "of_another_vendor" })
        }
        yield* events.publish([VendorEvents.VendorMemberAdded.make(vendor.id, { userId: user.id })])
        yield* audit.record({ action: "vendor.member.add", subject: vendor.id, details: { userId: user.id } })
        return member
      }))
    }),

    removeMember: Effect.fn("Vendors.removeMember")(function*(id, userId) {
      yield* Permission.require("vendors:write")
      yield* transaction(Effect.gen(function*() {
        const vendor = yield* find(id)
        if (!(yield* repository.removeMember(vendor.id, userId))) return yield* new UserNotFound({ userId })
        yield* events.publish([VendorEvents.VendorMemberRemoved.make(vendor.id, { userId })])
        yield* audit.record({ action: "vendor.member.remove", subject: vendor.id, details: { userId } })
      }))
    })
  }))
})

export const layer: Layer.Layer<Vendors, never, AuditLog | Events | Transactor | UserRepository | VendorRepository> = Layer
  .effect(Vendors, make)
