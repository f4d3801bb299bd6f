/** What is left of options where those that are undefined are left out. */
type Said<Options> = { [Name in keyof Options]: Exclude<Options[Name], undefined> };

/** Options without those that are undefined: such a one says nothing, as one that is left out, and hides no other. */
export function saidOf<Options extends object>(options: Options): Said<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Said<Options>;
}
