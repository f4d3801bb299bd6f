import type { BlockedBoard } from './blocked-board';
import { concerned } from './concerned';
import type { ControlPlane } from './control-plane';
import { type ControlDocument, isInForce } from './documents';

/**
 * Lets go of those whom this process refused, when what operators decided changes or ends: who is refused all the same
 * comes back with the next denial.
 */
export class LettingGo {
  /** Of each document its version, and whether it was in force. */
  private known = new Map<string, string>();

  /** @param letGo Told who is refused no longer, beside the board. */
  constructor(
    private readonly plane: ControlPlane,
    private readonly board: BlockedBoard,
    private readonly letGo: (policy: string, identity: string) => void,
  ) {}

  /** To be called when everything that is known is in force: denials of before may have been told of already. */
  look(): void {
    const nowMs = Date.now();
    const before = this.known;
    const documents = this.plane.documents();
    const textOf = (document: ControlDocument): string =>
      `${String(document.version)} ${String(isInForce(document, nowMs))}`;
    this.known = new Map(documents.map((document) => [document.id, textOf(document)]));
    const changed = documents.filter(({ id }) => before.get(id) !== this.known.get(id));
    if (changed.length === 0 || this.board.isEmpty) return;
    for (const { policy, identity } of this.board.held().filter(concerned(changed))) {
      this.board.release(policy, identity);
      this.letGo(policy, identity);
    }
  }
}
