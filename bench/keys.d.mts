export function randomNumbers(seed: number): () => number;
export function zipfRanks(count: number, random: () => number, exponent?: number): () => number;
