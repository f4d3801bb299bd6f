import type { ChildProcess, ForkOptions } from 'node:child_process';

export function startProcess(
  file: string,
  args: readonly string[],
  options?: ForkOptions,
): Promise<{ child: ChildProcess; answer: unknown }>;
export function ask(child: ChildProcess, message: unknown): Promise<unknown>;
