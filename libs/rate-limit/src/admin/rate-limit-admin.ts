import type { AdminCore } from './admin-core';
import { AuditAdmin } from './audit-admin';
import { KeysAdmin } from './keys-admin';
import { ListsAdmin } from './lists-admin';
import { LiveStreams } from './live-streams';
import { OverridesAdmin } from './overrides-admin';
import { PoliciesAdmin } from './policies-admin';
import { RecordingAdmin } from './recording-admin';
import { SimulationAdmin } from './simulation-admin';
import { SystemAdmin } from './system-admin';
import { TrafficAdmin } from './traffic-admin';

/**
 * Sees and changes limits at run time, for all instances. To be injected where RateLimitAdminModule is imported; the
 * HTTP API is a thin layer over it. Whatever it does not do is thrown as an AdminError.
 */
export class RateLimitAdmin {
  readonly overrides: OverridesAdmin;
  readonly lists: ListsAdmin;
  readonly keys: KeysAdmin;
  readonly audit: AuditAdmin;
  readonly policies: PoliciesAdmin;
  readonly traffic: TrafficAdmin;
  readonly system: SystemAdmin;
  readonly recording: RecordingAdmin;
  readonly simulation: SimulationAdmin;
  readonly streams: LiveStreams;

  constructor(readonly core: AdminCore) {
    this.overrides = new OverridesAdmin(core);
    this.lists = new ListsAdmin(core);
    this.keys = new KeysAdmin(core, this.lists);
    this.audit = new AuditAdmin(core);
    this.traffic = new TrafficAdmin(core, this.audit);
    this.policies = new PoliciesAdmin(core, this.overrides, this.traffic, this.audit);
    this.recording = new RecordingAdmin(core);
    this.simulation = new SimulationAdmin(core);
    const { control } = core.runtime.operations;
    this.streams = new LiveStreams(() => this.traffic.frame(), control.drop);
    control.admin = () => ({ actions: core.actions.all, streamClients: this.streams.status.open });
    this.system = new SystemAdmin(core, this.traffic, () => this.streams.status);
  }
}
