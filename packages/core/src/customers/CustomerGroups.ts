/**
 * The store's customer groups.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import {
  AddMembers,
  CreateCustomerGroup,
  type CustomerGroup,
  CustomerGroupId,
  type GroupMember,
  ListMembers,
  maximumGroups,
  UpdateCustomerGroup
} from "./CustomerGroup.ts"
import type { CustomerGroupTaken } from "./CustomerGroupErrors.ts"
import { CustomerGroupNotFound, TooManyCustomerGroups } from "./CustomerGroupErrors.ts"
import {
  CustomerGroupCreated,
  CustomerGroupDeleted,
  CustomerGroupJoined,
  CustomerGroupLeft,
  CustomerGroupUpdated
} from "./CustomerGroupEvents.ts"
import { CustomerGroupRepository } from "./CustomerGroupRepository.ts"

export class CustomerGroups extends Context.Service<CustomerGroups, {
  /** All groups of customers, by name. Needs `customers:read`. */
  readonly list: Effect.Effect<ReadonlyArray<CustomerGroup>, StorageError | Denied>
  /** A group of customers by its id. Needs `customers:read`. */
  readonly get: (
    id: string
  ) => Effect.Effect<CustomerGroup, InvalidInput | CustomerGroupNotFound | StorageError | Denied>
  /** Creates a group of customers, which nobody belongs to yet. Needs `customers:write`. */
  readonly create: (
    input: typeof CreateCustomerGroup.Encoded
  ) => Effect.Effect<CustomerGroup, InvalidInput | CustomerGroupTaken | TooManyCustomerGroups | StorageError | Denied>
  /**
   * Changes a group of customers. Fields that are left out stay as they are. Fails with `VersionConflict` if
   * `version` is not the current one. Needs `customers:write`.
   */
  readonly update: (
    id: string,
    input: typeof UpdateCustomerGroup.Encoded
  ) => Effect.Effect<
    CustomerGroup,
    InvalidInput | CustomerGroupNotFound | CustomerGroupTaken | VersionConflict | StorageError | Denied
  >
  /** Price lists of the group apply to nobody afterwards. Needs `customers:write`. */
  readonly delete: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | CustomerGroupNotFound | VersionConflict | StorageError | Denied>
  /** Who belongs to a group, by id. Needs `customers:read`. */
  readonly members: (
    id: string,
    input?: typeof ListMembers.Encoded
  ) => Effect.Effect<Page<GroupMember>, InvalidInput | CustomerGroupNotFound | StorageError | Denied>
  /** Adds customers; who belongs to it already stays. An id that is nobody's is a fault, and nobody is added. Needs `customers:write`. */
  readonly addMembers: (
    id: string,
    input: typeof AddMembers.Encoded
  ) => Effect.Effect<void, InvalidInput | CustomerGroupNotFound | StorageError | Denied>
  /** Does nothing for who does not belong to it. Needs `customers:write`. */
  readonly removeMember: (
    id: string,
    customerId: string
  ) => Effect.Effect<void, InvalidInput | CustomerGroupNotFound | StorageError | Denied>
}>()("@stoa/core/customers/CustomerGroups") {}

const decodeCreate = Input.decoder(CreateCustomerGroup)
const decodeUpdate = Input.decoder(UpdateCustomerGroup)
const decodeAdd = Input.decoder(AddMembers)
const decodeMembers = Input.decoder(ListMembers)
const decodeRemove = Input.decoder(Schema.Struct({ customerId: AddMembers.fields.customerIds.value }))
const isId = Schema.is(CustomerGroupId)

const checked = Input.textParameters<CustomerGroups["Service"]>({
  get: ["id"],
  update: ["id"],
  delete: ["id"],
  members: ["id"],
  addMembers: ["id"],
  removeMember: ["id", "customerId"]
})

export const make = Effect.gen(function*() {
  const repository = yield* CustomerGroupRepository
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog

  const find = Effect.fnUntraced(function*(id: string) {
    const group = isId(id) ? yield* repository.find(id) : undefined
    return group ?? (yield* new CustomerGroupNotFound({ customerGroupId: id }))
  })

  const record = (action: string, { id, name }: CustomerGroup, details: Record<string, Schema.Json> = {}) =>
    audit.record({ action: `customer-group.${action}`, subject: id, details: { name, ...details } })

  return checked(CustomerGroups.of({
    list: Effect.andThen(Permission.require("customers:read"), repository.list),
    get: Effect.fn("CustomerGroups.get")(function*(id) {
      yield* Permission.require("customers:read")
      return yield* find(id)
    }),
    create: Effect.fn("CustomerGroups.create")(function*(input) {
      yield* Permission.require("customers:write")
      const { name } = yield* decodeCreate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        if ((yield* repository.list).length >= maximumGroups) {
          return yield* new TooManyCustomerGroups({ maximum: maximumGroups })
        }
        const now = yield* Timestamp.now
        const id = yield* CustomerGroupId.generate
        const group: CustomerGroup = { id, name, version: 1, createdAt: now, updatedAt: now }
        yield* repository.insert(group)
        yield* events.publish([CustomerGroupCreated.make(id, { name })])
        yield* record("create", group)
        return group
      }))
    }),
    update: Effect.fn("CustomerGroups.update")(function*(id, input) {
      yield* Permission.require("customers:write")
      const { name, version } = yield* decodeUpdate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const group = yield* find(id)
        if (version !== undefined && version !== group.version) {
          return yield* new VersionConflict({ id: group.id, expected: version })
        }
        const changed: CustomerGroup = {
          ...group,
          name: name ?? group.name,
          version: group.version + 1,
          updatedAt: yield* Timestamp.now
        }
        yield* repository.replace(changed)
        yield* events.publish([CustomerGroupUpdated.make(changed.id, { name: changed.name })])
        yield* record("update", changed)
        return changed
      }))
    }),
    delete: Effect.fn("CustomerGroups.delete")(function*(id, options = {}) {
      yield* Permission.require("customers:write")
      const { version } = yield* decodeAtVersion(options)
      yield* transactor.transaction(Effect.gen(function*() {
        const group = yield* find(id)
        if (!(yield* repository.delete(group.id, version))) {
          return yield* version === undefined
            ? new CustomerGroupNotFound({ customerGroupId: group.id })
            : new VersionConflict({ id: group.id, expected: version })
        }
        yield* events.publish([CustomerGroupDeleted.make(group.id, { name: group.name })])
        yield* record("delete", group)
      }))
    }),
    members: Effect.fn("CustomerGroups.members")(function*(id, input = {}) {
      yield* Permission.require("customers:read")
      const query = yield* decodeMembers(input)
      const group = yield* find(id)
      return yield* repository.members(group.id, query)
    }),
    addMembers: Effect.fn("CustomerGroups.addMembers")(function*(id, input) {
      yield* Permission.require("customers:write")
      const { customerIds } = yield* decodeAdd(input)
      yield* transactor.transaction(Effect.gen(function*() {
        const group = yield* find(id)
        const known = yield* repository.known(customerIds)
        const faults = customerIds.flatMap((customerId, index) =>
          known.has(customerId) ? [] : [{ path: ["customerIds", index], message: "is no customer of this store", code: "unknown" }]
        )
        if (faults.length > 0) return yield* new InvalidInput({ faults })
        const added = yield* repository.add(group.id, [...new Set(customerIds)], yield* Timestamp.now)
        if (added.length === 0) return
        yield* events.publish([CustomerGroupJoined.make(group.id, { customerIds: added })])
        yield* record("add-members", group, { count: added.length })
      }))
    }),
    removeMember: Effect.fn("CustomerGroups.removeMember")(function*(id, customerId) {
      yield* Permission.require("customers:write")
      const decoded = yield* decodeRemove({ customerId })
      yield* transactor.transaction(Effect.gen(function*() {
        const group = yield* find(id)
        if (!(yield* repository.remove(group.id, decoded.customerId))) return
        yield* events.publish([CustomerGroupLeft.make(group.id, { customerIds: [decoded.customerId] })])
        yield* record("remove-member", group)
      }))
    })
  }))
})

export const layer: Layer.Layer<
  CustomerGroups,
  never,
  CustomerGroupRepository | Transactor | Events | AuditLog
> = Layer.effect(CustomerGroups, make)
