/**
 * Which passwords are refused because they are guessed first. Length is the other half of the policy; nothing is asked
 * of the kinds of characters, and nothing about a password that is accepted is changed.
 */
import { commonPasswords } from "./CommonPasswords.ts"
import { leakedPasswords } from "./LeakedPasswords.ts"

const leaked: ReadonlySet<string> = new Set(leakedPasswords.trim().split(/\s+/))

/** Rows of keyboards, and what follows from one another; a password that is a piece of one is none. */
const rows = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890",
  "qwertyuiop",
  "qwertzuiop",
  "azertyuiop",
  "asdfghjkl",
  "qsdfghjklm",
  "zxcvbnm",
  "yxcvbnm",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
  "1q2w3e4r5t6y7u8i9o0p",
  "qazwsxedcrfvtgbyhnujmikolp"
]
const pieces = [...rows, ...rows.map((row) => Array.from(row).reverse().join(""))]

const replacements: Readonly<Record<string, string>> = {
  "@": "a",
  "4": "a",
  "3": "e",
  "1": "i",
  "!": "i",
  "0": "o",
  "5": "s",
  "$": "s",
  "7": "t"
}

const unfold = (text: string): string => text.replace(/[@431!05$7]/g, (sign) => replacements[sign] ?? sign)

/** The shortest text that the whole is a repetition of. */
const unit = (text: string): string => {
  const length = (text + text).indexOf(text, 1)
  return text.slice(0, length)
}

/** How many characters around a word do not make it a password: a year, `123!`. */
const decoration = 4

const forms = (text: string): ReadonlyArray<string> => {
  const bare = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "")
  const all = text.length - bare.length <= decoration ? [text, bare] : [text]
  // the replacements at the ends are decoration more often than letters, so both readings count
  const unfolded = unfold(text).replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "")
  return [...all, unfold(text), ...(text.length - unfolded.length <= decoration ? [unfolded] : []), ...all.map(unfold)]
}

/**
 * Whether a password is among those that are tried first: a common one, a word with a year or a few digits, a row of
 * the keyboard, one piece repeated, or what is known of its owner (parts of the address and the name).
 */
export const isGuessable = (password: string, known: ReadonlyArray<string> = []): boolean => {
  const text = password.toLowerCase()
  const repeated = unit(text)
  if (new Set(text).size <= 2 || repeated.length <= 4) return true
  if (pieces.some((piece) => piece.includes(text) || piece.includes(repeated))) return true
  const own = new Set(known.flatMap(wordsOf))
  return [...forms(text), ...(repeated === text ? [] : forms(repeated))].some((form) =>
    commonPasswords.has(form) || leaked.has(form) || own.has(form)
  )
}

/** An address or a name, its parts, and its parts in one. */
const wordsOf = (text: string): ReadonlyArray<string> => {
  const lower = text.toLowerCase()
  const parts = lower.split(/[^\p{L}\p{N}]+/u).filter((part) => part.length >= 4)
  const local = lower.split("@")[0] ?? lower
  return [lower, local, local.replace(/[^\p{L}\p{N}]+/gu, ""), ...parts].filter((word) => word.length >= 4)
}
