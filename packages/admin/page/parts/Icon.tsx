/**
 * The pictures of the sections: decoration beside words.
 */
const paths = {
  home: "M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-5v-6h-4v6H5a1 1 0 0 1-1-1z",
  orders: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
  returns: "M9 7 4 12l5 5M4 12h11a5 5 0 0 0 5-5V5",
  products: "M12 3 20 7v10l-8 4-8-4V7zM4 7l8 4 8-4M12 11v10",
  stock: "M4 20V9l8-5 8 5v11M8 20v-7h8v7M8 16h8",
  promotions: "M4 4h8l8 8-8 8-8-8zM8.500 8.500h.010",
  reviews: "m12 4 2.500 5 5.500.8-4 3.900.9 5.500-4.900-2.600-4.900 2.600.9-5.500-4-3.900 5.500-.8z",
  settings: "M4 7h9m4 0h3M4 17h3m4 0h9M15 5v4M9 15v4"
} as const

export type IconName = keyof typeof paths

export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
)
