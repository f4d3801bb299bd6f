const WINDOW_MS = 60_000;

/** The most answers that any client had a 200 to within any minute, by when they were sent. */
export function mostAdmitted(answers) {
  const clients = new Set(answers.map(({ client }) => client));
  return Math.max(
    0,
    ...[...clients].map((client) => mostInAMinute(answers.filter((answer) => answer.client === client))),
  );
}

function mostInAMinute(answers) {
  const instants = answers.filter(({ status }) => status === '200').map(({ sentMs }) => sentMs);
  instants.sort((a, b) => a - b);
  let most = 0;
  for (let first = 0, last = 0; last < instants.length; last += 1) {
    while (instants[last] - instants[first] >= WINDOW_MS) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** What the answers of one span say. */
export function figuresOf(answers) {
  const statuses = {};
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  const took = answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const ends = answers.map(({ sentMs, tookMs }) => sentMs + tookMs).sort((a, b) => a - b);
  const gaps = ends.slice(1).map((end, index) => end - ends[index]);
  return {
    requests: answers.length,
    statuses,
    p99Ms: Math.round(took[Math.floor(took.length * 0.99)] ?? 0),
    slowestMs: Math.round(took.at(-1) ?? 0),
    longestGapMs: Math.round(Math.max(0, ...gaps)),
  };
}
