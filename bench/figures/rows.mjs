/** Rows of a bench's JSON, looked up by how their names begin and end. */
export class Rows {
  constructor(json) {
    this.entries = Object.entries(json);
    this.json = json;
  }

  get(name) {
    const row = this.json[name];
    if (row === undefined)
      throw new Error(`The figures have no row "${name}". Run "npm run --silent bench -- --json".`);
    return row;
  }

  /** Rows whose names match, each with the groups of the match. */
  all(pattern) {
    return this.entries.flatMap(([name, row]) => {
      const match = pattern.exec(name);
      return match === null ? [] : [{ ...row, name, parts: match.slice(1) }];
    });
  }
}

/** On what it was measured, in a few words. */
export function machineOf(rows) {
  const { processors, node, redis } = rows.get('machine, work waiting before the bench ÷ processors');
  return `${processors} cores, Node.js ${node}, Redis ${redis}`;
}
