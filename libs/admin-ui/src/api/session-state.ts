import { createStore } from '../lib/store';

/** Whether the server wants to know who asks. The question is put over the page, so that a form keeps what was typed. */
export const loginNeeded = createStore(false);

export const needLogin = (): void => {
  loginNeeded.set(true);
};
