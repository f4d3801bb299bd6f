import { DECISION_SOURCES, type DecisionSource } from '../../core/decision';

/** Every source, in the order in which arrays of numbers by source are kept. */
export const SOURCES = DECISION_SOURCES;

/** The place of a source in `SOURCES`. */
export function sourceIndex(source: DecisionSource): number {
  switch (source) {
    case 'memory':
      return 0;
    case 'redis':
      return 1;
    case 'lease':
      return 2;
    case 'denial-cache':
      return 3;
    case 'fallback':
      return 4;
  }
}
