import type { SingleClient } from './redis-client';

/** How often the pulse is felt. */
const BEAT_MS = 250;
/** Beats between two PINGs, and beats without an answer until the other side is taken for dead: 2 s in all at most. */
const PING_EVERY_BEATS = 2;
const SILENT_BEATS = 6;

/**
 * Notices connections on which nothing comes back, idle or not: a peer that vanished without a word, a frozen Redis, a
 * handshake that is never answered. Counts its own beats, not time, so that a process that was busy with itself does
 * not take that for silence.
 */
export class Pulse {
  private readonly patients = new Map<SingleClient, Patient>();
  private readonly timer: NodeJS.Timeout;

  /** @param clientsNow The connections to look after; those of a Cluster come and go. */
  constructor(
    private readonly clientsNow: () => readonly SingleClient[],
    private readonly onSilence: (client: SingleClient) => void,
  ) {
    this.timer = setInterval(() => {
      this.beat();
    }, BEAT_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.patients.clear();
  }

  private beat(): void {
    const clients = this.clientsNow();
    for (const client of this.patients.keys()) if (!clients.includes(client)) this.patients.delete(client);
    for (const client of clients) {
      let patient = this.patients.get(client);
      if (patient === undefined) this.patients.set(client, (patient = new Patient(client)));
      if (patient.beat()) this.onSilence(client);
    }
  }
}

/** One connection. */
class Patient {
  private beatsSincePing = 0;
  private silentBeats = 0;
  private asked = false;

  constructor(private readonly client: SingleClient) {}

  /** Returns whether it has been silent for too long. */
  beat(): boolean {
    const { status } = this.client;
    // `connect` is ioredis' word for a connection whose handshake is not over.
    const expectsAnswer = status === 'connect' || (status === 'ready' && this.asked);
    this.silentBeats = expectsAnswer ? this.silentBeats + 1 : 0;
    if (this.silentBeats > SILENT_BEATS) {
      this.silentBeats = 0;
      this.asked = false;
      return true;
    }
    this.beatsSincePing++;
    if (status === 'ready' && !this.asked && this.beatsSincePing >= PING_EVERY_BEATS) this.ping();
    if (status !== 'ready') this.asked = false;
    return false;
  }

  private ping(): void {
    this.asked = true;
    this.beatsSincePing = 0;
    const answered = (): void => {
      this.asked = false;
      this.silentBeats = 0;
    };
    // An error is an answer, too.
    this.client.ping().then(answered, answered);
  }
}
