import { ConfigurationError, type ConfigurationProblem, show } from './errors';

/** Collects what is wrong with a configuration, so that everything is told at once. */
export class Problems {
  readonly found: ConfigurationProblem[] = [];

  add(path: string, problem: string, remedy: string): undefined {
    this.found.push({ path, problem, remedy });
    return undefined;
  }

  /** Complains about every property that is not an option, and names the nearest one that is. */
  rejectUnknown(path: string, options: object, known: readonly string[]): void {
    for (const name of Object.keys(options)) {
      if (known.includes(name)) continue;
      const near = known.find((option) => option.toLowerCase().startsWith(name.slice(0, 3).toLowerCase()));
      const remedy = near === undefined ? `Known options: ${known.join(', ')}.` : `Did you mean ${show(near)}?`;
      this.add(`${path}.${name}`, 'is not an option.', remedy);
    }
  }

  throwIfAny(): void {
    if (this.found.length > 0) throw new ConfigurationError(this.found);
  }
}

/** A whole number within bounds, or text that is one; `undefined` for everything else. */
export function parseWholeNumber(value: unknown, least: number, most: number): number | undefined {
  const parsed = typeof value === 'string' && /^\s*\d{1,16}\s*$/.test(value) ? Number(value) : value;
  const fits = typeof parsed === 'number' && Number.isInteger(parsed) && parsed >= least && parsed <= most;
  return fits ? parsed : undefined;
}

/** Whether a value is a number above a bound, be it endless, or text that is a whole one. */
export function isNumberAbove(value: unknown, most: number): boolean {
  if (typeof value === 'string') return Number(value) > most && /^\s*\d+\s*$/.test(value);
  return typeof value === 'number' && value > most;
}
