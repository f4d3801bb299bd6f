import { AppModule } from '../../apps/greeter/src/app.module';
import { adapters, type RunningApp, startApp } from '../support/apps';
import { rateLimitFields, violatedPolicies } from '../support/rate-limit-fields';
import { Client, tally, times } from '../support/client';

describe.each(adapters)('the greeter on %s', (adapter) => {
  let greeter: RunningApp;
  let client: Client;

  beforeEach(async () => {
    greeter = await startApp(AppModule, adapter);
    client = new Client(greeter.url);
  });
  afterEach(() => greeter.close());

  it('has the limits of the library it imports, beside its own', async () => {
    const responses = await times(5, () => client.get('/greetings/ada'));
    expect(tally(responses)).toEqual({ 200: 3, 429: 2 });
    expect(responses[0]!.body).toEqual({ greeting: 'Hello, ada!' });
    expect(rateLimitFields(responses[0]!)).toMatchObject([
      { policy: 'requests', quota: 100, windowSeconds: 60, remaining: 99 },
      { policy: 'greetings', quota: 3, windowSeconds: 10, remaining: 2 },
    ]);
    expect(violatedPolicies(responses[4]!)).toEqual(['greetings']);
  });

  it('counts both routes of the library together', async () => {
    const responses = [
      ...(await times(2, () => client.get('/greetings'))),
      ...(await times(2, () => client.get('/greetings/bob'))),
    ];
    expect(tally(responses)).toEqual({ 200: 3, 429: 1 });
  });
});
