/**
 * The words of the page in the language of whoever looks at it, as far as there is a table of it.
 */
import { english } from "./English.ts"

export type Words = typeof english

const tables: Readonly<Record<string, Words>> = { en: english }

const wanted = navigator.languages.find((language) => language.slice(0, 2) in tables) ?? "en"

/** The language of the words, with the region that the browser asks for: numbers and times are written its way. */
export const language: string = wanted

export const words: Words = tables[wanted.slice(0, 2)] ?? english
