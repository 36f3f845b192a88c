/**
 * The address book of the signed-in customer. What is not theirs is not there.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import type { Address } from "../kernel/Address.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import { Unauthenticated } from "../kernel/Permission.ts"
import type { StepUpRequired } from "../kernel/StepUp.ts"
import * as StepUp from "../kernel/StepUp.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import { AddressChecks, type AddressReport } from "./AddressCheck.ts"
import { AddressBookFull, AddressNotFound } from "./AddressErrors.ts"
import { AddressAdded, AddressChanged, AddressRemoved } from "./AddressEvents.ts"
import { AddressRepository } from "./AddressRepository.ts"
import {
  AddressId,
  type AddressUse,
  CreateAddress,
  type CustomerAddress,
  maximumAddresses,
  SetDefaultAddress,
  UpdateAddress,
  ValidateAddress
} from "./CustomerAddress.ts"

export class AddressBook extends Context.Service<AddressBook, {
  /** Every address of the caller, oldest first; at most 50. */
  readonly list: Effect.Effect<ReadonlyArray<CustomerAddress>, Unauthenticated | StorageError>
  /** An address of the calling customer. */
  readonly get: (
    id: string
  ) => Effect.Effect<CustomerAddress, InvalidInput | AddressNotFound | Unauthenticated | StorageError>
  /** Keeps an address that every check lets pass, as the checks write it. The first one becomes the default. */
  readonly create: (
    input: typeof CreateAddress.Encoded
  ) => Effect.Effect<CustomerAddress, InvalidInput | AddressBookFull | Unauthenticated | StorageError>
  /** A default, which orders go to, needs a fresh proof. */
  readonly update: (
    id: string,
    input: typeof UpdateAddress.Encoded
  ) => Effect.Effect<
    CustomerAddress,
    InvalidInput | AddressNotFound | StepUpRequired | VersionConflict | Unauthenticated | StorageError
  >
  /**
   * Orders keep their copies. If it was a default, the oldest that is left takes its place, and a fresh proof is needed:
   * where orders go is worth stealing.
   */
  readonly delete: (
    id: string
  ) => Effect.Effect<void, InvalidInput | AddressNotFound | StepUpRequired | Unauthenticated | StorageError>
  /** Needs a fresh proof where it changes something. */
  readonly setDefault: (
    id: string,
    input?: typeof SetDefaultAddress.Encoded
  ) => Effect.Effect<
    CustomerAddress,
    InvalidInput | AddressNotFound | StepUpRequired | Unauthenticated | StorageError
  >
  /** What the checks say of an address, whoever asks. Nothing is kept. */
  readonly validate: (input: typeof ValidateAddress.Encoded) => Effect.Effect<AddressReport, InvalidInput>
}>()("@stoa/core/addresses/AddressBook") {}

const decodeCreate = Input.decoder(CreateAddress)
const decodeUpdate = Input.decoder(UpdateAddress)
const decodeDefault = Input.decoder(SetDefaultAddress)
const decodeValidate = Input.decoder(ValidateAddress)

const checkedIds = Input.textParameters<AddressBook["Service"]>({
  get: ["id"],
  update: ["id"],
  delete: ["id"],
  setDefault: ["id"]
})

const notSignedIn = () => new Unauthenticated({ reason: "Sign in first" })

const caller = Effect.flatMap(Actor.CurrentActor, (actor) => {
  const userId = Actor.userId(actor)
  return userId === undefined ? Effect.fail(notSignedIn()) : Effect.succeed(userId)
})

const named = (addresses: ReadonlyArray<CustomerAddress>, id: string) => {
  const found = addresses.find((address) => address.id === id)
  return found === undefined ? Effect.fail(new AddressNotFound({ addressId: id })) : Effect.succeed(found)
}

const isDefault = ({ defaultBilling, defaultShipping }: CustomerAddress): boolean => defaultShipping || defaultBilling

const withDefaults = (address: CustomerAddress, uses: ReadonlyArray<AddressUse>): CustomerAddress => ({
  ...address,
  defaultShipping: address.defaultShipping || uses.includes("shipping"),
  defaultBilling: address.defaultBilling || uses.includes("billing")
})

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* AddressRepository
  const checks = yield* AddressChecks
  const transactor = yield* Transactor
  const events = yield* Events

  /** Works on the caller's book while nobody else changes it. */
  const editing = <A, E>(
    edit: (customerId: string, addresses: ReadonlyArray<CustomerAddress>) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | Unauthenticated | StorageError> =>
    Effect.flatMap(caller, (customerId) =>
      transactor.transaction(Effect.gen(function*() {
        const addresses = yield* repository.listForUpdate(customerId)
        return addresses === undefined ? yield* notSignedIn() : yield* edit(customerId, addresses)
      })))

  /** The address as the checks write it. */
  const checked = Effect.fnUntraced(function*(address: Address) {
    const report = yield* checks.run(address)
    return report.valid ? report.address : yield* new InvalidInput({
      faults: report.faults.map(({ message, path }) => ({ path: ["address", ...path], message }))
    })
  })

  return watched(checkedIds(AddressBook.of({
    list: Effect.withSpan(Effect.flatMap(caller, repository.list), "AddressBook.list"),

    get: Effect.fn("AddressBook.get")(function*(id) {
      return yield* named(yield* repository.list(yield* caller), id)
    }),

    create: Effect.fn("AddressBook.create")(function*(input) {
      const decoded = yield* decodeCreate(input)
      yield* caller
      const address = yield* checked(decoded.address)
      return yield* editing(Effect.fnUntraced(function*(customerId, addresses) {
        if (addresses.length >= maximumAddresses) return yield* new AddressBookFull({ maximum: maximumAddresses })
        const now = yield* Timestamp.now
        const isFirst = addresses.length === 0
        const created: CustomerAddress = {
          id: yield* AddressId.generate,
          label: decoded.label ?? null,
          address,
          defaultShipping: isFirst,
          defaultBilling: isFirst,
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        yield* repository.insert(customerId, created)
        yield* events.publish([AddressAdded.make(customerId, { customerId, addressId: created.id })])
        return created
      }))
    }),

    update: Effect.fn("AddressBook.update")(function*(id, input) {
      const decoded = yield* decodeUpdate(input)
      // asked first, so that the checks tell a stranger nothing and cost nothing
      yield* named(yield* repository.list(yield* caller), id)
      const address = decoded.address === undefined ? undefined : yield* checked(decoded.address)
      return yield* editing(Effect.fnUntraced(function*(customerId, addresses) {
        const before = yield* named(addresses, id)
        if (isDefault(before)) yield* StepUp.require
        const expected = decoded.version ?? before.version
        if (expected !== before.version) return yield* new VersionConflict({ id, expected })
        const changed: CustomerAddress = {
          ...before,
          label: decoded.label === undefined ? before.label : decoded.label,
          address: address ?? before.address,
          version: before.version + 1,
          updatedAt: yield* Timestamp.now
        }
        yield* repository.update(customerId, changed)
        yield* events.publish([AddressChanged.make(customerId, { customerId, addressId: changed.id })])
        return changed
      }))
    }),

    delete: Effect.fn("AddressBook.delete")((id) =>
      editing(Effect.fnUntraced(function*(customerId, addresses) {
        const gone = yield* named(addresses, id)
        if (isDefault(gone)) yield* StepUp.require
        yield* repository.delete(customerId, id)
        const heir = addresses.find((address) => address.id !== id)
        const uses: Array<AddressUse> = []
        if (gone.defaultShipping) uses.push("shipping")
        if (gone.defaultBilling) uses.push("billing")
        if (heir !== undefined && uses.length > 0) yield* repository.setDefault(customerId, heir.id, uses)
        yield* events.publish([AddressRemoved.make(customerId, { customerId, addressId: gone.id })])
      }))
    ),

    setDefault: Effect.fn("AddressBook.setDefault")(function*(id, input = {}) {
      const uses = (yield* decodeDefault(input)).for ?? ["shipping", "billing"]
      return yield* editing(Effect.fnUntraced(function*(customerId, addresses) {
        const before = yield* named(addresses, id)
        const changed = withDefaults(before, uses)
        if (changed.defaultShipping === before.defaultShipping && changed.defaultBilling === before.defaultBilling) {
          return before
        }
        yield* StepUp.require
        yield* repository.setDefault(customerId, id, uses)
        yield* events.publish([AddressChanged.make(customerId, { customerId, addressId: changed.id })])
        return changed
      }))
    }),

    validate: Effect.fn("AddressBook.validate")(function*(input) {
      const { address } = yield* decodeValidate(input)
      return yield* checks.run(address)
    })
  })))
})

export const layer: Layer.Layer<AddressBook, never, AddressRepository | AddressChecks | Transactor | Events> = Layer
  .effect(AddressBook, make)
