import type { ReactNode } from 'react';
import { Empty } from '../../components/states';
import { t } from '../../i18n';

interface NoRecordingProps {
  /** It is on, and nothing has come yet. */
  readonly waiting: boolean;
  /** Where it can be turned on. */
  readonly children?: ReactNode;
}

/** Why no limit can be tried yet. */
export const NoRecording = ({ waiting, children }: NoRecordingProps) => (
  <Empty icon="simulate" title={t(waiting ? 'recording.waiting' : 'recording.isOff')}>
    <p>{t(waiting ? 'recording.waitingCause' : 'recording.how')}</p>
    {waiting ? null : children}
  </Empty>
);
