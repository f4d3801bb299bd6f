import { useState } from 'react';
import { keyText, typedKey } from '../lib/format';
import type { FieldIds } from './fields';

interface KeyInputProps {
  readonly ids: FieldIds;
  readonly value: string;
  readonly onChange: (key: string) => void;
}

/** A key, shown as everywhere: a client may have put into it what turns the text around. Untouched, it stays what it is. */
export function KeyInput({ ids, value, onChange }: KeyInputProps) {
  const [shown, setShown] = useState(() => keyText(value));
  return (
    <input
      {...ids}
      className="input mono"
      value={shown}
      autoComplete="off"
      spellCheck={false}
      onInput={({ currentTarget }) => {
        setShown(keyText(currentTarget.value));
        onChange(typedKey(currentTarget.value));
      }}
    />
  );
}
