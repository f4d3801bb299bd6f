export { createPageController } from './create-page-controller';
export { AdminPage, type PageAnswer, type PageRequest } from './admin-page';
export { pageRequestOf, sendPage, type AnyRequest, type AnyResponse } from './send-page';
export { SECURITY_HEADERS } from './security-headers';
