/**
 * State machines as data: a table of states, events and targets, and the one interpreter for it. Tests walk the table,
 * the docs are drawn from it, and a plug-in adds to it.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StoaError } from "./StoaError.ts"

/** For each state the events that it accepts and the state that each leads to. A state without events is final. */
export type Table<State extends string, Event extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Event, State>>>>
>

export interface StateMachine<State extends string, Event extends string> {
  readonly name: string
  readonly initial: State
  readonly table: Table<State, Event>
}

/** The event is not accepted in this state; `allowed` names those that are. */
export class IllegalTransition extends StoaError<IllegalTransition>()(
  "IllegalTransition",
  { code: "illegal_transition", kind: "conflict" },
  { machine: Schema.String, state: Schema.String, event: Schema.String, allowed: Schema.Array(Schema.String) }
) {
  override get message(): string {
    const allowed = this.allowed.length === 0 ? "nothing more can happen to it" : `it allows ${this.allowed.join(", ")}`
    const article = /^[aeiou]/.test(this.machine) ? "An" : "A"
    return `${article} ${this.machine} that is ${this.state} does not allow ${this.event}; ${allowed}`
  }
}

/** Defines a machine. The events are read off the table, so a misspelt target does not compile. */
export const make = <const State extends string, const Event extends string>(machine: {
  readonly name: string
  readonly initial: NoInfer<State>
  readonly table: { readonly [S in State]: { readonly [E in Event]?: NoInfer<State> } }
}): StateMachine<State, Event> => machine

/** The state that an event leads to, or `undefined` where it is not accepted. */
export const next = <S extends string, E extends string>(machine: StateMachine<S, E>, state: S, event: E): S | undefined =>
  machine.table[state]?.[event]

/** The events that a state accepts. */
export const allowed = <S extends string, E extends string>(machine: StateMachine<S, E>, state: S): ReadonlyArray<E> =>
  Object.keys(machine.table[state] ?? {}) as Array<E>

export const states = <S extends string, E extends string>(machine: StateMachine<S, E>): ReadonlyArray<S> =>
  Object.keys(machine.table) as Array<S>

export const isFinal = <S extends string, E extends string>(machine: StateMachine<S, E>, state: S): boolean =>
  allowed(machine, state).length === 0

/** The state that an event leads to, or `IllegalTransition`. */
export const transition = <S extends string, E extends string>(
  machine: StateMachine<S, E>,
  state: S,
  event: E
): Effect.Effect<S, IllegalTransition> => {
  const target = next(machine, state, event)
  return target === undefined
    ? Effect.fail(
      new IllegalTransition({ machine: machine.name, state, event, allowed: allowed(machine, state) })
    )
    : Effect.succeed(target)
}

/** A machine with more states and events; what is there already cannot be changed. */
export const extend = <S extends string, E extends string, const S2 extends string, const E2 extends string>(
  machine: StateMachine<S, E>,
  table: Readonly<Partial<Record<S | S2, Readonly<Partial<Record<E2, S | S2>>>>>>
): StateMachine<S | S2, E | E2> => {
  const merged: Record<string, Record<string, string>> = {}
  for (const source of [machine.table, table] as ReadonlyArray<Readonly<Record<string, Readonly<Record<string, string>>>>>) {
    for (const [state, events] of Object.entries(source)) merged[state] = { ...events, ...merged[state] }
  }
  return { name: machine.name, initial: machine.initial, table: merged as Table<S | S2, E | E2> }
}

/** The machine as a Mermaid state diagram. */
export const toMermaid = <S extends string, E extends string>(machine: StateMachine<S, E>): string => {
  const lines = ["stateDiagram-v2", `  [*] --> ${machine.initial}`]
  for (const state of states(machine)) {
    for (const event of allowed(machine, state)) lines.push(`  ${state} --> ${next(machine, state, event)} : ${event}`)
    if (isFinal(machine, state)) lines.push(`  ${state} --> [*]`)
  }
  return lines.join("\n")
}
