import { Component, type ReactNode } from 'react';
import { queries } from '../api/queries';
import { t } from '../i18n';
import { PageHead } from './page-head';
import { Failure } from './states';

interface DrawnProps {
  readonly children: ReactNode;
}

interface DrawnState {
  readonly failure: { readonly error: unknown } | null;
}

/** A page. What cannot be drawn says so in its place, and the other pages go on. */
export class Drawn extends Component<DrawnProps, DrawnState> {
  override state: DrawnState = { failure: null };

  static getDerivedStateFromError(error: unknown): DrawnState {
    return { failure: { error } };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    const again = (): void => {
      // What it was drawn from, which no page on display asks for, is asked for anew.
      queries.removeQueries({ type: 'inactive' });
      this.setState({ failure: null });
    };
    return (
      <>
        <PageHead title={t('page.broken')} />
        <Failure error={failure.error} retry={again} />
      </>
    );
  }
}
