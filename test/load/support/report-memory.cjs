// Loaded into the app under load before its own code: answers every message with its memory after a collection, so
// that what is still held is told apart from what is only not collected yet.
process.on('message', () => {
  globalThis.gc();
  process.send(process.memoryUsage());
});
// The app decides for itself when it ends.
process.channel.unref();
// It does not outlive the script that started it, however that ended.
process.on('disconnect', () => process.exit());
