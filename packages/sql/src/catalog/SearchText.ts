/**
 * What is said about products, as the words that they are found by: without markup, case and accents. The index and the
 * text that somebody types go through the same functions.
 */
import type { Product } from "@stoa/core/catalog/Product"
import * as RichText from "@stoa/core/kernel/RichText"

/** Letters that are not a plain letter with a mark, and what people type instead. */
const spelled: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
  "’": "'"
}

/** Lower case, without accents and ligatures: `"Crème Brûlée"` is `"creme brulee"`. */
export const fold = (text: string): string =>
  text.normalize("NFKD").replace(/[\u0300-\u036f\u00ad]/g, "").normalize("NFC").toLowerCase()
    .replace(/[ßæœøđðþłı’]/g, (letter) => spelled[letter] ?? letter)

/** Scripts that put no space between words, so that each sign counts as one. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/gu

/**
 * The words of a text, folded. One that is written in a script without spaces is several, which belong together: each
 * element of the answer is a word, or the parts that must follow each other.
 */
export const words = (text: string): ReadonlyArray<ReadonlyArray<string>> =>
  (fold(text).replace(/(\p{L})'(?=\p{L})/gu, "$1").match(/[\p{L}\p{M}\p{N}]+/gu) ?? [])
    .map((word) => word.replace(unspaced, " $& ").trim().split(/\s+/))

/** The values of a product's options in all languages, `"S M Red Rot"`. */
export const optionValues = ({ options, translations }: Pick<Product, "options" | "translations">): string =>
  [
    ...options.map(({ values }) => values.join(" ")),
    ...Object.values(translations).flatMap(({ options = {} }) => Object.values(options).flatMap(({ values = {} }) => Object.values(values)))
  ].join(" ")

/** What a product is called, in all languages, that of the store first. */
export const titles = ({ title, translations }: Pick<Product, "title" | "translations">): ReadonlyArray<string> => [
  title,
  ...Object.values(translations).flatMap((said) => said.title ?? [])
]

/** What is said of a product without markup, in all languages, that of the store first. */
export const descriptions = ({ description, translations }: Pick<Product, "description" | "translations">): ReadonlyArray<string> =>
  [description, ...Object.values(translations).flatMap((said) => said.description ?? [])].map(RichText.plain)

/**
 * Titles, and what attributes say, are sorted without regard to case, accents and quotation marks. A cursor has room for so many characters of
 * one, if none of them takes more room in JSON.
 */
export const sortTitle = (title: string): string => Array.from(fold(title).replace(/[\p{C}"\\]/gu, "").trim()).slice(0, 64).join("")
