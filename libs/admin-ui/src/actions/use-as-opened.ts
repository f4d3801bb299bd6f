import { useState } from 'react';

/**
 * What a dialog was opened for, as it was then: the page behind it follows other people's changes, and whoever confirms
 * decides on what they saw. The server then tells them of a change that came between.
 */
export function useAsOpened<Value>(value: Value): Value {
  const [opened] = useState(() => value);
  return opened;
}
