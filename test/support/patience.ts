// Starting servers and long schedules take their time on a busy machine, and a hook or test that hangs fails all the same.
// A file or a test that needs more says so itself.
jest.setTimeout(30_000);
