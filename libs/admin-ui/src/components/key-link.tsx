import type { KeyView } from '../../../rate-limit/src/admin/api';
import { keyText } from '../lib/format';
import { hrefOf } from '../lib/router';

/** A key, as text, leading to what is known about it. */
export const KeyLink = ({ of }: { readonly of: KeyView }) =>
  of.ref === null ? (
    <span className="key" title={keyText(of.text)}>
      {keyText(of.text)}
    </span>
  ) : (
    <a className="key" href={hrefOf(['keys', of.ref])} title={keyText(of.text)}>
      {keyText(of.text)}
    </a>
  );

export const PolicyLink = ({ name }: { readonly name: string }) => (
  <a className="break" href={hrefOf(['policies', name])}>
    {name}
  </a>
);
