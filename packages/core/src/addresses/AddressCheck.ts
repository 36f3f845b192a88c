/**
 * What is checked of an address, by whom. Checks are asked side by side, each with a time limit, so that a service of
 * the post that does not answer keeps nobody from writing down where they live.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Address } from "../kernel/Address.ts"

/** What a check found. */
export interface Findings {
  /** What is wrong, by the field of the address: an address with faults is not kept. */
  readonly faults?: ReadonlyArray<{ readonly path: ReadonlyArray<string>; readonly message: string }>
  /** How fields are better written: `{ region: "OR" }` for Oregon. */
  readonly changes?: Partial<Address>
}

export interface AddressCheck {
  /** Unique: `"postal-code"`. */
  readonly name: string
  /** A failure, or no answer within the time limit, counts for nothing but being named in the report. */
  readonly check: (address: Address) => Effect.Effect<Findings, unknown>
}

export const AddressFault = Schema.Struct({
  path: Schema.Array(Schema.String),
  message: Schema.String,
  /** The check that found it. */
  check: Schema.String
})

/** What all checks say of an address. */
export const AddressReport = Schema.Struct({
  valid: Schema.Boolean,
  /** The address as it is better written. */
  address: Address,
  faults: Schema.Array(AddressFault),
  /** Checks that gave no answer. */
  unanswered: Schema.Array(Schema.String)
}).annotate({ identifier: "AddressReport" })
export interface AddressReport extends Schema.Schema.Type<typeof AddressReport> {}

/** The checks of an engine: those that are built in, and what programs and plug-ins add. */
export class AddressChecks extends Context.Service<AddressChecks, {
  /** Adds a check, after those that are there. A second check of the same name is a bug and a defect. */
  readonly add: (check: AddressCheck) => Effect.Effect<void>
  /** Asks every check side by side. Never inside of a transaction: checks may ask the network. */
  readonly run: (address: Address) => Effect.Effect<AddressReport>
}>()("@stoa/core/addresses/AddressChecks") {}

/** How long a check may take. */
const timeLimit = Duration.seconds(3)

/** How many checks are asked at the same time. */
const atOnce = 16

const ask = (check: AddressCheck, address: Address): Effect.Effect<Findings | undefined> =>
  Effect.suspend(() => check.check(address)).pipe(
    Effect.timeout(timeLimit),
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.interrupt
        // the cause may quote the address, so it is not logged
        : Effect.as(Effect.logWarning("A check of addresses gave no answer"), undefined)
    ),
    Effect.annotateLogs({ check: check.name })
  )

export const make = (builtIn: ReadonlyArray<AddressCheck>) =>
  Effect.sync(() => {
    let checks = builtIn
    return AddressChecks.of({
      add: (check) =>
        Effect.suspend(() => {
          if (checks.some(({ name }) => name === check.name)) {
            return Effect.die(new Error(`There is an address check ${check.name} already`))
          }
          checks = [...checks, check]
          return Effect.void
        }),
      run: Effect.fn("AddressChecks.run")(function*(address) {
        const asked = checks
        const answers = yield* Effect.forEach(asked, (check) => ask(check, address), { concurrency: atOnce })
        const faults: Array<typeof AddressFault.Type> = []
        const unanswered: Array<string> = []
        const better: { -readonly [Field in keyof Address]: Address[Field] } = { ...address }
        for (const [index, { name }] of asked.entries()) {
          const findings = answers[index]
          if (findings === undefined) unanswered.push(name)
          for (const { message, path } of findings?.faults ?? []) faults.push({ path, message, check: name })
          Object.assign(better, findings?.changes)
        }
        return { valid: faults.length === 0, address: better, faults, unanswered }
      })
    })
  })

export const layer = (builtIn: ReadonlyArray<AddressCheck>): Layer.Layer<AddressChecks> =>
  Layer.effect(AddressChecks, make(builtIn))
