/**
 * How what is wrong with a field is said: by the code of the fault, with the figures of the rule that it breaks.
 */
export type Figures = Readonly<Record<string, unknown>>

export type FaultWords = Readonly<Record<string, (figures: Figures) => string>>

/** Writes a figure the way of a language. */
export const figuresIn = (language: string) => {
  const format = new Intl.NumberFormat(language)
  return (value: unknown): string => typeof value === "number" ? format.format(value) : ""
}

/** Values as they are written in the API. */
export const listed = (values: unknown): string => Array.isArray(values) ? values.join(", ") : ""
