import { startLimited } from './app';
import { RootController } from './one-policy';

it('policies of every route that are taken away are each told, and where they are named', async () => {
  const policy = { limit: 1, per: '1m' };
  const { limiter, log, client } = await startLimited({
    controllers: [RootController],
    options: { policies: { a: policy, b: policy, c: policy }, everyRoute: ['a', 'b'] },
  });
  for (const name of ['a', 'b']) limiter.removePolicy(name);
  expect((await client().get('/')).status).toBe(200);
  expect(log.errors).toEqual(
    ['a', 'b'].map(
      (name) => `everyRoute: names "${name}", which is no policy. The route goes on without it. Registered are "c".`,
    ),
  );
});
