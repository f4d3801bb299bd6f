import { shortIdentity } from '../core/identity';

/** The kind of identity that an address is. */
export const ADDRESS_KIND = 'ip';

/** Who is known by its address. */
export interface Client {
  /** The address that it is counted by. */
  readonly address: string;
  /** The same as an identity. Made once, it is found faster by a store than one that is made for each request. */
  readonly identity: string;
}

export function clientAt(address: string): Client {
  return { address, identity: shortIdentity(ADDRESS_KIND, address) };
}
