/** What is done beside a poll. One that fails keeps neither the others nor the poll from being done. */
export class SideTasks {
  private readonly tasks: (() => Promise<void>)[] = [];

  add(task: () => Promise<void>): void {
    this.tasks.push(task);
  }

  /** Does all of them, one after the other. Returns what those rejected with that failed. */
  async run(): Promise<readonly unknown[]> {
    const failures: unknown[] = [];
    for (const task of this.tasks) await task().catch((error: unknown) => failures.push(error));
    return failures;
  }
}
