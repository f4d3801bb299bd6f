import type { Operations } from '../statistics/operations';
import type { MetricFamily } from './metric-family';

/** What operators decided, did and watch. */
export function controlFamilies({ control }: Operations): readonly MetricFamily[] {
  return [
    {
      name: 'rate_limit_overrides',
      help: 'Overrides in force, by what they change and the mode that results.',
      type: 'gauge',
      together: 'max',
      read: () => control.inForce().overrides,
    },
    {
      name: 'rate_limit_list_entries',
      help: 'Entries in force of the lists of who is refused and who is let pass; bans by escalation are among them.',
      type: 'gauge',
      together: 'max',
      read: () => control.inForce().entries,
    },
    {
      name: 'rate_limit_admin_actions_total',
      help: 'What operators did or tried to do through this process.',
      type: 'counter',
      read: () => control.admin?.().actions ?? [],
    },
    {
      name: 'rate_limit_events_dropped_total',
      help: 'Denials, recorded decisions, audit records and live frames that were lost, for lack of room or of the store.',
      type: 'counter',
      read: () => [{ labels: {}, value: control.eventsDropped }],
    },
    {
      name: 'rate_limit_admin_stream_clients',
      help: 'Live streams of the admin API that are open.',
      type: 'gauge',
      read: () => (control.admin === undefined ? [] : [{ labels: {}, value: control.admin().streamClients }]),
    },
  ];
}
