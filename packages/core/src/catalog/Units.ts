/**
 * Units of numbers, and what a number in one is in another of the same family.
 *
 * **Details**
 *
 * A number is compared in the unit that its family is counted in, so 12 cm and 0.12 m are one value. It is rounded to twelve digits
 * there, which takes away what binary fractions add to decimal ones: numbers of up to ten digits are equal exactly when they mean
 * the same in decimals. Not so degrees: they are counted from absolute zero, so temperatures that differ by less than the twelfth
 * digit of their kelvins, a billionth where it is warm, are one value. Inches, pounds and the like are those of the international agreement of 1959, gallons and fluid ounces
 * those of the United States (NIST Handbook 44, appendix C).
 */
import * as Schema from "effect/Schema"

/** A unit as so many of the one that its family is counted in: `times / per`, after what is added. */
interface Unit {
  readonly times: number
  readonly per: number
  /** What is added before, for temperatures. */
  readonly plus: number
}

const unit = (times: number, per = 1, plus = 0): Unit => ({ times, per, plus })

const kilo = 1_000
const mega = 1_000_000
const giga = 1_000_000_000

/** By family; the first of each is the one that it is counted in. */
const families = {
  length: {
    m: unit(1),
    mm: unit(1, 1_000),
    cm: unit(1, 100),
    km: unit(kilo),
    in: unit(254, 10_000),
    ft: unit(3_048, 10_000),
    yd: unit(9_144, 10_000)
  },
  area: { m2: unit(1), cm2: unit(1, 10_000), mm2: unit(1, mega), ha: unit(10_000), ft2: unit(9_290_304, 100 * mega) },
  volume: {
    l: unit(1),
    ml: unit(1, 1_000),
    cl: unit(1, 100),
    m3: unit(kilo),
    fl_oz: unit(295_735_295_625, 10_000_000_000_000),
    gal: unit(3_785_411_784, giga)
  },
  mass: {
    kg: unit(1),
    mg: unit(1, mega),
    g: unit(1, 1_000),
    t: unit(kilo),
    oz: unit(28_349_523_125, 1_000_000_000_000),
    lb: unit(45_359_237, 100 * mega)
  },
  time: { s: unit(1), ms: unit(1, 1_000), min: unit(60), h: unit(3_600), d: unit(86_400) },
  temperature: { K: unit(1), C: unit(1, 1, 273.15), F: unit(5, 9, 459.67) },
  speed: { "m/s": unit(1), "km/h": unit(1_000, 3_600), mph: unit(44_704, 100_000) },
  pressure: { Pa: unit(1), kPa: unit(kilo), bar: unit(100_000), psi: unit(6_894_757_293, mega) },
  voltage: { V: unit(1), mV: unit(1, 1_000), kV: unit(kilo) },
  current: { A: unit(1), mA: unit(1, 1_000) },
  charge: { Ah: unit(1), mAh: unit(1, 1_000) },
  power: { W: unit(1), mW: unit(1, 1_000), kW: unit(kilo) },
  energy: { Wh: unit(1), kWh: unit(kilo), J: unit(1, 3_600), kJ: unit(10, 36) },
  frequency: { Hz: unit(1), kHz: unit(kilo), MHz: unit(mega), GHz: unit(giga) },
  data: {
    B: unit(1),
    kB: unit(kilo),
    MB: unit(mega),
    GB: unit(giga),
    TB: unit(1_000 * giga),
    KiB: unit(1_024),
    MiB: unit(1_024 ** 2),
    GiB: unit(1_024 ** 3),
    TiB: unit(1_024 ** 4)
  },
  luminance: { lm: unit(1) },
  angle: { deg: unit(1) }
} as const satisfies Readonly<Record<string, Readonly<Record<string, Unit>>>>

export type UnitFamily = keyof typeof families
export type AnyUnit = { [F in UnitFamily]: keyof (typeof families)[F] & string }[UnitFamily]

export const UnitFamily = Schema.Literals(Object.keys(families) as unknown as readonly [UnitFamily, ...Array<UnitFamily>])
  .annotate({ identifier: "UnitFamily" })

const known = new Map<string, { readonly family: UnitFamily; readonly unit: Unit }>(
  Object.entries(families).flatMap(([family, units]) =>
    Object.entries(units).map(([name, unit]) => [name, { family: family as UnitFamily, unit }] as const))
)

/** Every unit by its sign, such as `cm`. */
export const UnitName = Schema.Literals([...known.keys()] as unknown as readonly [AnyUnit, ...Array<AnyUnit>])
  .annotate({ identifier: "Unit" })
export type UnitName = typeof UnitName.Type

export const isUnit = (name: string): name is UnitName => known.has(name)

export const familyOf = (name: UnitName): UnitFamily | undefined => known.get(name)?.family

/** The signs of a family's units. */
export const unitsOf = (family: UnitFamily): ReadonlyArray<string> => Object.keys(families[family])

const digits = 12

const rounded = (amount: number): number => Number(amount.toPrecision(digits))

/** So many of the unit that the family is counted in; an amount without a unit is itself. */
export const counted = (amount: number, name: UnitName | null): number => {
  const found = name === null ? undefined : known.get(name)
  return rounded(found === undefined ? amount : ((amount + found.unit.plus) * found.unit.times) / found.unit.per)
}

/** The other way: an amount in a unit of what is counted in that of its family. */
export const shown = (amount: number, name: UnitName | null): number => {
  const found = name === null ? undefined : known.get(name)
  return rounded(found === undefined ? amount : (amount * found.unit.per) / found.unit.times - found.unit.plus)
}

/** A decimal of up to ten digits, between a trillion below and above nothing. */
export const Amount = Schema.Number.check(
  Schema.makeFilter((amount: number) =>
    (Number.isFinite(amount) && Math.abs(amount) <= 1e12 && Number(amount.toPrecision(10)) === amount)
    || "Expected a number of up to ten digits"
  )
)
