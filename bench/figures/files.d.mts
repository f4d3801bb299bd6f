/** Paths of what is kept as JSON. */
export const BENCH: string;
export const SIMULATIONS: string;

export function filesOf(
  json: Readonly<Record<string, { readonly ratio: number }>>,
  fleets: readonly unknown[],
  read: (path: string) => string,
): Record<string, string>;
