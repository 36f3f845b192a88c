/**
 * States that plug-ins add to a state machine: what they are, and what they allow. Pure.
 *
 * **Details**
 *
 * An added state refines one of the machine, its base, and what is in it counts as being in its base for everything else:
 * reports, permissions, refunds. So nothing has to know these states, and what is in a state whose plug-in is gone is in its base.
 * It is left by going back to the base, by going on to another added state, or by an event of the machine.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { InvalidInput } from "./Input.ts"
import * as Input from "./Input.ts"
import { LanguageTag } from "./Language.ts"
import * as Permission from "./Permission.ts"
import * as StateMachine from "./StateMachine.ts"
import { name, text } from "./Text.ts"
import { Version } from "./Version.ts"

/** Lower-case words with underscores: `"inspected"`. */
export const StateName = Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9_]{0,39}$/, {
  identifier: "StateName",
  expected: "1 to 40 lower-case letters, digits and underscores, the first a letter"
}))

const states = Schema.Array(Schema.String).check(Schema.isMaxLength(20))

/** A state as a plug-in declares it. */
export const AddState = Schema.Struct({
  name: StateName,
  /** The state of the machine that it refines, and as which it counts. */
  base: Schema.String,
  /** From where one comes into it: the base, or states that were added to the base before. The base if it is left out. */
  from: Schema.optionalKey(states.check(Schema.isMinLength(1))),
  /** Where steps of the machine may lead from it; everywhere if it is left out. Only steps that bring it nearer to its end count. */
  to: Schema.optionalKey(states),
  /** Whether there is no way from the base to the states in `to` but through this one. */
  required: Schema.optionalKey(Schema.Boolean),
  /** Who may bring something into it, and back to its base: `orders:write` if it is left out. */
  permission: Schema.optionalKey(Schema.String),
  /** Whether buyers see it: they see its base if it is left out. */
  forBuyers: Schema.optionalKey(Schema.Boolean),
  /** What it is called, by language. */
  title: Schema.Record(LanguageTag, name(100))
}).annotate({ identifier: "AddState" })
export interface AddState extends Schema.Schema.Type<typeof AddState> {}

/** A state that a plug-in has added. */
export const AddedState = Schema.Struct({
  ...AddState.fields,
  from: Schema.Array(Schema.String),
  to: Schema.Array(Schema.String),
  required: Schema.Boolean,
  permission: Schema.String,
  forBuyers: Schema.Boolean
}).annotate({ identifier: "AddedState" })
export interface AddedState extends Schema.Schema.Type<typeof AddedState> {}

/** Brings something into a state that a plug-in has added, or back to its base. */
export const ChangeState = Schema.Struct({
  /** The name of the state, or of the base to go back to. */
  state: StateName,
  /** For the timeline. */
  reason: Schema.optionalKey(text(500)),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "ChangeState" })

/** A machine to which states can be added. */
export interface Refinable {
  readonly machine: StateMachine.StateMachine<string, string>
  /** The events that bring it nearer to its end: only in these have added states a say. */
  readonly progress: ReadonlySet<string>
}

/** What has a state. */
export interface Stated {
  readonly status: string
  readonly state?: string | undefined
}

type States = ReadonlyArray<AddedState>

/** Where steps lead from a state that bring it nearer to its end. */
const onward = ({ machine, progress }: Refinable, state: string): ReadonlyArray<string> =>
  Object.entries(machine.table[state] ?? {}).flatMap(([event, target]) =>
    target !== undefined && progress.has(event) ? [target] : [])

/** Whether one comes into a state only from another one, or from what comes after that. */
const isAfter = (others: States, first: AddedState, state: Pick<AddedState, "from">): boolean =>
  state.from.every((from) => {
    if (from === first.name) return true
    const before = others.find(({ name }) => name === from)
    return before !== undefined && isAfter(others, first, before)
  })

/** By which state one comes, from the base of a required state or from before it, to where that state leads, and never into it. */
const wayAround = (of: Refinable, state: AddedState): readonly [by: string, to: string] | undefined => {
  const seen = new Set(StateMachine.states(of.machine).filter((one) => one === state.base || onward(of, one).includes(state.base)))
  for (const status of seen) {
    for (const [event, target] of Object.entries(of.machine.table[status] ?? {})) {
      if (target === undefined || !of.progress.has(event) || !lets(of, [state], { status }, event)) continue
      if (state.to.includes(target)) return [status, target]
      seen.add(target)
    }
  }
  return undefined
}

/** What is wrong with a state, beside those that were added before. */
export const faultOf = (of: Refinable, state: AddedState, others: States): string | undefined => {
  const own = StateMachine.states(of.machine)
  const words = new Set([...own, ...own.flatMap((one) => StateMachine.allowed(of.machine, one)), ...others.map(({ name }) => name)])
  if (words.has(state.name)) return "there is a state or an event of this name"
  if (!own.includes(state.base)) return `it can refine ${own.join(", ")}, not ${state.base}`
  const near = others.filter(({ base }) => base === state.base)
  const sources = [state.base, ...near.map(({ name }) => name)]
  const stranger = state.from.find((from) => !sources.includes(from))
  if (stranger !== undefined) return `one can come into it from ${sources.join(", ")}, not from ${stranger}`
  const targets = onward(of, state.base)
  const beyond = state.to.find((to) => !targets.includes(to))
  if (beyond !== undefined) return `it can lead to ${targets.join(", ") || "no other state"}, not to ${beyond}`
  if (!state.required) return undefined
  if (state.to.length === 0) return "it is required, and leads nowhere"
  const around = wayAround(of, state)
  if (around !== undefined) return `it is required, and one can come to ${around[1]} by ${around[0]} without it: let it lead there, too`
  const rival = near.find((one) => one.required && one.to.some((to) => state.to.includes(to)) && !isAfter(others, one, state))
  return rival === undefined ? undefined : `${rival.name} is required on the same way: one has to come into it from there`
}

/** The added state that something is in, if the plug-in that has added it is there. */
export const current = <A extends AddedState>(states: ReadonlyArray<A>, { state, status }: Stated): A | undefined =>
  state === undefined ? undefined : states.find(({ base, name }) => name === state && base === status)

/** What its state is called: the added one, or that of the machine. */
export const nameOf = (states: States, stated: Stated): string => current(states, stated)?.name ?? stated.status

/** The added states that it can come into now, and its base if it is in one. */
export const reachable = (states: States, stated: Stated): ReadonlyArray<string> => {
  const here = nameOf(states, stated)
  const added = states.filter(({ base, from, name }) => base === stated.status && name !== here && from.includes(here))
  return [...added.map(({ name }) => name), ...(here === stated.status ? [] : [stated.status])]
}

/** Whether the added states let it move along by an event of its machine. Whether the machine does is not asked. */
export const lets = (of: Refinable, states: States, stated: Stated, event: string): boolean => {
  const target = StateMachine.next(of.machine, stated.status, event)
  if (states.length === 0 || target === undefined || !of.progress.has(event)) return true
  const here = current(states, stated)
  if (here !== undefined && !here.to.includes(target)) return false
  return !states.some((state) => {
    if (!state.required || !state.to.includes(target)) return false
    // a step over the base would be one around the state
    if (state.base !== stated.status) return onward(of, stated.status).includes(state.base)
    return here === undefined || (here.name !== state.name && !isAfter(states, state, here))
  })
}

/** What can happen to it now, by the names that a refusal gives: events of its machine, and states that were added. */
export const allowed = (of: Refinable, states: States, stated: Stated): ReadonlyArray<string> => [
  ...StateMachine.allowed(of.machine, stated.status).filter((event) => lets(of, states, stated, event)),
  ...reachable(states, stated)
]

/** The machine with the added states in it, as it can be drawn. */
export const extended = (of: Refinable, states: States): StateMachine.StateMachine<string, string> => {
  const table: Record<string, Record<string, string>> = {}
  const rows: ReadonlyArray<Stated> = [
    ...StateMachine.states(of.machine).map((status) => ({ status })),
    ...states.map(({ base, name }) => ({ status: base, state: name }))
  ]
  for (const row of rows) {
    const steps = Object.entries(of.machine.table[row.status] ?? {}).flatMap(([event, target]): ReadonlyArray<readonly [string, string]> =>
      target !== undefined && lets(of, states, row, event) ? [[event, target]] : [])
    table[nameOf(states, row)] = Object.fromEntries([...steps, ...reachable(states, row).map((state) => [state, state] as const)])
  }
  return { name: of.machine.name, initial: of.machine.initial, table }
}

/** The states that were added to one machine of one engine. */
export interface Registry<Declared, Added extends AddedState> {
  /** Adds a state. Call it while the engine's layers are built. One that does not fit fails the start. */
  readonly add: (state: Declared) => Effect.Effect<void, InvalidInput>
  /** Those that were added, in their order. */
  readonly all: Effect.Effect<ReadonlyArray<Added>>
}

/** An empty registry. `name` is that of the things that have the states: `"orders"`. */
export const registry = Effect.fnUntraced(function*<Declared extends AddState>(
  name: string,
  of: Refinable,
  schema: Schema.Codec<Declared, unknown>
) {
  type Added = Declared & AddedState
  const known = yield* Permission.Known
  const decode = Input.decoder(schema)
  const added: Array<Added> = []
  return {
    add: Effect.fnUntraced(function*(given) {
      const declared = yield* decode(given)
      const state: Added = {
        ...declared,
        from: declared.from ?? [declared.base],
        to: declared.to ?? onward(of, declared.base),
        required: declared.required ?? false,
        permission: declared.permission ?? "orders:write",
        forBuyers: declared.forBuyers ?? false
      }
      const fault = Permission.exists(known, state.permission)
        ? faultOf(of, state, added)
        : `there is no permission ${state.permission}`
      if (fault !== undefined) return yield* InvalidInput.at(["states", name, state.name], fault, "not_valid")
      added.push(state)
    }),
    all: Effect.sync(() => added)
  } satisfies Registry<unknown, Added>
})
