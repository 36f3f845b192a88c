/**
 * Formulas over figures: numbers, names of figures, `+ - * /` and parentheses. A text is parsed into a tree and the tree is worked out;
 * nothing of it is ever run.
 *
 * **Details**
 *
 * Amounts are in minor units. A sum or difference is of two amounts or of two numbers, never of one of each, so a formula comes to an amount
 * or to a number whatever the figures are: `kept / items` is an amount, `refunded / total` a number. What is divided by zero, or is no
 * finite number, is `null`, and so is what is made of it.
 */
import * as Result from "effect/Result"

/** Whether a figure is an amount of money or counts something. */
export type FigureKind = "amount" | "count"

/** Figures of a time and currency by the names that formulas have for them. */
export type Figures = (name: string) => number

type Operator = "+" | "-" | "*" | "/"

export type Formula =
  | { readonly _tag: "Number"; readonly value: number }
  | { readonly _tag: "Figure"; readonly name: string }
  | { readonly _tag: "Operation"; readonly operator: Operator; readonly left: Formula; readonly right: Formula }

/** So many characters a formula may have, and so many parentheses within each other. */
export const maximumLength = 500
const maximumDepth = 50

type Token = { readonly text: string; readonly kind: "number" | "name" | "sign" }

const token = /\s*(?:(\d{1,15}(?:\.\d{1,10})?)|([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?)|([-+*/()]))/y

const tokensOf = (text: string): Result.Result<ReadonlyArray<Token>, string> => {
  const tokens: Array<Token> = []
  const trimmed = text.trimEnd()
  token.lastIndex = 0
  while (token.lastIndex < trimmed.length) {
    const at = token.lastIndex
    const found = token.exec(trimmed)
    if (found === null) return Result.fail(`has something at ${at + 1} that is no number, name or sign`)
    const [, number, name, sign = ""] = found
    tokens.push(
      number !== undefined ? { text: number, kind: "number" } : name !== undefined ? { text: name, kind: "name" } : { text: sign, kind: "sign" }
    )
  }
  return Result.succeed(tokens)
}

/** Whether it is an amount (1), a number (0), or what amounts are multiplied or divided to. */
const dimensionOf = (formula: Formula, kindOf: (name: string) => FigureKind | undefined): Result.Result<number, string> => {
  switch (formula._tag) {
    case "Number":
      return Result.succeed(0)
    case "Figure": {
      const kind = kindOf(formula.name)
      return kind === undefined ? Result.fail(`names ${formula.name}, which is no figure`) : Result.succeed(kind === "amount" ? 1 : 0)
    }
    case "Operation": {
      const { operator } = formula
      return Result.flatMap(dimensionOf(formula.left, kindOf), (left) =>
        Result.flatMap(dimensionOf(formula.right, kindOf), (right) => {
          if (operator === "*") return Result.succeed(left + right)
          if (operator === "/") return Result.succeed(left - right)
          return left === right ? Result.succeed(left) : Result.fail(`has a ${operator} between money and what is none`)
        }))
    }
  }
}

/** The tree of a formula, which comes to `wanted`; otherwise what is wrong with it, to be read after its name. */
export const parse = (
  text: string,
  kindOf: (name: string) => FigureKind | undefined,
  wanted: FigureKind
): Result.Result<Formula, string> =>
  Result.flatMap(tokensOf(text), (tokens) => {
    let next = 0
    let fault: string | undefined
    const failed = (message: string): Formula => {
      fault ??= message
      next = tokens.length
      return { _tag: "Number", value: 0 }
    }
    const sign = (...of: ReadonlyArray<string>): string | undefined => {
      const found = tokens[next]
      if (found?.kind !== "sign" || !of.includes(found.text)) return undefined
      next += 1
      return found.text
    }
    const value = (depth: number): Formula => {
      if (depth > maximumDepth) return failed("has too many parentheses within each other")
      if (sign("-") !== undefined) {
        return { _tag: "Operation", operator: "*", left: { _tag: "Number", value: -1 }, right: value(depth + 1) }
      }
      if (sign("(") !== undefined) {
        const inside = sum(depth + 1)
        return sign(")") === undefined ? failed("has a parenthesis that is not closed") : inside
      }
      const found = tokens[next]
      next += 1
      if (found?.kind === "number") return { _tag: "Number", value: Number(found.text) }
      if (found?.kind === "name") return { _tag: "Figure", name: found.text }
      return failed(found === undefined ? "ends where a figure or number is expected" : `has ${found.text} where a figure or number is expected`)
    }
    const chain = (depth: number, of: (depth: number) => Formula, ...operators: ReadonlyArray<Operator>): Formula => {
      let left = of(depth)
      for (let operator = sign(...operators); operator !== undefined; operator = sign(...operators)) {
        left = { _tag: "Operation", operator: operator as Operator, left, right: of(depth) }
      }
      return left
    }
    const product = (depth: number): Formula => chain(depth, value, "*", "/")
    const sum = (depth: number): Formula => chain(depth, product, "+", "-")

    const formula = sum(0)
    if (fault === undefined && next < tokens.length) fault = `has ${tokens[next]?.text ?? ""} where a sign is expected`
    if (fault !== undefined) return Result.fail(fault)
    return Result.flatMap(dimensionOf(formula, kindOf), (dimension) => {
      if (dimension === (wanted === "amount" ? 1 : 0)) return Result.succeed(formula)
      return Result.fail(wanted === "amount" ? "does not come to an amount of money" : "comes to money, and not to a number")
    })
  })

/** The names of figures in a formula. */
export const namesIn = (formula: Formula): ReadonlySet<string> => {
  if (formula._tag === "Number") return new Set()
  if (formula._tag === "Figure") return new Set([formula.name])
  return new Set([...namesIn(formula.left), ...namesIn(formula.right)])
}

const finite = (value: number): number | null => Number.isFinite(value) ? value : null

/** What a formula comes to. */
export const evaluate = (formula: Formula, figures: Figures): number | null => {
  switch (formula._tag) {
    case "Number":
      return formula.value
    case "Figure":
      return finite(figures(formula.name))
    case "Operation": {
      const left = evaluate(formula.left, figures)
      const right = evaluate(formula.right, figures)
      if (left === null || right === null) return null
      switch (formula.operator) {
        case "+":
          return finite(left + right)
        case "-":
          return finite(left - right)
        case "*":
          return finite(left * right)
        case "/":
          return right === 0 ? null : finite(left / right)
      }
    }
  }
}
