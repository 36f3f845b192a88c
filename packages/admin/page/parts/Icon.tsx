/**
 * The pictures of the sections: decoration beside words.
 */
const paths = {
  home: "M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-5v-6h-4v6H5a1 1 0 0 1-1-1z",
  orders: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
  collections: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  drafts: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h4",
  cards: "M3 7h18v11H3zM3 11h18M9 7v11",
  reports: "M5 20V11h4v9M10 20V4h4v16M15 20v-6h4v6",
  team: "M9 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M2 21v-2a5 5 0 0 1 5-5h4a5 5 0 0 1 5 5v2M16 4a4 4 0 0 1 0 8M19 14a5 5 0 0 1 3 5v2",
  engine: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 3v3m0 12v3M3 12h3m12 0h3M5.600 5.600l2.100 2.100m8.600 8.600 2.100 2.100M18.400 5.600l-2.100 2.100M7.700 16.300l-2.100 2.100",
  returns: "M9 7 4 12l5 5M4 12h11a5 5 0 0 0 5-5V5",
  products: "M12 3 20 7v10l-8 4-8-4V7zM4 7l8 4 8-4M12 11v10",
  stock: "M4 20V9l8-5 8 5v11M8 20v-7h8v7M8 16h8",
  promotions: "M4 4h8l8 8-8 8-8-8zM8.500 8.500h.010",
  prices: "M12 4v16M16 7.500C16 5 8 5 8 8.500s8 3 8 7S8 19 8 16.500",
  reviews: "m12 4 2.500 5 5.500.8-4 3.900.9 5.500-4.900-2.600-4.900 2.600.9-5.500-4-3.900 5.500-.8z",
  settings: "M4 7h9m4 0h3M4 17h3m4 0h9M15 5v4M9 15v4"
} as const

export type IconName = keyof typeof paths

export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
)
