/**
 * What products and variants are to say by attributes: checked by the types of these, and completed with their units. To be called
 * in the transaction that writes it, until whose end the attributes stay as they are.
 */
import * as Effect from "effect/Effect"
import { type Fault, InvalidInput } from "../kernel/Input.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Attribute, AttributeSubject } from "./Attribute.ts"
import * as AttributeCells from "./AttributeCells.ts"
import * as AttributeChecks from "./AttributeChecks.ts"
import type { AttributeRepository } from "./AttributeRepository.ts"
import type { AttributeChanges } from "./AttributeValues.ts"
import type { ProductDraft } from "./ProductDraft.ts"

interface Described {
  readonly attributes?: AttributeChanges
}

/** Something that says nothing by attributes keeps to that. */
const field = (changes: AttributeChanges): Described => (Object.keys(changes).length === 0 ? {} : { attributes: changes })

const codesOf = ({ attributes = {} }: Described): ReadonlyArray<string> => Object.keys(attributes)

const described = (
  known: ReadonlyMap<string, Attribute>,
  subject: AttributeSubject,
  { attributes = {} }: Described,
  isNew: boolean,
  at: ReadonlyArray<string | number>
) => {
  const { changes, faults } = AttributeChecks.checked(known, subject, attributes, at)
  return {
    said: field(changes),
    faults: isNew ? [...faults, ...AttributeChecks.missing(known.values(), subject, attributes, at)] : faults
  }
}

const unlessWrong = <A>(value: A, faults: ReadonlyArray<Fault>): Effect.Effect<A, InvalidInput> =>
  faults.length === 0 ? Effect.succeed(value) : Effect.fail(new InvalidInput({ faults }))

/** With everything that must be said of a new product and its variants. One statement. */
export const ofNewProduct = <V extends Described, P extends Described & { readonly variants: ReadonlyArray<V> }>(
  repository: AttributeRepository["Service"],
  input: P
): Effect.Effect<P, InvalidInput | StorageError> =>
  Effect.flatMap(
    repository.held([...new Set([...codesOf(input), ...input.variants.flatMap(codesOf)])], true),
    (known) => {
      const product = described(known, "product", input, true, ["attributes"])
      const variants = input.variants.map((variant, index) =>
        described(known, "variant", variant, true, ["variants", index, "attributes"]))
      return unlessWrong(
        { ...input, ...product.said, variants: input.variants.map((variant, index) => ({ ...variant, ...variants[index]?.said })) },
        [...product.faults, ...variants.flatMap(({ faults }) => faults)]
      )
    }
  )

/** What is wrong with one of several things to be written, or with its attributes completed. */
export type Checked<A> = { readonly value: A; readonly faults: ReadonlyArray<Fault> }

/** Drafts as they are kept, and what new variants of them must say: which ones are new is known once they are matched. */
export interface DescribedDrafts {
  readonly drafts: ReadonlyArray<Checked<ProductDraft>>
  readonly required: ReadonlyArray<Attribute>
}

/** What a file says by attributes of a product or of a variant. */
interface Drafted extends AttributeCells.Said {
  readonly fields: Described
}

const draftedCodes = ({ attributeCells = {}, fields }: Drafted): ReadonlyArray<string> => [
  ...codesOf(fields),
  ...Object.keys(attributeCells)
]

const drafted = (
  known: ReadonlyMap<string, Attribute>,
  subject: AttributeSubject,
  { attributeCells, fields }: Drafted,
  isNew: boolean,
  at: ReadonlyArray<string | number>
) => {
  if (attributeCells === undefined) return described(known, subject, fields, isNew, at)
  const { changes, faults } = AttributeCells.changesOf(known, attributeCells, at)
  const { faults: more, said } = described(known, subject, { attributes: changes }, isNew, at)
  return { said, faults: [...faults, ...more] }
}

/** The drafts of a file, of which some are new. One statement. */
export const ofDrafts = (
  repository: AttributeRepository["Service"],
  drafts: ReadonlyArray<ProductDraft>,
  existing: ReadonlyMap<string, unknown>
): Effect.Effect<DescribedDrafts, StorageError> =>
  Effect.map(
    repository.held(
      [...new Set(drafts.flatMap((draft) => [...draftedCodes(draft), ...draft.variants.flatMap(draftedCodes)]))],
      true
    ),
    (known) => ({
      required: [...known.values()].filter(({ required }) => required),
      drafts: drafts.map((draft) => {
        const product = drafted(known, "product", draft, !existing.has(draft.slug), ["attributes"])
        const variants = draft.variants.map((variant, index) =>
          drafted(known, "variant", variant, false, ["variants", index, "attributes"]))
        return {
          value: {
            ...draft,
            fields: { ...draft.fields, ...product.said },
            variants: draft.variants.map((variant, index) =>
              Object.assign({}, variant, { fields: Object.assign({}, variant.fields, variants[index]?.said) }))
          },
          faults: [...product.faults, ...variants.flatMap(({ faults }) => faults)]
        }
      })
    })
  )

/** With everything that must be said of a new variant. One statement. */
export const ofNewVariant = <V extends Described>(
  repository: AttributeRepository["Service"],
  input: V
): Effect.Effect<V, InvalidInput | StorageError> =>
  Effect.flatMap(repository.held(codesOf(input), true), (known) => {
    const { faults, said } = described(known, "variant", input, true, ["attributes"])
    return unlessWrong({ ...input, ...said }, faults)
  })

/** Of something that is there already. One statement, and none where nothing is said. */
export const ofChange = <I extends Described>(
  repository: AttributeRepository["Service"],
  subject: AttributeSubject,
  input: I
): Effect.Effect<I, InvalidInput | StorageError> => {
  const codes = codesOf(input)
  return codes.length === 0 ? Effect.succeed(input) : Effect.flatMap(repository.held(codes, false), (known) => {
    const { faults, said } = described(known, subject, input, false, ["attributes"])
    return unlessWrong({ ...input, ...said }, faults)
  })
}
