// What the load scripts have in common: they print what they saw, and fail with what was wrong.
const failures = [];

export function check(isFine, failure) {
  if (!isFine) failures.push(failure);
}

/** Prints the verdict and ends the process with it, whatever connections are open. */
export function conclude() {
  for (const failure of failures) console.log(`FAILED: ${failure}`);
  console.log(failures.length === 0 ? 'OK' : `${failures.length} failed`);
  process.exit(failures.length === 0 ? 0 : 1);
}

/** A whole number of the command line, within bounds: the scripts stay small enough for any machine. */
export function wholeNumber(name, text, least, most) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  return refuse(`--${name} is ${text}. Write a whole number from ${least} to ${most}.`);
}

/** Says what is wrong with the command line, and ends the process before anything is started. */
export function refuse(problem) {
  console.log(problem);
  return process.exit(1);
}

export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
