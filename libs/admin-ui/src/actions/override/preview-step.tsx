import { useQuery } from '@tanstack/react-query';
import { ADMIN_PATHS, type SimulationResult } from '../../../../rate-limit/src/admin/api';
import { call } from '../../api/client';
import { useRecording } from '../../api/queries';
import { Icon } from '../../components/icon';
import { Notice } from '../../components/panel';
import { explain, Skeleton } from '../../components/states';
import { t } from '../../i18n';
import { hrefOf } from '../../lib/router';
import { BeforeAfter } from '../../pages/simulate/before-after';
import { patchOf } from './draft';
import type { StepProps } from './steps';

/** Step 3: what it would have done to the traffic that was recorded. */
export function PreviewStep({ draft, standing }: Pick<StepProps, 'draft' | 'standing'>) {
  const recording = useRecording();
  const { mode, ...numbers } = patchOf(draft, standing);
  const possible = Object.keys(numbers).length > 0 && draft.scope === 'policy' && mode !== 'off';
  const hasRecording = (recording.data?.events ?? 0) > 0;
  const result = useQuery({
    queryKey: ['simulate', draft.policy, numbers],
    queryFn: ({ signal }) =>
      call<SimulationResult>(ADMIN_PATHS.simulate, {
        method: 'POST',
        body: { policy: draft.policy, patch: numbers },
        signal,
      }),
    enabled: possible && hasRecording,
    retry: false,
  });
  if (!possible) return <Told text={t('preview.notPossible')} />;
  if (recording.data && !hasRecording) {
    return <Told text={t('preview.noRecording')} link={{ href: hrefOf(['simulate']), text: t('preview.turnOn') }} />;
  }
  if (result.error) return <Told text={explain(result.error)} />;
  if (!result.data) return <Skeleton rows={3} />;
  return <BeforeAfter result={result.data} />;
}

interface ToldProps {
  readonly text: string;
  readonly link?: { readonly href: string; readonly text: string };
}

const Told = ({ text, link }: ToldProps) => (
  <Notice tone="neutral">
    <Icon name="info" />
    <span>
      {text} {link ? <a href={link.href}>{link.text}</a> : null}
    </span>
  </Notice>
);
