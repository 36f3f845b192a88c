/**
 * The words of the page in the language of whoever looks at it: the one that they chose, or else the first that their
 * browser asks for and that there is a table of. A table but English is loaded when it is wanted.
 */
import { english, type Words } from "./English.ts"

/** The languages that there are tables of, as their speakers call them. */
export const languages = { en: "English", de: "Deutsch" } as const

type Table = keyof typeof languages

const tables: Readonly<Record<Table, () => Promise<Words>>> = {
  en: async () => english,
  de: async () => (await import("./German.ts")).german
}

const kept = "stoa-admin-language"

const tableOf = (tag: string): Table | undefined =>
  Object.keys(languages).find((table): table is Table => table === tag.slice(0, 2).toLowerCase())

/** What was chosen on this device; browsers may refuse to keep anything. */
const chosen = (): ReadonlyArray<string> => {
  try {
    const tag = localStorage.getItem(kept)
    return tag === null ? [] : [tag]
  } catch {
    return []
  }
}

/** `en` names any English: the browser may know which one. */
const wholeTag = (tag: string): string =>
  tag.length > 2 ? tag : navigator.languages.find((language) => language.toLowerCase().startsWith(`${tag}-`)) ?? tag

/** The language of the words, with its region: numbers and times are written its way. */
export const language: string = wholeTag([...chosen(), ...navigator.languages].find((tag) => tableOf(tag) !== undefined) ?? "en")

/** The table that the words are from. */
export const table: Table = tableOf(language) ?? "en"

/** English where another table does not come. */
export const words: Words = await tables[table]().catch(() => english)

/** Shows the page in a language from now on, on this device, if that is another and the device remembers it. */
export const speak = (tag: string): void => {
  if (tableOf(tag) === undefined || wholeTag(tag) === language) return
  try {
    localStorage.setItem(kept, tag)
    if (localStorage.getItem(kept) === tag) location.reload()
  } catch {
    // it stays as it is
  }
}
