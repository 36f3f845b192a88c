/**
 * Exponential smoothing in its form with states and errors (ETS): a level, a damped trend and a season, with additive or
 * with multiplicative errors, each if the data is better explained by it.
 *
 * After Hyndman, Koehler, Ord and Snyder, Forecasting with Exponential Smoothing, Springer 2008. The models are fitted by
 * least squares of the one-step errors (of their likelihood where errors are multiplicative) and chosen by AICc. They are
 * those of Holt and Winters, damped after Gardner and McKenzie (1985).
 */
import type { FittedMethod } from "./ForecastMethod.ts"
import * as Minimum from "../analytics/Minimum.ts"

interface Model {
  /** Whether errors, and the season with them, are parts of the level or are added to it. */
  readonly multiplicative: boolean
  readonly trend: boolean
  readonly seasonal: boolean
}

interface Parameters {
  readonly alpha: number
  readonly beta: number
  readonly gamma: number
  readonly phi: number
}

interface States {
  readonly level: number
  readonly trend: number
  /** Of the next steps, the first of them first. */
  readonly season: ReadonlyArray<number>
}

export interface Smoothing extends FittedMethod {
  readonly aicc: number
  /** Errors of the forecasts of one step, as shares of the forecast where they are multiplicative. */
  readonly errors: ReadonlyArray<number>
}

const nameOf = ({ multiplicative, seasonal, trend }: Model): string => {
  const kind = multiplicative ? "M" : "A"
  return `ETS(${kind},${trend ? "Ad" : "N"},${seasonal ? kind : "N"})`
}

const mean = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1)

/** The season by the classical decomposition: what values are off a mean over one whole round. */
const firstSeason = (values: ReadonlyArray<number>, length: number, multiplicative: boolean): ReadonlyArray<number> => {
  const off = Array.from({ length }, (): Array<number> => [])
  const half = Math.floor(length / 2)
  for (let at = half; at + half < values.length; at++) {
    const around = values.slice(at - half, at + half + 1)
    // a mean over an even number of steps counts the first and the last of one more by half
    const middle = length % 2 === 1 ? mean(around) : (mean(around.slice(0, -1)) + mean(around.slice(1))) / 2
    const value = values[at] ?? 0
    off[at % length]?.push(multiplicative ? value / middle : value - middle)
  }
  const rough = off.map(mean)
  const centre = mean(rough)
  return rough.map((one) => multiplicative ? one / centre : one - centre)
}

/** A straight line through values, by least squares. */
const line = (values: ReadonlyArray<number>): { readonly start: number; readonly slope: number } => {
  const middle = (values.length - 1) / 2
  const average = mean(values)
  let [up, across] = [0, 0]
  values.forEach((value, at) => {
    up += (at - middle) * (value - average)
    across += (at - middle) ** 2
  })
  const slope = across === 0 ? 0 : up / across
  return { start: average - slope * middle, slope }
}

const firstStates = (values: ReadonlyArray<number>, model: Model, length: number): States => {
  const season = model.seasonal ? firstSeason(values.slice(0, 4 * length), length, model.multiplicative) : []
  const without = values.map((value, at) => {
    const part = season[at % length]
    return part === undefined ? value : model.multiplicative ? value / part : value - part
  })
  const beginning = without.slice(0, Math.max(10, 2 * length))
  const { slope, start } = line(beginning)
  return model.trend ? { level: start - slope, trend: slope, season } : { level: mean(beginning), trend: 0, season }
}

const expectedOf = (model: Model, { level, season, trend }: States, phi: number): number => {
  const base = level + phi * trend
  const part = season[0]
  return part === undefined ? base : model.multiplicative ? base * part : base + part
}

/** The states after a step that came out by `error` other than was expected. */
const after = (model: Model, states: States, { alpha, beta, gamma, phi }: Parameters, error: number): States => {
  const base = states.level + phi * states.trend
  const [first, ...rest] = states.season
  const scale = model.multiplicative ? base : 1
  return {
    level: base + alpha * scale * error,
    trend: model.trend ? phi * states.trend + beta * scale * error : 0,
    season: first === undefined ? [] : [...rest, model.multiplicative ? first * (1 + gamma * error) : first + gamma * error]
  }
}

const between = (at: number, least: number, most: number): number => least + (most - least) / (1 + Math.exp(-at))

/** Parameters from any numbers, within the bounds of the literature. */
const parametersOf = (model: Model, at: ReadonlyArray<number>): Parameters => {
  const alpha = between(at[0] ?? 0, 0.0001, 0.9999)
  const rest = at.slice(1)
  const gamma = model.seasonal ? between(rest.shift() ?? 0, 0.0001, 1 - alpha) : 0
  const beta = model.trend ? between(rest.shift() ?? 0, 0.0001, alpha) : 0
  const phi = model.trend ? between(rest.shift() ?? 0, 0.8, 0.98) : 1
  return { alpha, beta, gamma, phi }
}

interface Run {
  readonly states: States
  readonly errors: ReadonlyArray<number>
  /** Minus twice the logarithm of the likelihood, but for a constant. */
  readonly badness: number
}

/** Goes through the values with a model. The season is a ring that is turned, not copied, for speed. */
const run = (model: Model, values: ReadonlyArray<number>, first: States, { alpha, beta, gamma, phi }: Parameters): Run => {
  const season = [...first.season]
  const errors: Array<number> = []
  let { level, trend } = first
  let [squares, logs] = [0, 0]
  for (let at = 0; at < values.length; at++) {
    const place = season.length === 0 ? 0 : at % season.length
    const part = season[place]
    const base = level + phi * trend
    const expected = part === undefined ? base : model.multiplicative ? base * part : base + part
    if (model.multiplicative && !(expected > 0)) return { states: first, errors: [], badness: Infinity }
    const error = model.multiplicative ? ((values[at] ?? 0) - expected) / expected : (values[at] ?? 0) - expected
    const scale = model.multiplicative ? base : 1
    level = base + alpha * scale * error
    trend = model.trend ? phi * trend + beta * scale * error : 0
    if (part !== undefined) season[place] = model.multiplicative ? part * (1 + gamma * error) : part + gamma * error
    errors.push(error)
    squares += error * error
    if (model.multiplicative) logs += Math.log(expected)
  }
  const turn = season.length === 0 ? 0 : values.length % season.length
  return {
    states: { level, trend, season: [...season.slice(turn), ...season.slice(0, turn)] },
    errors,
    badness: values.length * Math.log(Math.max(squares, 1e-12)) + 2 * logs
  }
}

const fit = (model: Model, values: ReadonlyArray<number>, length: number): Smoothing | undefined => {
  const first = firstStates(values, model, length)
  const free = 1 + (model.seasonal ? 1 : 0) + (model.trend ? 2 : 0)
  const counted = free + 1 + (model.trend ? 1 : 0) + (model.seasonal ? length - 1 : 0) + 1
  const left = values.length - counted - 1
  if (left < 1) return undefined
  const start = [-1, ...(model.seasonal ? [-2] : []), ...(model.trend ? [-2, 1] : [])]
  const parameters = parametersOf(model, Minimum.near(start, (at) => run(model, values, first, parametersOf(model, at)).badness))
  const { badness, errors, states } = run(model, values, first, parameters)
  if (!Number.isFinite(badness)) return undefined
  // errors of the values that a model was fitted to are smaller than those to come
  const wider = Math.sqrt(values.length / (values.length - free))
  const steps = (count: number, errorOf: () => number): ReadonlyArray<number> => {
    let now = states
    return Array.from({ length: count }, () => {
      const expected = expectedOf(model, now, parameters.phi)
      const error = errorOf()
      now = after(model, now, parameters, error)
      return model.multiplicative ? expected * (1 + error) : expected + error
    })
  }
  return {
    name: nameOf(model),
    aicc: badness + 2 * counted + (2 * counted * (counted + 1)) / left,
    errors,
    expected: (count) => steps(count, () => 0),
    path: (count, chance) => steps(count, () => wider * (errors[Math.floor(chance() * errors.length)] ?? 0))
  }
}

/**
 * The model that explains values best. A season is looked for where there are at least two rounds of it, multiplicative
 * errors where all values are above zero. `undefined` if there are too few values for any, which is fewer than five.
 */
export const best = (values: ReadonlyArray<number>, seasonLength: number): Smoothing | undefined => {
  const seasonal = seasonLength > 1 && values.length >= 2 * seasonLength + 1
  const kinds = values.every((value) => value > 0) ? [false, true] : [false]
  return kinds
    .flatMap((multiplicative) =>
      [false, true].flatMap((trend) =>
        (seasonal ? [false, true] : [false]).map((season): Model => ({ multiplicative, trend, seasonal: season }))
      )
    )
    .flatMap((model) => fit(model, values, seasonLength) ?? [])
    .reduce((best: Smoothing | undefined, one) => best === undefined || one.aicc < best.aicc ? one : best, undefined)
}
