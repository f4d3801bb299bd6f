export interface WrkResult {
  readonly answered: number;
  readonly others: number;
  readonly failed: number;
  readonly perSecond: number;
}
export function wrk(url: string, load: { connections: number; seconds: number }): Promise<WrkResult>;
export function readWrk(text: string): WrkResult;
