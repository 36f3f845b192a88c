/**
 * A shop under everything at once: buyers, staff, a moody bank and its late messages, background work, a database in
 * trouble, processes that die and start again. All of it is planned from a seed; the laws of `Invariants` and the notes of
 * the people outside say whether the shop did right.
 *
 * **Details**
 *
 * The steps of a round are taken at the same time. Every few rounds, when nobody is doing anything, the books are
 * compared. At the end everything calms down, time goes by, and every order must have come to its end.
 *
 * **Gotchas**
 *
 * The seed decides what is tried, in which order and with which luck. In which order a database with many connections
 * then does it is not in our hands, so on such a one a seed makes a failure likely again, not certain.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { Events } from "../../events/Events.ts"
import { InventoryRepository } from "../../inventory/InventoryRepository.ts"
import { JobRetries } from "../../jobs/JobRegistry.ts"
import { Jobs } from "../../jobs/Jobs.ts"
import * as Actor from "../../kernel/Actor.ts"
import { Entropy } from "../../kernel/Entropy.ts"
import { StorageError } from "../../kernel/StorageError.ts"
import { LoyaltyPoints } from "../../loyalty/LoyaltyPoints.ts"
import * as OrderMoney from "../../orders/OrderMoney.ts"
import { Payments } from "../../payments/Payments.ts"
import { Promotions } from "../../promotions/Promotions.ts"
import { Claims } from "../../returns/Claims.ts"
import { Returns } from "../../returns/Returns.ts"
import type { CrashHarness, SurvivingStorage } from "../CrashHarness.ts"
import * as GiftCardFixture from "../GiftCardFixture.ts"
import * as Invariants from "../Invariants.ts"
import * as Mailbox from "../Mailbox.ts"
import * as MemoryMedia from "../MemoryMedia.ts"
import * as Shop from "../Shop.ts"
import { Statements, troubleReasons } from "../Statements.ts"
import * as Actions from "./Actions.ts"
import * as Chance from "./Chance.ts"
import * as Files from "./Files.ts"
import * as Notes from "./Notes.ts"
import * as Plan from "./Plan.ts"
import * as SimulatedBank from "./SimulatedBank.ts"
import { setUp } from "./SimulatedGoods.ts"

/** A storage adapter under test, for a shop of several processes. */
export interface SimulationHarness extends CrashHarness {
  /** Whether a statement only looks for jobs or keeps their places: how many there are depends on the time it takes. */
  readonly isPolling: (statement: string) => boolean
  /** How many processes have the storage open at the same time; one if it is left out. */
  readonly processes?: number
}

/** What became of a simulation. */
export interface Report {
  /** What went wrong, one sentence each; nothing if all is well. */
  readonly problems: ReadonlyArray<string>
  /** Every step that was taken, with its outcome. */
  readonly log: ReadonlyArray<string>
  readonly steps: number
  readonly orders: number
  /** How often a process died. */
  readonly deaths: number
}

type Services = Shop.ShopServices | Statements

interface Process {
  readonly context: Context.Context<Services>
  readonly end: Effect.Effect<unknown>
  died: boolean
}

/** Rounds between two looks into the books. */
const roundsPerCheck = 8

const staff = Actor.as(Actor.system("simulation"))

const isDeath = (reason: Cause.Reason<unknown>): boolean =>
  Cause.isDieReason(reason) && typeof reason.defect === "object" && reason.defect !== null
  && "_tag" in reason.defect && reason.defect._tag === "ProcessDied"

/** What may be heard of the storage in a round. Orders that are placed in one transaction share its trouble. */
const troublesOf = ({ steps }: Plan.Round): ReadonlySet<StorageError["reason"]> =>
  new Set(steps.flatMap(({ mishap }) => mishap?._tag === "trouble" ? [troubleReasons[mishap.trouble]] : []))

/** What came of a step, in a word; and a complaint, if that should not be. */
const judge = (exit: Exit.Exit<unknown, unknown>, process: Process, troubles: ReadonlySet<StorageError["reason"]>) => {
  if (Exit.isSuccess(exit)) return { outcome: exit.value === left ? "left" : "done", complaint: undefined }
  const { reasons } = exit.cause
  if (reasons.some(isDeath)) {
    process.died = true
    return { outcome: "died", complaint: undefined }
  }
  const [reason] = reasons
  const error = reason?._tag === "Fail" ? reason.error : undefined
  if (error instanceof StorageError) {
    return {
      outcome: `${error.operation}: ${error.reason}`,
      complaint: troubles.has(error.reason) ? undefined : String(error)
    }
  }
  if (typeof error === "object" && error !== null && "_tag" in error && error._tag !== "InvalidInput") {
    return { outcome: String(error._tag), complaint: undefined }
  }
  return { outcome: "broke", complaint: Cause.pretty(exit.cause) }
}

/** The answer of nobody, for the caller has gone away. */
const left = Symbol("left")

/** The orders that take the place of one, or of pieces of it. */
const replacedBy = Effect.fnUntraced(function*(orderId: string) {
  const claims = yield* Effect.flatMap(Claims, (all) => all.ofOrder(orderId))
  const returns = yield* Effect.flatMap(Returns, (all) => all.ofOrder(orderId))
  return [...claims.map(({ replacementId }) => replacementId), ...returns.map(({ exchange }) => exchange?.orderId ?? null)].filter((id) => id !== null)
})

/** What the shop says, against its own laws and what people were told. */
const compare = Effect.fnUntraced(function*(world: Actions.World, settled: boolean) {
  const inventory = yield* InventoryRepository
  const orders = yield* Invariants.allOrders
  const reservations = yield* Effect.forEach(orders, ({ id }) => inventory.reservations([id]))
  const replacements = yield* staff(Effect.forEach(orders, ({ id }) => replacedBy(id)))
  const uses = yield* Effect.forEach(world.notes.codes, ({ promotionId }) =>
    Effect.map(staff(Effect.flatMap(Promotions, (promotions) => promotions.get(promotionId))), ({ use }) =>
      [promotionId, use.used] as const))
  const stock = yield* inventory.stock(world.notes.variants.map(({ variantId }) => variantId as never))
  return {
    orders: orders.length,
    problems: [
      ...yield* Invariants.violations({ settled, papers: settled, bank: Shop.bankRecords(world.bank) }),
      ...yield* staff(Files.problems(world.notes, orders, settled)),
      ...settled ? Notes.codeUses(world.notes, orders, new Map(uses)) : [],
      ...settled ? yield* points(world, orders) : [],
      ...Notes.contradictions(world.notes, {
        orders,
        replacements: new Set(replacements.flat()),
        reservations: reservations.flat(),
        onHand: new Map(
          stock.map(({ levels, variantId }) => [variantId, levels.reduce((sum, level) => sum + level.onHand, 0)])
        )
      })
    ]
  }
})

/** Whether the points of customers are what their orders give: to reckon them anew changes nothing. */
const points = Effect.fnUntraced(function*({ customers }: Actions.World, orders: ReadonlyArray<{ readonly id: string }>) {
  const loyalty = yield* LoyaltyPoints
  const there = Effect.forEach(customers, (id) => Effect.map(Actor.as(Actor.customer(id))(loyalty.mine), ({ balance, pending }) => `${pending} and ${balance}`))
  const before = yield* there
  yield* Effect.forEach(orders, ({ id }) => loyalty.settle(id))
  const after = yield* there
  return before.flatMap((said, index) => said === after[index] ? [] : [`a customer has ${said} points, by the orders ${after[index]}`])
})

/** How time goes by until nothing can be open any more: the longest that an order waits for is an authorisation. */
const calm = ["61 seconds", "20 minutes", "61 seconds", "6 minutes", "4 days", "61 seconds", "8 days", "61 seconds", "61 seconds"] as const

/** Staff, who are told of it, give the money another time that came back after an order had ended. */
const giveAgain = Effect.gen(function*() {
  const payments = yield* Payments
  for (const order of yield* Invariants.allOrders) {
    if (order.status !== "cancelled" && order.status !== "refunded") continue
    const isBack = (yield* payments.refunds(order.id)).some(({ state }) => state === "failed")
    if (!isBack || OrderMoney.held(order) <= 0) continue
    // it may be on its way already, or wait for a dispute
    yield* Effect.catchIf(payments.refund(order.id, { reason: "once more" }), Notes.isRefusal, () => Effect.void)
  }
})

const settle = Effect.gen(function*() {
  const payments = yield* Payments
  const jobs = yield* Jobs
  for (const time of calm) {
    yield* TestClock.adjust(time)
    yield* payments.recover
    yield* Actions.compared
    yield* jobs.drain
    yield* giveAgain
  }
}).pipe(staff)

const simulate = Effect.fnUntraced(function*(harness: SimulationHarness, seed: number, plan: Plan.Plan) {
  const bank = SimulatedBank.make(Chance.make(seed ^ 0x5bd1e995))
  const storage: SurvivingStorage = yield* harness.create
  // what is sent and what is kept as files outlives a process
  const mailbox = Mailbox.make()
  const media = { storage: MemoryMedia.make().storage }
  const confirmed = new Set<string>()
  const log: Array<string> = []
  const problems: Array<string> = []
  let deaths = 0

  const start = Effect.gen(function*() {
    const scope = yield* Scope.make()
    const shop = Shop.layer<Statements>(storage.open(), { bank, media })
    const context = yield* Layer.buildWithScope(Layer.provide(shop, Mailbox.layer(mailbox)), scope)
    yield* Context.get(context, Events).subscribe({
      name: "simulation.confirmation",
      types: ["order.paid"],
      handle: ({ subject }) => Effect.sync(() => confirmed.add(subject))
    })
    const process: Process = { context, end: Effect.exit(Scope.close(scope, Exit.void)), died: false }
    return process
  })

  const take = (world: Actions.World, { action, mishap }: Plan.Step, { context }: Process) => {
    const among = (statement: string) => !harness.isPolling(statement)
    const { fail, kill } = Context.get(context, Statements)
    const step = Effect.provideContext(Actions.take(world, action), context)
    switch (mishap?._tag) {
      case "trouble":
        return fail(step, { ...mishap, among }, mishap.trouble)
      case "death":
        return kill(step, { ...mishap, among })
      case "leaves":
        return Effect.raceFirst(step, Effect.as(SimulatedBank.hesitate(mishap.after), left))
      case undefined:
        return step
    }
  }

  const processes = yield* Effect.forEach(Array.from({ length: harness.processes ?? 1 }), () => start)
  yield* Effect.addFinalizer(() => Effect.forEach(processes, ({ end }) => end))
  const first = () => processes[0] as Process
  const world = yield* Effect.provideContext(setUp(bank), first().context)

  for (const [number, round] of plan.entries()) {
    const taken = round.steps.map((step, index) => ({ step, process: processes[index % processes.length] as Process }))
    const exits = yield* Effect.forEach(taken, ({ process, step }) => Effect.exit(take(world, step, process)), {
      concurrency: "unbounded"
    })
    const troubles = troublesOf(round)
    for (const [index, { process, step }] of taken.entries()) {
      const { complaint, outcome } = judge(exits[index] ?? Exit.void, process, troubles)
      log.push(`${number + 1}.${index + 1} ${Plan.show(step)} -> ${outcome}`)
      if (complaint !== undefined) problems.push(`${number + 1}.${index + 1} ${Plan.show(step)}: ${complaint}`)
    }
    for (const [index, process] of processes.entries()) {
      if (!process.died) continue
      deaths += 1
      yield* process.end
      processes[index] = yield* start
      log.push(`${number + 1} process ${index + 1} starts again`)
    }
    // people find gift cards in their mails, and spend them
    world.notes.giftCards.push(...mailbox.mails.splice(0).map(({ text }) => GiftCardFixture.codeIn(text)).filter((code) => code !== ""))
    if (round.seconds > 0) yield* TestClock.adjust(round.seconds * 1_000)
    if ((number + 1) % roundsPerCheck === 0) {
      const found = yield* Effect.provideContext(compare(world, false), first().context)
      problems.push(...found.problems.map((problem) => `after round ${number + 1}: ${problem}`))
    }
    if (problems.length > 0) break
  }

  bank.calmDown()
  if (problems.length === 0) yield* Effect.provideContext(settle, first().context)
  const end = yield* Effect.provideContext(compare(world, problems.length === 0), first().context)
  if (problems.length === 0) {
    problems.push(...end.problems.map((problem) => `at the end: ${problem}`))
    for (const { id, paid } of world.notes.orders) {
      if (paid && !confirmed.has(id)) problems.push(`at the end: nobody confirmed the order ${id}`)
    }
  }
  return { problems, log, steps: Plan.length(plan), orders: end.orders, deaths } satisfies Report
})

/** Plays a plan through, in a new shop. The plan of the seed, if none is given. */
export const run = (
  harness: SimulationHarness,
  options: { readonly seed: number; readonly steps: number; readonly plan?: Plan.Plan }
): Effect.Effect<Report, unknown> =>
  Effect.scoped(simulate(harness, options.seed, options.plan ?? planOf(options))).pipe(
    // the queue measures its delays by the clock of the database, which nobody here can move
    Effect.provideService(JobRetries, { maxAttempts: 1_000, delay: Schedule.spaced(0) }),
    Effect.provideService(Entropy, Chance.entropy(Chance.make(options.seed ^ 0x27d4eb2f))),
    Random.withSeed(options.seed),
    Effect.provide(TestClock.layer())
  )

/** What a seed plans. */
export const planOf = ({ seed, steps }: { readonly seed: number; readonly steps: number }): Plan.Plan =>
  Plan.make(Chance.make(seed), steps)
