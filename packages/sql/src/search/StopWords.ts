import type { SearchLanguage } from "@stoa/core/search/Dictionary"

/** Words that say nothing of what somebody looks for, folded. */
export const stopWords: Readonly<Record<SearchLanguage, ReadonlySet<string>>> = {
  en: new Set("a an and at by for from in is it of on or the to with".split(" ")),
  de: new Set(
    "am an auf aus bei das dem den der des die ein eine einem einen einer eines fur im in ist mit oder und vom von zu zum zur".split(" ")
  )
}
