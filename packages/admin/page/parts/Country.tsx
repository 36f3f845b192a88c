/**
 * Countries, chosen by their names in the language of the page.
 */
import * as Format from "../api/Format.ts"
import { language } from "../words/Words.ts"
import { ChoiceField } from "./Form.tsx"

/** Those of ISO 3166-1 in two letters each; a test holds them to those that the engine knows. */
const codes: ReadonlyArray<string> = (
  "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCV" +
  "CWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIM" +
  "INIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMW" +
  "MXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSS" +
  "STSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW"
).match(/../g) ?? []

let sorted: ReadonlyArray<readonly [string, string]> | undefined

/** All countries by code, in the order of their names. */
const countries = (): ReadonlyArray<readonly [string, string]> =>
  sorted ??= codes.map((code) => [code, Format.country(code)] as const)
    .sort(([, one], [, other]) => one.localeCompare(other, language))

export const CountryField = ({ none, value = "", without = [], ...props }: {
  readonly name: string
  readonly label: string
  readonly value?: string
  readonly optional?: boolean
  /** The words for none, where none may be chosen. */
  readonly none?: string
  /** Those that are not offered. */
  readonly without?: ReadonlyArray<string>
  readonly onChoose?: (code: string) => void
}) => (
  <ChoiceField
    {...props}
    value={value}
    choices={[
      ...(none === undefined ? [] : [["", none] as const]),
      // what somebody else has written stays what it is
      ...(value === "" || codes.includes(value) ? [] : [[value, value] as const]),
      ...countries().filter(([code]) => !without.includes(code))
    ]}
  />
)
