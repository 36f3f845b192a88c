/**
 * How lists and words stand in the cells of a product CSV file.
 */

/** Tags with commas between them. One with a comma, or that begins with a quote, is quoted as a cell would be. */
export const fromTags = (tags: ReadonlyArray<string>): string =>
  tags.map((tag) => /^"|,/.test(tag) ? `"${tag.replaceAll("\"", "\"\"")}"` : tag).join(", ")

/** The tags of a text, each once and without what surrounds it. */
export const toTags = (text: string): ReadonlyArray<string> => {
  const tags = new Set<string>()
  for (const match of text.matchAll(/\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))(?:,|$)/g)) {
    const tag = (match[1]?.replaceAll("\"\"", "\"") ?? match[2] ?? "").trim()
    if (tag !== "") tags.add(tag)
  }
  return [...tags]
}

/** Categories with ` > ` between them, the root first. */
export const fromPath = (path: ReadonlyArray<string>): string => path.join(" > ")

export const toPath = (text: string): ReadonlyArray<string> => text.split(" > ").map((name) => name.trim())

/** `undefined` for a word that means neither. */
export const toBoolean = (word: string): boolean | undefined => booleans.get(word.toLowerCase())

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...["true", "yes", "y", "1"].map((word) => [word, true] as const),
  ...["false", "no", "n", "0"].map((word) => [word, false] as const)
])
